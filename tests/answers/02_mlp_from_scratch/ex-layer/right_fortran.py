def layer_backward(dh, x, w, b):
    step = np.ceil(np.clip(x @ w + b, 0, 1))
    dz = np.asfortranarray(dh * step)
    return (w @ dz.T).T, (dz.T @ x).T, np.add.reduce(dz)
