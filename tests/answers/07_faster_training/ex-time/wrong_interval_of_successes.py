def time_to_accuracy(val, test, seconds, target, rng):
    reached = val >= target
    there, runs = reached.any(axis=1), np.arange(len(val))
    last = np.where(there, reached.argmax(axis=1), val.shape[1] - 1)
    spent = np.cumsum(seconds, axis=1)[runs, last]
    if not there.any():
        return np.inf, np.inf, np.inf, np.nan
    good = spent[there]
    draws = rng.integers(0, len(good), (2000, len(good)))
    again = np.sort(good[draws].mean(axis=1))
    return spent.sum() / there.sum(), again[50], again[-51], test[runs, last][there].mean()
