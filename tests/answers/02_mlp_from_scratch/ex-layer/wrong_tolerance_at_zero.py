def layer_backward(dh, x, w, b):
    z = x @ w + b
    dz = dh * (z > 1e-3)
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
