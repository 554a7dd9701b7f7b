def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    powers = 2.0 ** np.arange(1 - bias, bias + 1)
    size = np.abs(x)
    place = np.clip(np.searchsorted(powers, size, side="right") - 1, 0, None)
    spacing = powers[place] / 2**m
    with np.errstate(all="ignore"):
        y = np.around(size / spacing) * spacing
    y[y > powers[-1] * (2 - 2.0**-m)] = np.inf
    return y * np.where(np.signbit(x), -1.0, 1.0)
