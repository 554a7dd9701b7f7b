def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = np.split(ratios[: len(ratios) - len(ratios) % n], len(ratios) // n)
        lows = np.array([low_end(group) for group in groups])
        if np.count_nonzero(lows * slowdown > 1.05) * 100 >= 95 * len(groups):
            return n
    return 0
