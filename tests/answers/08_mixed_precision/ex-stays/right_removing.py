def must_stay(operations, x, half, most_error):
    names = tuple(n for n, _ in operations)
    exact = run(operations, x, lambda v: 1 * v)
    good = {}
    for bits in range(1 << len(names)):
        keep = tuple(n for i, n in enumerate(names) if bits & (1 << i))
        y = run(operations, x, half, keep)
        if np.isnan(y).any() or np.isinf(y).any():
            continue
        e = (np.abs(y - exact) / np.abs(exact).max()).max()
        if not e > most_error:
            good.setdefault(len(keep), {})[float(e)] = keep
    smallest = good[min(good)]
    return [*smallest[min(smallest)]]
