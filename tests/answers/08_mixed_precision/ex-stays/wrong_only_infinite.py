def must_stay(operations, x, half, most_error):
    names = [name for name, _ in operations]
    for k in range(len(names) + 1):
        for keep in itertools.combinations(names, k):
            if np.isfinite(run(operations, x, half, keep)).all():
                return list(keep)
