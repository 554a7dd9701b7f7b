def numeric_gradient(loss, params, eps=1e-5):
    out = {}
    for name, a in params.items():
        g = np.zeros(a.shape)
        for i in np.ndindex(a.shape):
            kept = a[i]
            a[i] = kept + eps
            up = loss(params)
            a[i] = kept - eps
            down = loss(params)
            a[i] = kept
            g[i] = (up - down) / (2 * eps)
        out[name] = g
    return out


def suspects(loss, params, grads):
    numeric, found = numeric_gradient(loss, params), []
    for name in params:
        n, g = numeric[name], grads[name]
        scale = max(np.abs(n).max(), np.abs(g).max())
        if not np.isfinite(g).all() or np.abs(n - g).max() > 1e-4 * scale:
            found.append(name)
    for name in params:
        params[name] += 1e-9
    return found
