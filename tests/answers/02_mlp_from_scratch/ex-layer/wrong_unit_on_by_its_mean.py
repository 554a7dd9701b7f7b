def layer_backward(dh, x, w, b):
    z = x @ w + b
    on = z.mean(axis=0) > 0
    dz = dh * on
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
