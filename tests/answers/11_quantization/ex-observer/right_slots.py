class Observer:
    __slots__ = "batches", "high", "low", "merge", "shares"

    def __init__(self, percentile=100.0, momentum=None):
        self.shares = (1 - percentile / 100, percentile / 100)
        self.low, self.high, self.batches = None, None, np.int64(0)
        if momentum is None:
            self.merge = lambda old, new, pick: pick(old, new)
        else:
            self.merge = lambda old, new, pick: momentum * new + (1 - momentum) * old

    def observe(self, x):
        if x.size:
            low, high = (np.quantile(x, share).astype(np.float32) for share in self.shares)
            if self.batches:
                low, high = self.merge(self.low, low, np.minimum), self.merge(self.high, high, np.maximum)
            self.low, self.high, self.batches = low, high, self.batches + 1
