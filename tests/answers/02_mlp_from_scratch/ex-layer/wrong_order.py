def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 0)
    return x.T @ dz, dz.sum(axis=0), dz @ w.T
