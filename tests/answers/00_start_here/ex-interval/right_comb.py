from math import comb


def compare_pairs(pairs, confidence):
    r = np.sort(np.divide(pairs[:, 1], pairs[:, 0]))
    n, k, tail = len(r), 0, 0
    while True:
        tail += comb(n, k)  # of k or fewer heads, in 2^n
        if 2 * tail / 2**n > 1 - confidence:
            break
        k += 1
    if not k:
        return np.median(r), -np.inf, np.inf, "no difference"
    low, high = r[k - 1], r[::-1][k - 1]
    return (
        np.median(r),
        low,
        high,
        {(True, False): "slower", (False, True): "faster"}.get(
            (low > 1.05, high * 1.05 < 1), "no difference"
        ),
    )
