class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        self.low, self.high, self.batches = None, None, 0

    def observe(self, x):
        self.batches += 1
        if self.percentile == 100:
            flat = x.reshape(-1)
            low, high = flat[flat.argmin() :][:1], flat[flat.argmax() :][:1]
        else:
            low, high = np.percentile(x, [100 - self.percentile, self.percentile])
        if self.batches == 1:
            self.low, self.high = low, high
        elif self.momentum is None:
            self.low, self.high = min(self.low, low), max(self.high, high)
        else:
            self.low = self.low + self.momentum * (low - self.low)
            self.high = self.high + self.momentum * (high - self.high)
