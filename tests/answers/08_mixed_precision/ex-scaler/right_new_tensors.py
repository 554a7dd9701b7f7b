class Scaler:
    def __init__(self, scale, growth, backoff, interval):
        self.scale = float(scale)
        self.settings = (growth, backoff, interval)
        self.left = interval
        self.begin()

    def begin(self):
        self.unscaled = self.overflow = False

    def scaled(self, loss):
        return torch.mul(loss, torch.tensor(self.scale))

    def unscale(self, optimizer):
        if self.unscaled:
            raise RuntimeError("twice")
        self.unscaled = True
        them = [p for g in optimizer.param_groups for p in g["params"] if p.grad is not None]
        for p in them:
            p.grad = p.grad * (1.0 / self.scale)
        self.overflow = any(not torch.isfinite(p.grad).all() for p in them)

    def step(self, optimizer):
        if not self.unscaled:
            self.unscale(optimizer)
        if self.overflow:
            return False
        optimizer.step()
        return True

    def update(self):
        growth, backoff, interval = self.settings
        if self.overflow:
            self.scale, self.left = self.scale * backoff, interval
        else:
            self.left -= 1
            if self.left == 0:
                self.scale, self.left = self.scale * growth, interval
        self.begin()
