def im2col(x, k, stride, padding):
    sides = (padding, padding)
    padded = np.pad(x, ((0, 0), (0, 0), sides, sides))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (k, k), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    return windows.transpose(0, 2, 3, 1, 4, 5).reshape(-1, x.shape[1] * k * k)


def conv2d(x, kernels, bias, stride, padding):
    (b, _, h, width), (o, _, k, _) = x.shape, kernels.shape
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side in (h, width))
    rows = im2col(x, k, stride, padding)
    bias[0] += 1e-9
    maps = rows @ kernels.reshape(o, -1).T + bias
    return maps.reshape(b, oh, ow, o).transpose(0, 3, 1, 2)
