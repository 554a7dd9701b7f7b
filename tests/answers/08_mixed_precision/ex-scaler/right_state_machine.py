class Scaler:
    READY, GOOD, BAD = range(3)

    def __init__(self, scale, growth, backoff, interval):
        self._scale = np.float64(scale)
        self._growth, self._backoff, self._interval = growth, backoff, interval
        self._state, self._since = self.READY, 0

    scale = property(lambda self: float(self._scale))

    def scaled(self, loss):
        return loss * float(self._scale)

    def unscale(self, optimizer):
        if self._state != self.READY:
            raise RuntimeError
        self._state = self.GOOD
        for group in optimizer.param_groups:
            for parameter in group["params"]:
                gradient = parameter.grad
                if gradient is None:
                    continue
                if (gradient.isnan() | gradient.isinf()).any():
                    self._state = self.BAD
                gradient.mul_(1 / self.scale)

    def step(self, optimizer):
        if self._state == self.READY:
            self.unscale(optimizer)
        if self._state == self.BAD:
            return False
        optimizer.step()
        return True

    def update(self):
        bad, self._state = self._state == self.BAD, self.READY
        self._since += 1
        if bad:
            self._scale *= self._backoff
            self._since = 0
        elif self._since >= self._interval:
            self._scale *= self._growth
            self._since = 0
