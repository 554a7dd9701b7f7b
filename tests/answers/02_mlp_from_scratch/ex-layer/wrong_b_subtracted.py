def layer_backward(dh, x, w, b):
    dz = np.where(x @ w - b > 0, dh, 0)
    return dz @ w.T, x.T @ dz, dz.sum(0)
