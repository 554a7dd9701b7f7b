def quantize(w, bits, axis):
    t = torch.from_numpy(w.copy()).float().movedim(axis, 0)
    flat = t.reshape(len(t), -1)
    scale = flat.abs().amax(dim=1) / (2 ** (bits - 1) - 1)
    scale[scale == 0] = 1
    q = (flat / scale[:, None]).round().reshape(t.shape).movedim(0, axis)
    return q.to(torch.int8), torch.nn.Parameter(scale)


def dequantize(q, scale, axis):
    shape = [1] * q.ndim
    shape[axis] = -1
    return torch.from_numpy(q.copy()) * torch.as_tensor(scale).reshape(shape)
