def must_stay(operations, x, half, most_error):
    exact = run(operations, x, lambda it: it)
    found = []
    for name, _ in operations:
        keep = [other for other, _ in operations if other != name]
        result = run(operations, x, half, keep)
        error = np.abs(result - exact).max() / np.abs(exact).max()
        if not error <= most_error:
            found.append(name)
    return found
