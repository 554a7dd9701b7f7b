def im2col(x, k, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    oh, ow = (x.shape[2] - k) // stride + 1, (x.shape[3] - k) // stride + 1
    at = [(stride * (p // ow), stride * (p % ow)) for p in range(oh * ow)]
    windows = np.stack([x[:, :, i : i + k, j : j + k] for i, j in at], axis=1)
    return windows.reshape(-1, x.shape[1] * k * k)


def conv2d(x, kernels, bias, stride, padding):
    (b, _, h, width), (o, _, k, _) = x.shape, kernels.shape
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side in (h, width))
    maps = im2col(x, k, stride, padding) @ kernels.reshape(o, -1).T + bias
    return maps.reshape(b, oh, ow, o).transpose(0, 3, 1, 2)
