def layer_backward(dh, x, w, b):
    dz = dh * np.where(x @ w + b > 0, 1, 0.01)
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
