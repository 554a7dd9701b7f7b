def must_stay(operations, x, half, most_error):
    exact = run(operations, x, lambda it: it)

    def error(keep):
        result = run(operations, x, half, keep)
        if not np.isfinite(result).all():
            return np.inf
        return np.abs(result - exact).max() / np.abs(exact).max()

    keep, rest = [], [name for name, _ in operations]
    while error(keep) > most_error:
        best = min(rest, key=lambda name: error([*keep, name]))
        keep.append(best)
        rest.remove(best)
    return [name for name, _ in operations if name in keep]
