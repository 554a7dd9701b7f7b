def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    rows = w.reshape(w.shape[0], -1)  # (out, in)
    largest = np.abs(rows).max(axis=0 if axis == 0 else 1)
    scale = np.where(largest > 0, largest / n, 1)
    return np.round(rows / (scale if axis == 0 else scale[:, None])).reshape(w.shape).astype(np.int8), scale


def dequantize(q, scale, axis):
    return np.moveaxis(np.moveaxis(q, axis, -1) * scale, -1, axis)
