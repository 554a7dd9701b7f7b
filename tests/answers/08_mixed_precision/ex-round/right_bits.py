def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    low = 52 - m
    word = np.abs(x).view(np.uint64)
    last = (word >> np.uint64(low)) & np.uint64(1)
    word = word + np.uint64(2 ** (low - 1) - 1) + last
    normal = ((word >> np.uint64(low)) << np.uint64(low)).view(np.float64)
    step = 2.0 ** (1 - bias - m)
    with np.errstate(all="ignore"):
        below = np.round(np.abs(x) / step) * step
    result = np.where(np.abs(x) < 2.0 ** (1 - bias), below, normal)
    result = np.where(result >= 2.0 ** (bias + 1), np.inf, result)
    return np.copysign(np.where(np.isnan(x), np.nan, result), x)
