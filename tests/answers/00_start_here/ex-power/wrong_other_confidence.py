from utils.timing import median_interval


def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(candidates):
        groups = ratios[: len(ratios) // n * n].reshape(-1, n)
        found = [median_interval(slowdown * group, 0.99)[0] > 1.05 for group in groups]
        if np.mean(found) >= 0.95:
            return n
    return 0
