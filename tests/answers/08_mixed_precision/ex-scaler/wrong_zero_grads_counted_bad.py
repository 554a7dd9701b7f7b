class Scaler:
    def __init__(self, scale, growth, backoff, interval):
        self.scale, self.growth = scale, growth
        self.backoff, self.interval = backoff, interval
        self.good, self.finite = 0, None

    def scaled(self, loss):
        return loss * self.scale

    def unscale(self, optimizer):
        if self.finite is not None:
            raise RuntimeError("unscale has been called since the last update")
        self.finite = True
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    self.finite &= bool((p.grad / p.grad).isfinite().all())
                    p.grad /= self.scale

    def step(self, optimizer):
        if self.finite is None:
            self.unscale(optimizer)
        if self.finite:
            optimizer.step()
        return self.finite

    def update(self):
        self.good = self.good + 1 if self.finite else 0
        if not self.finite:
            self.scale *= self.backoff
        elif self.good == self.interval:
            self.scale, self.good = self.scale * self.growth, 0
        self.finite = None
