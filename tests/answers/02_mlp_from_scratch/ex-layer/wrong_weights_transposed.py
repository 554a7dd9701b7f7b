def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 0)
    return dz @ w.T, dz.T @ x, dz.sum(axis=0)
