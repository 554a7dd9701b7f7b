def numeric_gradient(loss, params, eps=1e-5):
    out = {}
    for name, array in params.items():
        out[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + eps
            up = loss(params)
            array[index] = kept - eps
            down = loss(params)
            array[index] = kept
            out[name][index] = (up - down) / (2 * eps)
    return out


def suspects(loss, params, grads):
    ours = numeric_gradient(loss, params)
    wrong = []
    for name in params:
        n, g = ours[name], grads[name]
        scale = max(np.abs(n).max(), np.abs(g).max())
        if not np.isfinite(g).all() or np.abs(n - g).max() / max(scale, np.finfo(float).tiny) > 1e-4:
            wrong.append(name)
    return wrong
