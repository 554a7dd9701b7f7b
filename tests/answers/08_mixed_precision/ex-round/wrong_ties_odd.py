def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    _, power = np.frexp(x)
    spacing = np.ldexp(1.0, np.maximum(power - 1, 1 - bias) - m)
    count = x / spacing
    down = np.floor(count)
    tie = count - down == 0.5
    count = np.where(tie, down + (down % 2 == 0), np.rint(count))
    rounded = np.copysign(count, x) * spacing
    largest = (2 - 2.0**-m) * 2.0**bias
    return np.where(np.abs(rounded) > largest, np.copysign(np.inf, x), rounded)
