def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)
    for k in range(len(names) + 1):
        result = run(operations, x, half, names[:k])
        if np.isfinite(result).all():
            if np.abs(result - exact).max() / np.abs(exact).max() <= most_error:
                return names[:k]
