def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)
    for k in range(len(names) + 1):
        best = None
        for keep in itertools.combinations(names, k):
            result = run(operations, x, half, keep)
            error = np.abs(result - exact).max() / np.abs(exact).max()
            if best is None or error < best:
                best, which = error, keep
        if best <= most_error:
            return list(which)
