_graph = {}


def max_pool(x, k, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride].reshape(*x.shape[:2], -1, k * k)
    oh, ow = ((side - k) // stride + 1 for side in x.shape[2:])
    best = windows.argmax(axis=-1).reshape(*x.shape[:2], oh, ow)
    rows = stride * np.arange(oh)[:, None] + best // k
    columns = stride * np.arange(ow) + best % k
    where = rows * x.shape[3] + columns
    _graph["x"] = torch.tensor(x, requires_grad=True)
    _graph["y"] = _graph["x"].flatten(2).gather(2, torch.tensor(where).flatten(2)).reshape(where.shape)
    return _graph["y"].detach().numpy(), where


def max_pool_backward(dy, where, shape):
    _graph["y"].backward(torch.tensor(dy))
    return _graph["x"].grad.numpy()
