import numpy

np = network_loss = buggy_gradients = small_network = slips = getsource = show_progress = None
emit = check = lab = check_gradcheck = None


def numeric_gradient(loss, params, eps=1e-5):
    found = {}
    for name, array in params.items():
        slope = numpy.empty(array.shape)
        for index in numpy.ndindex(array.shape):
            kept, values = array[index], []
            for change in (eps, -eps):
                array[index] = kept + change
                values.append(loss(params))
            array[index] = kept
            slope[index] = (values[0] - values[1]) / (2 * eps)
        found[name] = slope
    return found


def suspects(loss, params, grads):
    numeric, wrong = numeric_gradient(loss, params), []
    for name, right in numeric.items():
        given = grads[name]
        limit = 1e-4 * max(abs(right).max(), abs(given).max())
        if not numpy.isfinite(given).all() or abs(right - given).max() > limit:
            wrong.append(name)
    return wrong
