def layer_backward(dh, x, w, b):
    z = x @ w + b
    dz = dh * (dh > 0)
    dx = dz @ w.T
    dw = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dw, db
