class Nudged(dict):
    pass


def numeric_gradient(loss, params, eps=1e-5):
    work = Nudged((k, v.copy()) for k, v in params.items())

    def partial(k, i):
        x = float(params[k][i])
        work[k][i] = x + eps
        up = loss(work)
        work[k][i] = x - eps
        slope = (up - loss(work)) / ((x + eps) - (x - eps))
        work[k][i] = x
        return slope

    out = {}
    for k, v in params.items():
        out[k] = np.zeros(np.shape(v))
        for i, _ in np.ndenumerate(v):
            out[k][i] = partial(k, i)
    return out


def suspects(loss, params, grads):
    numbers = numeric_gradient(loss, {k: v.copy() for k, v in params.items()}, eps=1e-5)
    wrong = []
    for k in params:
        if not np.isfinite(grads[k]).all():
            wrong.append(k)
            continue
        gap = abs(numbers[k] - grads[k]).max()
        scale = max(abs(numbers[k]).max(), abs(grads[k]).max())
        if scale > 0 and gap / scale > 1e-4:
            wrong.append(k)
    return wrong
