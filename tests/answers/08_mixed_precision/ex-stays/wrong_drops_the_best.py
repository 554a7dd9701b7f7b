def must_stay(operations, x, half, most_error):
    exact = run(operations, x, lambda it: it)

    def error(keep):
        result = run(operations, x, half, keep)
        if not np.isfinite(result).all():
            return np.inf
        return np.abs(result - exact).max() / np.abs(exact).max()

    keep = [name for name, _ in operations]
    while keep:
        trials = [[n for n in keep if n != drop] for drop in keep]
        best = min(trials, key=error)
        if error(best) > most_error:
            break
        keep = best
    return keep
