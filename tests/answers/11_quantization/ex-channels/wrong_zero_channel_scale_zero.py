def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    last = np.moveaxis(w, axis, -1)
    largest = np.abs(last).reshape(-1, last.shape[-1]).max(axis=0)
    scale = largest / n
    return np.moveaxis(np.round(last / np.where(scale > 0, scale, 1)), -1, axis).astype(np.int8), scale


def dequantize(q, scale, axis):
    return np.moveaxis(np.moveaxis(q, axis, -1) * scale, -1, axis)
