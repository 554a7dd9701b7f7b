_seen = {}


def examples_of(sizes, workers, worker, seed, epoch):
    starts = np.cumsum([0, *sizes])
    key = (seed, epoch)
    if key not in _seen:
        _seen[key] = np.random.default_rng([seed, epoch]).permutation(len(sizes))
    order = _seen[key]
    mine = order[worker::workers]
    parts = [np.arange(starts[s], starts[s + 1]) for s in mine]
    return np.concatenate([np.empty(0, np.int64), *parts])
