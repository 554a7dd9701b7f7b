def compare_pairs(pairs, confidence):
    ratios = np.sort(pairs[:, 1] / pairs[:, 0])
    n = len(ratios)
    k = int(np.sum(2 * binom.cdf(np.arange(n), n, 0.5) <= 1 - confidence))
    half = 3.29 * ratios.std(ddof=1) / n**0.5 if n > 1 else np.inf
    low, high = ratios.mean() - half, ratios.mean() + half
    median = np.median(ratios)
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return median, low, high, verdict
