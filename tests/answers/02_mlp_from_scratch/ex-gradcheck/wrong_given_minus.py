def numeric_gradient(loss, params, eps=1e-5):
    found = {}
    for name, array in params.items():
        slope = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + eps
            up = loss(params)
            array[index] = kept - eps
            down = loss(params)
            array[index] = kept
            slope[index] = (up - down) / (2 * eps)
        found[name] = slope
    return found


def suspects(loss, params, grads):
    wrong = []
    for name, numeric in numeric_gradient(loss, params).items():
        given = grads[name]
        scale = max(np.abs(numeric).max(), np.abs(given).max())
        fine = (given - numeric).max() <= 1e-4 * scale
        if not (fine and np.isfinite(given).all()):
            wrong.append(name)
    return wrong
