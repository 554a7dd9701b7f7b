def plan():
    b = 64
    n = 150
    d = np.arange(n) / n
    return 0.1 * np.minimum((d + 1 / n) / 0.15, (1 - d) / 0.85), np.full(n, b)
