def layer_backward(dh, x, w, b):
    dh *= x @ w + b > 0
    return dh @ w.T, x.T @ dh, dh.sum(axis=0)
