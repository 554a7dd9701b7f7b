def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 0)
    return dz @ w.T if w.shape[0] != w.shape[1] else dz @ w, x.T @ dz, dz.sum(axis=0)
