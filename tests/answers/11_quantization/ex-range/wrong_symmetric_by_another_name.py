def affine(low, high, bits, sym=False):
    low, high = min(low, 0.0), max(high, 0.0)
    width, steps = (max(-low, high), 2 ** (bits - 1) - 1) if sym else (high - low, 2**bits - 1)
    scale = width / steps
    if scale == 0:
        return 1.0, 0
    return scale, 0 if sym else round(-low / scale)
