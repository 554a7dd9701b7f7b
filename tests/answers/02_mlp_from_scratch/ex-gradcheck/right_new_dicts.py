def numeric_gradient(loss, params, eps=1e-5):
    def moved(name, index, by):
        array = np.array(params[name])
        array[index] += by
        return loss(params | {name: array})

    return {
        name: np.array(
            [(moved(name, i, eps) - moved(name, i, -eps)) / (2 * eps) for i in np.ndindex(*a.shape)]
        ).reshape(a.shape)
        for name, a in params.items()
    }


def suspects(loss, params, grads):
    def bad(n, g):
        with np.errstate(all="ignore"):
            top = np.max(np.abs([n, g]))
            return not (np.max(np.abs(n - g)) <= top / 10_000 < np.inf)

    ours = numeric_gradient(loss, params)
    return [k for k in params if bad(ours[k], grads[k])]
