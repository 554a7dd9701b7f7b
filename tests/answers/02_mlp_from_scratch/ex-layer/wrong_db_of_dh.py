def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 0)
    return dz @ w.T, x.T @ dz, dh.sum(axis=0)
