class Batches:
    def __init__(self, n, batch_size, seed, drop_last):
        self.n, self.batch_size, self.seed, self.drop_last = n, batch_size, seed, drop_last
        self.epoch = 0
        self.all = np.arange(n)

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __len__(self):
        if self.drop_last:
            return self.n // self.batch_size
        return -(-self.n // self.batch_size)

    def __iter__(self):
        order = self.all
        order[:] = np.random.default_rng([self.seed, self.epoch]).permutation(self.n)
        stop = len(self) * self.batch_size
        return iter([order[i : i + self.batch_size] for i in range(0, stop, self.batch_size)])
