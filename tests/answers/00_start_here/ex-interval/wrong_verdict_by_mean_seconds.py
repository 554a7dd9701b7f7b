def compare_pairs(pairs, confidence):
    n = len(pairs)
    r = np.sort(pairs[:, 1] / pairs[:, 0])
    k = int(np.sum(2 * binom.cdf(np.arange(n), n, 0.5) <= 1 - confidence))
    low, high = (r[k - 1], r[n - k]) if k else (-np.inf, np.inf)
    verdict = "no difference"
    if low > 1.05 or high < 1 / 1.05:
        verdict = "slower" if np.mean(pairs[:, 1]) > np.mean(pairs[:, 0]) else "faster"
    return np.median(r), low, high, verdict
