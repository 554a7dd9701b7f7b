def quantize(w, bits, axis):
    n = 2 ** (bits - 1) - 1
    t = torch.tensor(w, dtype=torch.float32)
    axis = axis % t.ndim
    largest = t.abs().transpose(0, axis).flatten(1).amax(1) if t.ndim > 1 else t.abs()
    scale = torch.where(largest > 0, largest / n, 1.0).double()
    zeros = torch.zeros(len(scale), dtype=torch.int64)
    return torch.quantize_per_channel(t, scale, zeros, axis, torch.qint8).int_repr(), scale


def dequantize(q, scale, axis):
    return np.moveaxis(np.moveaxis(q, axis, -1) * scale, -1, axis)
