def _gradients(optimizer):
    for group in optimizer.param_groups:
        yield from (p.grad for p in group["params"] if p.grad is not None)


class Scaler:
    def __init__(self, scale, growth, backoff, interval):
        self.scale = scale
        self._up, self._down, self._every = growth, backoff, interval
        self._left, self._bad = interval, None

    def scaled(self, loss):
        return self.scale * loss

    def unscale(self, optimizer):
        if self._bad is not None:
            raise RuntimeError("update() first")
        self._bad = 0
        for g in _gradients(optimizer):
            self._bad += int((~torch.isfinite(g)).sum())
            g.data.copy_(g / self.scale)

    def step(self, optimizer):
        if self._bad is None:
            self.unscale(optimizer)
        return not self._bad and (optimizer.step(), True)[1]

    def update(self):
        bad, self._bad = bool(self._bad), None
        self._left = self._every if bad else self._left - 1
        if bad:
            self.scale *= self._down
        if self._left == 0:
            self.scale *= self._up
            self._left = self._every
