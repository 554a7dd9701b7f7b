class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.percentile, self.momentum = percentile, momentum
        self._ends, self.batches = None, 0

    @property
    def low(self):
        return None if self._ends is None else float(self._ends[0])

    @property
    def high(self):
        return None if self._ends is None else float(self._ends[1])

    def observe(self, x):
        low, high = np.percentile(x, [100 - self.percentile, self.percentile])
        self.batches += 1
        if self.batches == 1:
            self._ends = np.array([low, high])
        elif self.momentum is None:
            self._ends = np.array([min(self.low, low), max(self.high, high)])
        else:
            self._ends = self._ends + self.momentum * (np.array([low, high]) - self._ends)
