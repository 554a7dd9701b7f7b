torch = F = nn = emit = check = as_array = convolved = counted = pooled = unaided = python_steps = (
    load_mnist
) = None
build = cost = digits = moved = trained = table = try_out = data = x_val = y_val = rng = seed = quick = None


def im2col(x, k, stride, padding):
    b, c, h, width = x.shape
    padded = np.zeros((b, c, h + 2 * padding, width + 2 * padding), x.dtype)
    padded[:, :, padding : padding + h, padding : padding + width] = x
    oh = (h + 2 * padding - k) // stride + 1
    ow = (width + 2 * padding - k) // stride + 1
    rows = np.empty((b, oh, ow, c, k, k))
    for u in range(k):
        for v in range(k):
            part = padded[:, :, u : u + stride * oh : stride, v : v + stride * ow : stride]
            rows[..., u, v] = part[:, :, :oh, :ow].transpose(0, 2, 3, 1)
    return rows.reshape(b * oh * ow, c * k * k)


def conv2d(x, kernels, bias, stride, padding):
    o, k = len(kernels), kernels.shape[2]
    rows = im2col(x, k, stride, padding)
    oh = (x.shape[2] + 2 * padding - k) // stride + 1
    maps = np.einsum("pf,of->op", rows, kernels.reshape(o, -1)) + bias[:, None]
    return np.moveaxis(maps.reshape(o, len(x), oh, -1), 0, 1)
