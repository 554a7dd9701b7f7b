def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)

    def error(keep):
        y = run(operations, x, half, keep)
        return np.abs(y - exact).max() / np.abs(exact).max() if np.isfinite(y).all() else np.inf

    kept = []
    while error(kept) > most_error:
        kept.append(min((n for n in names if n not in kept), key=lambda n: error([*kept, n])))
    return [n for n in names if n in kept]
