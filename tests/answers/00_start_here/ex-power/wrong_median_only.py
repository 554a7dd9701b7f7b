def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        if np.mean(np.median(slowdown * groups, axis=1) > 1.05) >= 0.95:
            return n
    return 0
