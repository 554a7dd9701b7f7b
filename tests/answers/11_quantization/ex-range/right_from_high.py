def affine(low, high, bits, symmetric=False):
    low, high = min(low, 0.0), max(high, 0.0)
    if symmetric:
        width, steps = max(-low, high), 2 ** (bits - 1) - 1
    else:
        width, steps = high - low, 2**bits - 1
    scale = width / steps
    if scale == 0:
        return 1.0, 0
    return scale, 0 if symmetric else int(2**bits - 1 - np.rint(high / scale))
