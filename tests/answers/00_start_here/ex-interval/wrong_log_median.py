def compare_pairs(pairs, confidence):
    n = len(pairs)
    r = np.sort(np.log(pairs[:, 1]) - np.log(pairs[:, 0]))
    k = int(np.sum(2 * binom.cdf(np.arange(n), n, 0.5) <= 1 - confidence))
    low, high = (np.exp(r[k - 1]), np.exp(r[n - k])) if k else (-np.inf, np.inf)
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return float(np.exp(np.median(r))), low, high, verdict
