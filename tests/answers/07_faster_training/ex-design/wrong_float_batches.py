def plan():
    return np.full(600, 0.1), np.full(600, 64.0)
