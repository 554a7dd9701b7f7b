class Scaler:
    def __init__(self, scale, growth, backoff, interval):
        self.scale = scale
        self.growth, self.backoff, self.interval = growth, backoff, interval
        self.good = 0
        self.finite = None

    def scaled(self, loss):
        return loss * self.scale

    def unscale(self, optimizer):
        if self.finite is not None:
            raise RuntimeError("unscaled already")
        self.finite = True
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                if not p.grad.isfinite().all():
                    self.finite = False
                p.grad /= self.scale

    def step(self, optimizer):
        if self.finite is None:
            self.unscale(optimizer)
        before = [[p.detach().clone() for p in g["params"]] for g in optimizer.param_groups]
        optimizer.step()
        if not self.finite:
            with torch.no_grad():
                for g, old in zip(optimizer.param_groups, before):
                    for p, o in zip(g["params"], old):
                        p.copy_(o)
        return self.finite

    def update(self):
        if not self.finite:
            self.scale *= self.backoff
            self.good = 0
        else:
            self.good += 1
            if self.good == self.interval:
                self.scale *= self.growth
                self.good = 0
        self.finite = None
