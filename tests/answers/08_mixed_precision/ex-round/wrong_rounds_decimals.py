def round_to(x, e, m):
    return np.round(x, m)
