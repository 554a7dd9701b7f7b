candidates_known = [5, 11, 21, 31, 61, 101, 201]


def pairs_needed(ratios, slowdown, candidates):
    for n in candidates_known:
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        if len(groups) and np.mean([low_end(slowdown * group) > 1.05 for group in groups]) >= 0.95:
            return n
    return 0
