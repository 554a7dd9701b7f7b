def faults(make):
    def stale():
        step = make()
        for i in range(5):
            x, w = np.full(step.n, 1.0 + i), step.weights()
            y = step(x, 0.0)
            seen = y[y != 0] / w[y != 0]
            if np.abs(seen - 2 * x[0]).max() > 1e-6:
                return True
        return False

    def fixed_rate():
        step = make()
        for lr in (0.5, 0.25, 0.0, 0.125, 0.375):
            w = step.weights()
            y = step(np.ones(step.n), lr)
            if not np.allclose(w - step.weights(), lr * y / w):
                return True
        return False

    def noise():
        step = make()
        masks = [step(np.ones(step.n), 0.001) == 0 for _ in range(5)]
        return any((a == b).all() for a, b in zip(masks, masks[1:]))

    def overwritten():
        step = make()
        kept = []
        for i in range(8):
            y = step(np.full(step.n, 2.0 + i), 1e-3)
            kept.append((y, y.copy()))
        return any((a != b).any() for a, b in kept)

    tests = {
        "stale input": stale,
        "fixed rate": fixed_rate,
        "same noise": noise,
        "overwritten output": overwritten,
    }
    return [name for name, test in tests.items() if test()]
