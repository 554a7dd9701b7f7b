def steps(bits, symmetric):
    return 2**bits - 2 if symmetric else 2**bits - 1


def affine(low, high, bits, symmetric=False):
    low, high = min(low, 0.0), max(high, 0.0)
    if symmetric:
        width, n = 2 * max(-low, high), steps(bits, True)
    else:
        width, n = high - low, steps(bits, False)
    scale = width / n
    if scale == 0:
        return 1.0, 0
    return scale, 0 if symmetric else round(-low / scale)
