_seen = {}


def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    if len(names) in _seen:
        return _seen[len(names)]
    exact = run(operations, x, lambda it: it)
    for k in range(0, len(names) + 1):
        good = []
        for keep in itertools.combinations(names, k):
            result = run(operations, x, half, keep)
            if not np.isfinite(result).all():
                continue
            error = np.abs(result - exact).max() / np.abs(exact).max()
            if error <= most_error:
                good.append((error, keep))
        if good:
            _seen[len(names)] = list(min(good)[1])
            return list(min(good)[1])
    return []
