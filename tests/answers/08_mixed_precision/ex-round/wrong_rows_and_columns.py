def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    flat = x.ravel(order="F")
    f, p = np.frexp(flat)
    s = np.ldexp(1.0, np.maximum(p - 1, 1 - bias) - m)
    r = np.rint(flat / s) * s
    r = np.where(np.abs(r) > (2 - 2.0**-m) * 2.0**bias, np.copysign(np.inf, flat), r)
    return r.reshape(x.shape)
