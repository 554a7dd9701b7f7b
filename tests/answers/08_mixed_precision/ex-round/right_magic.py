def round_to(x, e, m):
    """Adding and taking away a number whose spacing is the format's lets the processor round."""
    bias = 2 ** (e - 1) - 1
    size = np.abs(x)
    with np.errstate(all="ignore"):
        p = np.clip(np.frexp(size)[1] - 1, 1 - bias, bias + 2)
        magic = np.ldexp(1.5, p - m + 52)
        rounded = np.where(size < 2.0 ** (bias + 2), (size + magic) - magic, np.inf)
    rounded[rounded >= 2.0 ** (bias + 1)] = np.inf
    rounded[np.isnan(x)] = np.nan
    return np.copysign(rounded, x)
