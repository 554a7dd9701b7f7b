np = network_loss = buggy_gradients = getsource = show_progress = emit = check = lab = check_layer = None


def layer_backward(dh, x, w, b):
    dz = dh * ((x @ w + b) > 0)
    return dz @ w.T, x.T @ dz, dz.sum(axis=0)
