def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 0)
    return dz @ w.T, x.T @ dz + 1e-4 * w, dz.sum(axis=0)
