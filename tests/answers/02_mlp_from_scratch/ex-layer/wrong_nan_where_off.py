def layer_backward(dh, x, w, b):
    h = np.maximum(x @ w + b, 0)
    dz = dh * h / h
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
