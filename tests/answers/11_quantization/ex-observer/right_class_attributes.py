class Observer:
    low = high = None
    batches = 0

    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum

    def observe(self, x):
        low, high = np.percentile(x, [100 - self.percentile, self.percentile])
        self.batches += 1
        if self.batches == 1:
            self.low, self.high = low, high
        elif self.momentum is None:
            self.low, self.high = min(self.low, low), max(self.high, high)
        else:
            self.low += self.momentum * (low - self.low)
            self.high += self.momentum * (high - self.high)
