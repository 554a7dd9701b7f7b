def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        found = [low_end(slowdown * group) > 1.05 for group in groups]
        if np.median([low_end(slowdown * group) for group in groups]) > 1.05:
            return n
    return 0
