def quantize(w, bits, axis):
    axis %= w.ndim
    others = tuple(i for i in range(w.ndim) if i != axis)
    scale = np.max(np.abs(w), axis=others, keepdims=True) / (2 ** (bits - 1) - 1)
    scale = scale + (scale == 0)
    return np.rint(w / scale).astype("int8"), scale.ravel()


def dequantize(q, scale, axis):
    letters = "abcdef"[: q.ndim]
    return np.einsum(f"{letters},{letters[axis]}->{letters}", q, scale)
