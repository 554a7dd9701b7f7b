def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    _, power = np.frexp(x)
    with np.errstate(all="ignore"):
        first = np.ldexp(1.0, power - 1 - m)
        x = np.where(np.isfinite(x) & (x != 0), np.rint(x / np.where(first > 0, first, 1)) * first, x)
    spacing = np.ldexp(1.0, np.maximum(power - 1, 1 - bias) - m)
    rounded = np.rint(x / spacing) * spacing
    largest = (2 - 2.0**-m) * 2.0**bias
    return np.where(np.abs(rounded) > largest, np.copysign(np.inf, x), rounded)
