def layer_backward(dh, x, w, b):
    z = x @ w + b
    dz = dh * (z > 0)
    dx = dz @ w.T
    dw = x.T @ dz
    db = np.ones(len(x)) @ dz
    return dx, dw, db
