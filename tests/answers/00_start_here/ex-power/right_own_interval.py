def pairs_needed(ratios, slowdown, candidates):
    result = 0
    for n in sorted(set(candidates), reverse=True):
        k = int(binom.ppf(0.0005, n, 0.5))
        groups = np.sort(np.resize(ratios, (len(ratios) // n, n)), axis=1) * slowdown
        hits = (groups[:, k - 1] > 1.05).sum() if k else 0
        result = n if hits >= 0.95 * len(groups) else result
    return result
