def im2col(x, k, stride, padding):
    x = np.pad(x, 2 * [(0, 0)] + 2 * [(padding, padding)])
    (b, c, h, w), (sb, sc, sh, sw) = x.shape, x.strides
    oh, ow = (h - k) // stride + 1, (w - k) // stride + 1
    shape, strides = (b, oh, ow, c, k, k), (sb, sh * stride, sw * stride, sc, sh, sw)
    view = np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)
    return view.reshape(b * oh * ow, -1)


def conv2d(x, kernels, bias, stride, padding):
    o, _, k, _ = kernels.shape
    oh = (x.shape[2] + 2 * padding - k) // stride + 1
    maps = kernels.reshape(o, -1) @ im2col(x, k, stride, padding).T  # (o, b * oh * ow)
    return maps.reshape(o, len(x), oh, -1).swapaxes(0, 1) + bias.reshape(1, -1, 1, 1)
