def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    _, power = np.frexp(x)
    spacing = np.ldexp(1.0, np.maximum(power - 1, 1 - bias) - m)
    low = np.floor(x / spacing) * spacing
    rest = x - low
    up = (rest > spacing / 2) | ((rest == spacing / 2) & (np.floor(low) % 2 == 1))
    rounded = np.copysign(low + up * spacing, x)
    largest = (2 - 2.0**-m) * 2.0**bias
    return np.where(np.abs(rounded) > largest, np.copysign(np.inf, x), rounded)
