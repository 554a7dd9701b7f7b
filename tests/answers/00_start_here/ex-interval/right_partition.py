def compare_pairs(pairs, confidence):
    r = np.divide(*pairs.T[::-1])
    n = r.size
    ks = [k for k in range(1, n + 1) if 2 * binom.cdf(k - 1, n, 0.5) <= 1 - confidence]
    if ks:
        k = max(ks)
        low, high = np.partition(r, k - 1)[k - 1], -np.partition(-r, k - 1)[k - 1]
    else:
        low, high = -np.inf, np.inf
    verdict = np.select([low > 1.05, high < 1 / 1.05], ["slower", "faster"], "no difference").item()
    return np.percentile(r, 50), low, high, verdict
