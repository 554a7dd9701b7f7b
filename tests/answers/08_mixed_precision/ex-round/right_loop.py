def round_to(x, e, m):
    import math

    bias = 2 ** (e - 1) - 1
    found = np.empty_like(x)
    for place, value in np.ndenumerate(x):
        value = float(value)
        if value == 0 or not math.isfinite(value):
            found[place] = value
            continue
        p = max(math.frexp(value)[1] - 1, 1 - bias)
        count = round(math.ldexp(value, m - p))
        result = math.ldexp(count, p - m)
        if abs(result) >= 2.0 ** (bias + 1):
            result = math.inf
        found[place] = math.copysign(result, value)
    return found
