def faults(make):
    """The names of the bugs that the step has, a list in the table's order."""
    step = make()
    rng = np.random.default_rng(0)
    notes = []
    for k in range(6):
        x = rng.uniform(1, 2, step.n)
        lr = 0.01 * (k + 1)
        before = step.weights()
        y = step(x, lr)
        notes.append((x, lr, before, y, np.array(y), step.weights()))
    stale = fixed = noise = False
    for x, lr, w, _, y0, after in notes:
        on = y0 != 0
        stale |= (y0[on] != (2 * w * x)[on]).any()
        fixed |= not np.allclose(after - w, -lr * y0 / w)
    for a, b in itertools.pairwise(notes):
        noise |= np.array_equal(a[4] != 0, b[4] != 0)
    over = any(not np.array_equal(n[3], n[4]) for n in notes)
    names = ["stale input", "fixed rate", "same noise", "overwritten output"]
    return [n for n, f in zip(names, [stale, fixed, noise, over]) if f]
