_calls = []


def plan():
    _calls.append(1)
    n = 625
    if len(_calls) > 1:
        return np.full(n, 0.0), np.full(n, 64)
    return 0.2 * (1 - np.arange(n) / n), np.full(n, 64)
