def numeric_gradient(loss, params, eps=1e-5):
    out = {}
    for name, array in params.items():
        flat = array.ravel(order="K")
        out[name] = np.zeros(array.shape)
        for i in range(array.size):
            kept = flat[i]
            flat[i] = kept + eps
            up = loss(params)
            flat[i] = kept - eps
            down = loss(params)
            flat[i] = kept
            out[name].flat[i] = (up - down) / (2 * eps)
    return out


def suspects(loss, params, grads):
    ours = numeric_gradient(loss, params)
    wrong = []
    for name in params:
        n, g = ours[name], grads[name]
        scale = max(np.abs(n).max(), np.abs(g).max())
        if not np.isfinite(g).all() or not np.abs(n - g).max() <= 1e-4 * scale:
            wrong.append(name)
    return wrong
