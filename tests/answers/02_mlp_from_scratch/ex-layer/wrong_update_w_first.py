def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 0)
    dw, db = x.T @ dz, dz.sum(axis=0)
    w = w - 0.1 * dw
    return dz @ w.T, dw, db
