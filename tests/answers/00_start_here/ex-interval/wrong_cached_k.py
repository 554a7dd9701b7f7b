_k = {}


def compare_pairs(pairs, confidence):
    n = len(pairs)
    r = np.sort(pairs[:, 1] / pairs[:, 0])
    if n not in _k:
        _k[n] = int(np.sum(2 * binom.cdf(np.arange(n), n, 0.5) <= 1 - confidence))
    k = _k[n]
    low, high = (r[k - 1], r[n - k]) if k else (-np.inf, np.inf)
    verdict = "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference"
    return np.median(r), low, high, verdict
