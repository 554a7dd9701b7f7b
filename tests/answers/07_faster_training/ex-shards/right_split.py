def examples_of(sizes, workers, worker, seed, epoch):
    shards = np.split(np.arange(sum(sizes)), np.cumsum(sizes)[:-1])
    order = np.random.default_rng([seed, epoch]).permutation(len(shards))
    mine = [shards[s] for s in order[worker::workers]]
    return np.concatenate(mine) if mine else np.zeros(0, int)
