def examples_of(sizes, workers, worker, seed, epoch):
    sizes.insert(0, 0)
    starts = np.cumsum(sizes)
    order = np.random.default_rng([seed, epoch]).permutation(len(sizes) - 1)
    mine = order[worker::workers]
    parts = [np.arange(starts[s], starts[s + 1]) for s in mine]
    return np.concatenate([np.empty(0, np.int64), *parts])
