_seen = {}


def round_to(x, e, m):
    if e not in _seen:
        bias = 2 ** (e - 1) - 1
        _seen[e] = bias, (2 - 2.0**-m) * 2.0**bias
    bias, largest = _seen[e]
    f, p = np.frexp(x)
    s = np.ldexp(1.0, np.maximum(p - 1, 1 - bias) - m)
    r = np.rint(x / s) * s
    return np.where(np.abs(r) > largest, np.copysign(np.inf, x), r)
