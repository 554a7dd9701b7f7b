def plan():
    return np.array([0.1]), np.full(600, 64)
