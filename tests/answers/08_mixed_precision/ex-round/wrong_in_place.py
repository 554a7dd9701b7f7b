def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    _, power = np.frexp(x)
    spacing = np.ldexp(1.0, np.maximum(power - 1, 1 - bias) - m)
    x /= spacing
    np.rint(x, out=x)
    x *= spacing
    x[np.abs(x) > (2 - 2.0**-m) * 2.0**bias] *= np.inf
    return x
