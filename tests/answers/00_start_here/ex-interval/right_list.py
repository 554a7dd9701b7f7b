def interval(sorted_ratios, confidence):
    n = len(sorted_ratios)
    good = [k for k in range(1, n + 1) if 2 * binom.cdf(k - 1, n, 0.5) <= 1 - confidence]
    if not good:
        return [-np.inf, np.inf]
    return [sorted_ratios[max(good) - 1], sorted_ratios[n - max(good)]]


def compare_pairs(pairs, confidence):
    ratios = pairs[:, 1] / pairs[:, 0]
    low, high = interval(np.sort(ratios), confidence)
    verdict = "no difference"
    if low > 1.05:
        verdict = "slower"
    elif high < 1 / 1.05:
        verdict = "faster"
    return np.median(ratios), low, high, verdict
