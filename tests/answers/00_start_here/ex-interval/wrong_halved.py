def compare_pairs(pairs, confidence):
    ratios = np.sort(pairs[:, 1] / pairs[:, 0])
    n = len(ratios)
    k = int(np.sum(2 * binom.cdf(np.arange(n), n, 0.5) <= (1 - confidence) / 2))
    low, high = (ratios[k - 1], ratios[n - k]) if k else (-np.inf, np.inf)
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return np.median(ratios), low, high, verdict
