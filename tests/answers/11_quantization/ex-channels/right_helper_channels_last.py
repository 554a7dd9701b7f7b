def last(w, axis):
    return np.moveaxis(w, axis, -1)


def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    rows = last(w, axis)
    largest = np.abs(rows).reshape(-1, rows.shape[-1]).max(axis=0)
    scale = np.where(largest > 0, largest / n, 1)
    return np.moveaxis(np.round(rows / scale), -1, axis).astype(np.int8), scale


def dequantize(q, scale, axis):
    return np.moveaxis(np.moveaxis(q, axis, -1) * scale, -1, axis)
