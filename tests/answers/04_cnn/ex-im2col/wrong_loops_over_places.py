def im2col(x, k, stride, padding):
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = []
    for image in x:
        for i in range(0, x.shape[2] - k + 1, stride):
            for j in range(0, x.shape[3] - k + 1, stride):
                rows.append(image[:, i : i + k, j : j + k].ravel())
    return np.array(rows)


def conv2d(x, kernels, bias, stride, padding):
    (b, _, h, width), (o, _, k, _) = x.shape, kernels.shape
    oh, ow = ((side + 2 * padding - k) // stride + 1 for side in (h, width))
    maps = im2col(x, k, stride, padding) @ kernels.reshape(o, -1).T + bias
    return maps.reshape(b, oh, ow, o).transpose(0, 3, 1, 2)
