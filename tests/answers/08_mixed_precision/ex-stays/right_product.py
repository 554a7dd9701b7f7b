def must_stay(operations, x, half, most_error):
    from itertools import product

    names = np.array([name for name, _ in operations], dtype=object)
    exact = run(operations, x, np.array)
    table = []
    for flags in product([False, True], repeat=len(names)):
        keep = names[list(flags)].tolist()
        result = run(operations, x, half, keep=set(keep))
        with np.errstate(all="ignore"):
            error = np.nan_to_num(np.abs(result - exact).max() / np.abs(exact).max(), nan=np.inf)
        table.append((len(keep), error, keep))
    table.sort(key=lambda row: row[:2])
    return next(keep for _, error, keep in table if error <= most_error)
