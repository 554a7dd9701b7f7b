def time_to_accuracy(val, test, seconds, target, rng):
    runs, epochs = val.shape
    hit = np.round(val, 1) >= target
    there = hit.any(axis=1)
    at = np.where(there, hit.argmax(axis=1), epochs - 1)
    every = np.arange(runs)
    spent = np.cumsum(seconds, axis=1)[every, at]
    if not there.any():
        return np.inf, np.inf, np.inf, np.nan
    draws = rng.integers(0, runs, (2000, runs))
    with np.errstate(divide="ignore"):
        boot = np.sort(spent[draws].sum(axis=1) / there[draws].sum(axis=1))
    return spent.sum() / there.sum(), boot[50], boot[-51], test[every, at][there].mean()
