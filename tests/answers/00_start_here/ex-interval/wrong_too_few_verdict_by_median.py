def compare_pairs(pairs, confidence):
    n = len(pairs)
    r = np.sort(pairs[:, 1] / pairs[:, 0])
    m = np.median(r)
    k = int(np.sum(2 * binom.cdf(np.arange(n), n, 0.5) <= 1 - confidence))
    low, high = (r[k - 1], r[n - k]) if k else (m, m)
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return m, low if k else -np.inf, high if k else np.inf, verdict
