def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 1e-6)
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
