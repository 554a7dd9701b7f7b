def numeric_gradient(loss, params, eps=1e-5):
    gradients = {}
    for name, array in params.items():
        gradients[name] = np.zeros(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + eps
            up = loss(params)
            array[index] = kept - eps
            down = loss(params)
            array[index] = kept
            gradients[name][index] = (up - down) / (2 * eps)
    return gradients


def suspects(loss, params, grads):
    found = []
    for name, numeric in numeric_gradient(loss, params).items():
        given = grads[name]
        scale = max(np.abs(numeric).max(), np.abs(given).max())
        if not np.abs(numeric - given).mean() <= 1e-4 * scale:
            found.append(name)
    return found
