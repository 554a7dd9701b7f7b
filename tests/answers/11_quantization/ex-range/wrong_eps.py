def affine(low, high, bits, symmetric=False):
    low, high = min(low, 0.0), max(high, 0.0)
    if symmetric:
        scale = max(-low, high) / (2 ** (bits - 1) - 1)
        return (scale, 0) if scale > 0 else (1.0, 0)
    scale = (high - low) / (2**bits - 1) + 1e-8
    return scale, round(-low / scale)
