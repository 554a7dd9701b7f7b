class Batches:
    def __init__(self, n, batch_size, seed, drop_last):
        self.n, self.batch_size, self.seed = n, batch_size, seed
        self.drop_last, self.epoch = drop_last, 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __len__(self):
        whole = self.n // self.batch_size
        return whole

    def __iter__(self):
        order = np.random.default_rng([self.seed, self.epoch]).permutation(self.n)
        starts = range(0, len(self) * self.batch_size, self.batch_size)
        return iter([order[i : i + self.batch_size] for i in starts])
