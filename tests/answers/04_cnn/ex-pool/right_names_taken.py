torch = F = nn = emit = check = as_array = convolved = counted = pooled = unaided = python_steps = (
    load_mnist
) = None
build = cost = digits = moved = trained = table = try_out = data = x_val = y_val = rng = seed = quick = None


def max_pool(x, k, stride):
    b, c, h, w = x.shape
    oh, ow = (h - k) // stride + 1, (w - k) // stride + 1
    y, where = np.empty((b, c, oh, ow)), np.empty((b, c, oh, ow), int)
    for n in range(b):
        for m in range(c):
            for i in range(oh):
                for j in range(ow):
                    best = -np.inf
                    for u in range(i * stride, i * stride + k):
                        for v in range(j * stride, j * stride + k):
                            if x[n, m, u, v] > best:
                                best = x[n, m, u, v]
                                where[n, m, i, j] = u * w + v
                    y[n, m, i, j] = best
    return y, where


def max_pool_backward(dy, where, shape):
    dx = np.zeros(shape)
    for (n, m, i, j), at in np.ndenumerate(where):
        dx[n, m, at // shape[3], at % shape[3]] += dy[n, m, i, j]
    return dx
