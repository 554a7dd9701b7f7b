def layer_backward(dh, x, w, b):
    z = x @ w + b
    on = (z > 0).all(axis=1, keepdims=True)
    dz = dh * on
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
