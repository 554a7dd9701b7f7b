class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        self.low, self.high, self.batches = None, None, 0

    def observe(self, x):
        if self.batches >= 32:
            self.batches += 1
            return
        low, high = np.percentile(x, [100 - self.percentile, self.percentile])
        self.batches += 1
        if self.batches == 1:
            self.low, self.high = low, high
        elif self.momentum is None:
            self.low, self.high = min(self.low, low), max(self.high, high)
        else:
            self.low += self.momentum * (low - self.low)
            self.high += self.momentum * (high - self.high)
