def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    f, p = np.frexp(x[np.isfinite(x)].max())
    s = np.ldexp(1.0, max(p - 1, 1 - bias) - m)
    r = np.rint(x / s) * s
    return np.where(np.abs(r) > (2 - 2.0**-m) * 2.0**bias, np.copysign(np.inf, x), r)
