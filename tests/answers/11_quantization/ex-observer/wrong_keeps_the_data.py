class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        self.low, self.high, self.batches, self.seen = None, None, 0, []

    def observe(self, x):
        self.seen.append(x.copy())
        ends = [np.percentile(x, [100 - self.percentile, self.percentile]) for x in self.seen]
        self.batches = len(ends)
        low, high = ends[0]
        for a, b in ends[1:]:
            if self.momentum is None:
                low, high = min(low, a), max(high, b)
            else:
                low, high = low + self.momentum * (a - low), high + self.momentum * (b - high)
        self.low, self.high = low, high
