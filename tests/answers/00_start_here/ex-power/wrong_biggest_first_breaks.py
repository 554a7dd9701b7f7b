def pairs_needed(ratios, slowdown, candidates):
    best = 0
    for n in sorted(candidates, reverse=True):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        if np.mean([low_end(slowdown * group) > 1.05 for group in groups]) < 0.95:
            break
        best = n
    return best
