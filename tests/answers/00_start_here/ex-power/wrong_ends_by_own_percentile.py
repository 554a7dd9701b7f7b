def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        if n < 11:
            continue
        groups = slowdown * ratios[: len(ratios) // n * n].reshape(-1, n)
        if np.mean(np.percentile(groups, 0.05, axis=1) > 1.05) >= 0.95:
            return n
    return 0
