def time_to_accuracy(val, test, seconds, target, rng):
    reached = val >= target
    there, runs = reached.any(axis=1), np.arange(len(val))
    last = np.where(there, val.shape[1] - 1, val.shape[1] - 1)
    spent = np.cumsum(seconds, axis=1)[runs, last]
    if not there.any():
        return np.inf, np.inf, np.inf, np.nan
    draws = rng.integers(0, len(val), (2000, len(val)))
    with np.errstate(divide="ignore"):
        again = np.sort(spent[draws].sum(axis=1) / there[draws].sum(axis=1))
    return spent.sum() / there.sum(), again[50], again[-51], test[runs, last][there].mean()
