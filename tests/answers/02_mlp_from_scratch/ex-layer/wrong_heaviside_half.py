def layer_backward(dh, x, w, b):
    z = x @ w + b
    dz = dh * np.heaviside(z, 0.5)
    dx = dz @ w.T
    dw = x.T @ dz
    db = dz.sum(axis=0)
    return dx, dw, db
