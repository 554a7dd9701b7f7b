def layer_backward(dh, x, w, b):
    dx = np.zeros_like(x)
    for i in range(len(x)):
        dz = np.where(x[i] @ w + b > 0, dh[i], 0)
        dx[i] = w @ dz
        dw = np.outer(x[i], dz)
        db = dz
    return dx, dw, db
