class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        self.low, self.high, self.batches = None, None, 0

    def observe(self, x):
        x = np.sort(x, axis=None)
        at = min(int(self.percentile / 100 * x.size), x.size - 1)
        low, high = float(x[x.size - 1 - at]), float(x[at])
        self.batches += 1
        if self.batches == 1:
            self.low, self.high = low, high
        elif self.momentum is None:
            self.low, self.high = min(self.low, low), max(self.high, high)
        else:
            self.low += self.momentum * (low - self.low)
            self.high += self.momentum * (high - self.high)
