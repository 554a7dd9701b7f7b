def numeric_gradient(loss, params, eps=1e-5):
    result = {}
    for name in params:
        a = params[name]
        r = np.empty_like(a)
        for i in range(a.size):
            old, values = a.flat[i], []
            for sign in (1, -1):
                a.flat[i] = old + sign * eps
                values.append(float(loss(params)))
            a.flat[i] = old
            r.flat[i] = (values[0] - values[1]) / 2 / eps
        result[name] = r
    return result


def suspects(loss, params, grads):
    return list(
        filter(
            lambda name: _wrong(*(np.ravel(d[name]) for d in (numeric_gradient(loss, params), grads))), params
        )
    )


def _wrong(a, b):
    if np.isnan(b).any() or np.isinf(b).any():
        return True
    largest = max(max(map(abs, a)), max(map(abs, b)))
    return bool(max(abs(p - q) for p, q in zip(a, b)) > 1e-4 * largest)
