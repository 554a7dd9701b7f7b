def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    exact = run(operations, x, lambda it: it)

    def error(keep):
        result = run(operations, x, half, keep)
        if not np.isfinite(result).all():
            return np.inf
        return np.abs(result - exact).max() / np.abs(exact).max()

    worst = sorted(names, key=lambda name: -error([n for n in names if n != name]))
    kept = []
    while error(kept) > most_error:
        kept.append(worst.pop(0))
    return [name for name in names if name in kept]
