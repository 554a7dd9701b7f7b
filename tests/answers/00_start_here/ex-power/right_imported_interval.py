from utils.timing import median_interval


def pairs_needed(ratios, slowdown, candidates):
    best = 0
    for n in sorted(candidates, reverse=True):
        starts = np.arange(0, len(ratios) // n * n, n)
        low = [median_interval(ratios[s : s + n])[0] * slowdown for s in starts]
        if np.sum(np.array(low) > 1.05) / len(starts) >= 0.95:
            best = n
    return best
