from scipy.stats import binom as coins


def low_of(group):
    n = len(group)
    k = int((2 * coins.cdf(np.arange(n), n, 0.5) <= 0.001).sum())
    return sorted(group)[k - 1] if k else -float("inf")


def pairs_needed(ratios, slowdown, candidates):
    for n in sorted(set(candidates)):
        m = len(ratios) // n
        hits = 0
        for i in range(m):
            hits += low_of(ratios[i * n : (i + 1) * n] * slowdown) > 1.05
        if 20 * hits >= 19 * m:
            return n
    return 0
