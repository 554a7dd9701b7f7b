class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        Observer.low, Observer.high, Observer.batches = None, None, 0

    def observe(self, x):
        low, high = np.percentile(x, [100 - self.percentile, self.percentile])
        Observer.batches += 1
        if self.batches == 1:
            Observer.low, Observer.high = low, high
        elif self.momentum is None:
            Observer.low, Observer.high = min(self.low, low), max(self.high, high)
        else:
            Observer.low += self.momentum * (low - self.low)
            Observer.high += self.momentum * (high - self.high)
