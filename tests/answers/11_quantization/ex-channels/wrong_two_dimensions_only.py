def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    largest = np.abs(w).max(axis=1 - axis, keepdims=True)
    scale = np.where(largest > 0, largest / n, 1)
    return np.round(w / scale).astype(np.int8), scale.ravel()


def dequantize(q, scale, axis):
    return q * (scale[:, None] if axis == 0 else scale[None])
