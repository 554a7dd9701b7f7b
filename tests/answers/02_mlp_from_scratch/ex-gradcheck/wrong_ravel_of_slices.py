def numeric_gradient(loss, params, eps=1e-5):
    out = {}
    for name, a in params.items():
        g = np.zeros_like(a)
        flat, flat_g = a.ravel(order="K"), g.ravel(order="K")
        for i in range(a.size):
            kept = flat[i]
            flat[i] = kept + eps
            up = loss(params)
            flat[i] = kept - eps
            down = loss(params)
            flat[i] = kept
            flat_g[i] = (up - down) / (2 * eps)
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
