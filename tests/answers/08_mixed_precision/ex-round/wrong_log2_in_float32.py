def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    with np.errstate(divide="ignore"):
        size = np.log2(np.abs(x).astype(np.float32))
    power = np.nan_to_num(np.floor(size), nan=0, posinf=0, neginf=-9999).astype(int) + 1
    spacing = np.ldexp(1.0, np.maximum(power - 1, 1 - bias) - m)
    rounded = np.rint(x / spacing) * spacing
    largest = (2 - 2.0**-m) * 2.0**bias
    return np.where(np.abs(rounded) > largest, np.copysign(np.inf, x), rounded)
