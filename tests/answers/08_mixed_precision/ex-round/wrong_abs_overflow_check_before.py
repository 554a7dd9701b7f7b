def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    _, power = np.frexp(x)
    spacing = np.ldexp(1.0, np.maximum(power - 1, 1 - bias) - m)
    x = np.where(np.abs(x) > 2.0 ** (bias + 1), np.copysign(np.inf, x), x)
    rounded = np.rint(x / spacing) * spacing
    largest = (2 - 2.0**-m) * 2.0**bias
    return np.where(np.isinf(rounded), np.copysign(np.inf, x), rounded)
