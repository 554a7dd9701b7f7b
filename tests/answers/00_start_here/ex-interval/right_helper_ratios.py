def ratios(pairs):
    return np.sort(pairs[:, 1] / pairs[:, 0])


def compare_pairs(pairs, confidence):
    r = ratios(pairs)
    n = len(r)
    k = int(np.sum(2 * binom.cdf(np.arange(n), n, 0.5) <= 1 - confidence))
    low, high = (r[k - 1], r[n - k]) if k else (-np.inf, np.inf)
    return (
        np.median(r),
        low,
        high,
        "slower" if low > 1.05 else "faster" if high < 1 / 1.05 else "no difference",
    )
