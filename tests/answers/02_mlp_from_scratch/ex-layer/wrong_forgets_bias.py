def layer_backward(dh, x, w, b):
    dz = dh * (x @ w > 0)
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
