def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)
    for k in range(0, len(names) + 1):
        good = []
        for keep in itertools.combinations(names, k):
            result = run(operations, x, half, keep)
            error = np.abs(result - exact).max() / np.abs(exact).max()
            good.append((error, keep))
        if min(good)[0] <= most_error:
            return list(min(good)[1])
    return []
