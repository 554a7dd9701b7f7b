class Observer:
    def __init__(self, percentile=100.0, momentum=None):
        self.shares = torch.tensor([100 - percentile, percentile]).float() / 100
        self.momentum, self.ends, self.batches = momentum, None, 0

    @property
    def low(self):
        return None if self.ends is None else self.ends[0]

    @property
    def high(self):
        return None if self.ends is None else self.ends[1]

    def observe(self, x):
        if not x.size:
            return
        ends = torch.quantile(torch.tensor(x).double().ravel(), self.shares.double())
        self.batches += 1
        if self.ends is None:
            self.ends = ends
        elif self.momentum is None:
            self.ends = torch.stack(
                [torch.minimum(self.ends[0], ends[0]), torch.maximum(self.ends[1], ends[1])]
            )
        else:
            self.ends = torch.lerp(self.ends, ends, self.momentum)
