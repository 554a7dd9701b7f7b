def round_to(x, e, m):
    import math

    bias = 2 ** (e - 1) - 1
    out = np.empty(len(x))
    for i, v in enumerate(x):
        if not math.isfinite(v):
            out[i] = v
            continue
        s = 2.0 ** (max(math.frexp(v)[1] - 1, 1 - bias) - m)
        r = round(v / s) * s
        if abs(r) > (2 - 2.0**-m) * 2.0**bias:
            r = math.inf
        out[i] = math.copysign(r, v)
    return out
