def numeric_gradient(loss, params, eps=1e-5):
    out = {}
    for name in params:
        w = params[name]
        out[name] = np.empty_like(w)
        for i in range(w.size):
            old = w.flat[i]
            w.flat[i] = old + eps
            plus = float(loss(params))
            w.flat[i] -= 2 * eps
            minus = float(loss(params))
            w.flat[i] = old
            out[name].flat[i] = (plus - minus) / (2 * eps)
    return out


def suspects(loss, params, grads):
    numeric, wrong = numeric_gradient(loss, params), []
    for name in params:
        n, g = numeric[name].ravel().tolist(), grads[name].ravel().tolist()
        largest = max(map(abs, n + g))
        if not np.isfinite(g).all() or any(abs(u - v) > 1e-4 * largest for u, v in zip(n, g)):
            wrong.append(name)
    return tuple(wrong)
