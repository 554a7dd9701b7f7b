from itertools import accumulate, islice


def examples_of(sizes, workers, worker, seed, epoch):
    ends = list(accumulate(sizes))
    order = np.random.default_rng([seed, epoch]).permutation(len(sizes)).tolist()
    mine = islice(order, worker, None, workers)
    return np.fromiter((i for s in mine for i in range(ends[s] - sizes[s], ends[s])), np.int64)
