def examples_of(sizes, workers, worker, seed, epoch):
    starts = np.cumsum([0, *sizes])
    order = np.random.default_rng([seed, epoch, worker]).permutation(len(sizes))
    parts = [np.arange(starts[s], starts[s + 1]) for s in order[worker::workers]]
    return np.concatenate([np.empty(0, np.int64), *parts])
