def compare_pairs(pairs, confidence):
    ratios = np.sort(pairs[:, 1] / pairs[:, 0])
    n = len(ratios)
    k = int(binom.ppf((1 - confidence) / 2, n, 0.5)) + 1
    low, high = (ratios[k - 1], ratios[n - k]) if n > 10 else (-np.inf, np.inf)
    median = np.median(ratios)
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return median, low, high, verdict
