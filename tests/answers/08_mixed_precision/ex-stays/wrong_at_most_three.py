def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)
    for k in range(0, 4):
        good = []
        for keep in itertools.combinations(names, k):
            result = run(operations, x, half, keep)
            if not np.isfinite(result).all():
                continue
            error = np.abs(result - exact).max() / np.abs(exact).max()
            if error <= most_error:
                good.append((error, keep))
        if good:
            return list(min(good)[1])
    return []
