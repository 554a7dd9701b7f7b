def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)
    for k in range(len(names) + 1):
        within = []
        for keep in itertools.combinations(names, k):
            result = run(operations, x, half, keep)
            error = np.abs(result - exact).max() / np.abs(exact).max()
            if np.isfinite(result).all() and error <= most_error:
                within.append((error, keep))
        if within:
            return (n for n in min(within)[1])
