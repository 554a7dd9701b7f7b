def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    q, scales = np.empty(w.shape, np.int8), []
    for k, channel in enumerate(np.moveaxis(w, axis, 0)):
        largest = max(channel.max(), -channel.min())
        scales.append(largest / n if largest else 1.0)
        np.moveaxis(q, axis, 0)[k] = np.floor(channel / scales[-1] + 0.5)
    return q, scales


def dequantize(q, scale, axis):
    out = np.array(q, np.float32)
    view = np.moveaxis(out, axis, 0)
    for k in range(len(scale)):
        view[k] *= scale[k]
    return out
