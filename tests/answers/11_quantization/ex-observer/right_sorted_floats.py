class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.p = percentile / 100
        self.momentum = momentum
        self.low = self.high = None
        self.batches = 0

    def observe(self, x):
        values = sorted(map(float, x.ravel()))
        if not values:
            return
        ends = []
        for p in (1 - self.p, self.p):
            place = p * (len(values) - 1)
            k = min(int(place), max(len(values) - 2, 0))
            ends.append(values[k] + (place - k) * (values[min(k + 1, len(values) - 1)] - values[k]))
        if self.batches == 0:
            self.low, self.high = ends
        elif self.momentum is None:
            self.low, self.high = min(ends[0], self.low), max(ends[1], self.high)
        else:
            m = self.momentum
            self.low, self.high = ((1 - m) * a + m * b for a, b in zip((self.low, self.high), ends))
        self.batches += 1
