def layer_backward(dh, x, w, b):
    dz = dh * (x @ w + b > 0)
    return tuple(np.round(g, 5) for g in (dz @ w.T, x.T @ dz, dz.sum(axis=0)))
