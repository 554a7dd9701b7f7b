def faults(make):
    step = make()
    rng = np.random.default_rng(0)
    notes = []
    for k in range(5):
        x = rng.uniform(1, 2, step.n)
        lr = 0.01 * (k + 1)
        w = step.weights()
        y = step(x, lr)
        notes.append((x, lr, w, y, np.array(y), step.weights()))
    found = []
    if any(not np.allclose(c[c != 0], (2 * w * x)[c != 0]) for x, _, w, _, c, _ in notes[1:2]):
        found.append("stale input")
    if any(not np.allclose(v - w, -lr * c / w) for _, lr, w, _, c, v in notes[1:2]):
        found.append("fixed rate")
    if any(np.array_equal(p[4] != 0, q[4] != 0) for p, q in itertools.pairwise(notes)):
        found.append("same noise")
    if any(not np.array_equal(y, c) for _, _, _, y, c, _ in notes[1:2]):
        found.append("overwritten output")
    return found
