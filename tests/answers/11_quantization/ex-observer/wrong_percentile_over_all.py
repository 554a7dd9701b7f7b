class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        self.low, self.high, self.batches, self.seen = None, None, 0, np.zeros(0)

    def observe(self, x):
        self.batches += 1
        self.seen = np.concatenate([self.seen, x.ravel()])
        low, high = np.percentile(self.seen, [100 - self.percentile, self.percentile])
        if self.momentum is None or self.batches == 1:
            self.low, self.high = low, high
        else:
            self.low += self.momentum * (low - self.low)
            self.high += self.momentum * (high - self.high)
