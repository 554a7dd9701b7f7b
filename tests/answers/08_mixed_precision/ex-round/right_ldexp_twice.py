def round_to(x, e, m):
    bias = 2 ** (e - 1) - 1
    fraction, power = np.frexp(x)
    shift = np.maximum(power, 2 - bias)
    count = np.rint(np.ldexp(fraction, power - shift + m + 1))
    y = np.ldexp(count, shift - m - 1)
    too_large = np.abs(y) >= 2.0 ** (bias + 1)
    y[too_large] = np.copysign(np.inf, y[too_large])
    return y
