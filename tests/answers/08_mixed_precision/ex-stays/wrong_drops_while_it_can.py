def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)
    kept = list(names)
    for name in names:
        less = [n for n in kept if n != name]
        result = run(operations, x, half, less)
        if np.isfinite(result).all():
            if np.abs(result - exact).max() / np.abs(exact).max() <= most_error:
                kept = less
    return kept
