def plan():
    b = 64
    n = 60_000 // (b + 32)
    d = np.arange(n) / n
    return np.full(n, 0.01), np.full(n, b)
