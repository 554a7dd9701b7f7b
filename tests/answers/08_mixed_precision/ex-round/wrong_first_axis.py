def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    _, power = np.frexp(x)
    spacing = np.ldexp(1.0, np.maximum(power - 1, 1 - bias) - m)
    rounded = np.rint(x / spacing) * spacing
    largest = (2 - 2.0**-m) * 2.0**bias
    return (
        np.where(np.abs(rounded) > largest, np.copysign(np.inf, x), rounded).reshape(-1, *x.shape[1:])
        if x.size
        else rounded.T
    )
