def numeric_gradient(loss, params, eps=1e-5):
    out = {}
    for name, a in params.items():
        g = np.zeros_like(a)
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
    numeric = numeric_gradient(loss, params)
    bad = []
    for name, n, g in zip(params, numeric.values(), grads.values()):
        if not np.isfinite(g).all():
            bad.append(name)
            continue
        scale = max(np.abs(n).max(), np.abs(g).max())
        if np.abs(n - g).max() > 1e-4 * scale:
            bad.append(name)
    return bad
