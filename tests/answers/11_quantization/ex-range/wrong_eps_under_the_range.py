def affine(low, high, bits, symmetric=False):
    low, high = min(low, 0.0), max(high, 0.0)
    if low == high or high - low < 1e-300:
        return 1.0, 0
    if symmetric:
        return max(-low, high, 1e-8) / (2 ** (bits - 1) - 1), 0
    scale = max(high - low, 1e-8) / (2**bits - 1)
    return scale, round(-low / scale)
