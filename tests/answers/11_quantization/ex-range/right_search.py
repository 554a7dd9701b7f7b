def affine(low, high, bits, symmetric=False):
    if symmetric:
        largest = max(abs(low), abs(high))
        low, high = -largest, largest
    if low > 0:
        low = 0
    if high < 0:
        high = 0
    scale = (high - low) / (2**bits - 1 - symmetric)
    if scale == 0:
        return [1.0, 0]
    near = min(range(2**bits), key=lambda z: abs(low + z * scale))
    return [scale, 0 if symmetric else near]
