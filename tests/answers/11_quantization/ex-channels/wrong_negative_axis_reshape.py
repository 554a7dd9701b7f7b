def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    last = np.moveaxis(w, axis, -1)
    largest = np.abs(last).reshape(-1, last.shape[-1]).max(axis=0)
    scale = np.where(largest > 0, largest / n, 1)
    return np.moveaxis(np.round(last / scale), -1, axis).astype(np.int8), scale


def dequantize(q, scale, axis):
    return q * scale.reshape([-1 if i == axis else 1 for i in range(q.ndim)])
