def numeric_gradient(loss, params, eps=1e-5):
    out = {}
    for name, a in params.items():
        g = np.zeros(a.shape)
        places = (
            np.ndindex(a.shape) if a.ndim < 2 else [(i, j) for i in range(len(a)) for j in range(a.shape[1])]
        )
        for i in places:
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
    return found
