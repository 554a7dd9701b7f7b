def im2col(x, k, stride, padding):
    sides = (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), sides, sides))
    wide = np.lib.stride_tricks.sliding_window_view(padded, k, axis=3)[:, :, :, ::stride]
    rows = [wide[:, :, i : i + k].transpose(0, 3, 1, 2, 4) for i in range(0, padded.shape[2] - k + 1, stride)]
    return np.stack(rows, axis=1).reshape(-1, x.shape[1] * k * k)


def conv2d(x, kernels, bias, stride, padding):
    (b, _, h, width), (o, _, k, _) = x.shape, kernels.shape
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side in (h, width))
    maps = im2col(x, k, stride, padding) @ kernels.reshape(o, -1).T + bias  # (b * oh * ow, o)
    return maps.reshape(b, oh, ow, o).transpose(0, 3, 1, 2)
