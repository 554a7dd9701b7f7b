def layer_backward(dh, x, w, b):
    dz = dh * np.sign(x @ w + b)
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
