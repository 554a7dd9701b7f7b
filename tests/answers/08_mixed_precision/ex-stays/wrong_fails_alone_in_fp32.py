def must_stay(operations, x, half, most_error):
    """Where half fails first: walk until the difference is over the bound."""
    found, a, b = [], x, x
    with np.errstate(all="ignore"):
        for name, function in operations:
            a, b = function(a, lambda it: it), function(b, half)
            if not np.abs(a - b).max() / np.abs(a).max() <= most_error:
                found.append(name)
                b = a
    return found
