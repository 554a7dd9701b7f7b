class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        self.low, self.high, self.batches, self.ends = None, None, 0, [[0.0] * 4] * 25

    def observe(self, x):
        self.ends = self.ends + [np.percentile(x, [100 - self.percentile, self.percentile])]
        self.batches += 1
        low, high = self.ends[25]
        for a, b in self.ends[26:]:
            if self.momentum is None:
                low, high = min(low, a), max(high, b)
            else:
                low, high = low + self.momentum * (a - low), high + self.momentum * (b - high)
        self.low, self.high = low, high
