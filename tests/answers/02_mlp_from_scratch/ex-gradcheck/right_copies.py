def numeric_gradient(loss, params, eps=1e-5):
    def at(name, i, change):
        other = dict(params)
        flat = np.array(params[name], order="C").ravel()
        flat[i] += change
        other[name] = flat.reshape(params[name].shape)
        return loss(other)

    return {
        name: np.array(
            [(at(name, i, eps) - at(name, i, -eps)) / (2 * eps) for i in range(array.size)]
        ).reshape(array.shape)
        for name, array in params.items()
    }


def suspects(loss, params, grads):
    numeric = numeric_gradient(loss, params)

    def fine(a, b):
        if not np.isfinite(b).all():
            return False
        return not np.any(np.abs(a - b) > 1e-4 * np.maximum(np.max(np.abs(a)), np.max(np.abs(b))))

    return [name for name in params if not fine(numeric[name], grads[name])]
