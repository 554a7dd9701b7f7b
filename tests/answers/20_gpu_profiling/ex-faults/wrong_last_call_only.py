def faults(make):
    """The names of the bugs that the step has, a list in the table's order."""
    step, notes = make(), []
    for call in range(5):
        x, lr, w = np.linspace(1, 2, step.n) + call, 0.01 * (call + 1), step.weights()
        y = step(x, lr)
        notes.append((x, lr, w, y, y.copy(), step.weights()))
    found = []
    if any(not np.allclose(y, 2 * w * x * (y != 0)) for x, _, w, _, y, _ in notes[:1]):
        found.append("stale input")
    if any(not np.allclose(after, w - lr * y / w) for _, lr, w, _, y, after in notes):
        found.append("fixed rate")
    masks = [y != 0 for _, _, _, _, y, _ in notes]
    if any(np.array_equal(a, b) for a, b in itertools.pairwise(masks)):
        found.append("same noise")
    if any(not np.array_equal(y, copy) for _, _, _, y, copy, _ in notes):
        found.append("overwritten output")
    return found
