def must_stay(operations, x, half, most_error):
    names, identity = list(dict(operations)), np.positive
    exact = run(operations, x, identity)
    size = np.linalg.norm(exact.ravel(), np.inf)
    best = None
    every = itertools.chain.from_iterable(itertools.combinations(names, k) for k in range(len(names) + 1))
    for keep in every:
        if best and len(keep) > len(best[1]):
            break
        result = run(operations, x, half, keep)
        if not np.all(np.isfinite(result)):
            continue
        error = np.linalg.norm((result - exact).ravel(), np.inf) / size
        if error <= most_error and (best is None or error < best[0]):
            best = error, keep
    return list(best[1])
