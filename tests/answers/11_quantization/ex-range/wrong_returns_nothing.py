def affine(low, high, bits, symmetric=False):
    low, high = min(low, 0.0), max(high, 0.0)
    width, steps = (max(-low, high), 2 ** (bits - 1) - 1) if symmetric else (high - low, 2**bits - 1)
    scale = width / steps or 1.0
    zero_point = 0 if symmetric else round(-low / scale)
