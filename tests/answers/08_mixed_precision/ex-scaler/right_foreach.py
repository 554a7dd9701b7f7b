class Scaler:
    def __init__(self, scale, growth, backoff, interval):
        self.__dict__.update(scale=scale, up=growth, down=backoff, every=interval)
        self.streak, self.pending = 0, True
        self.ok = True

    def scaled(self, loss):
        return loss.mul(self.scale)

    @torch.no_grad()
    def unscale(self, optimizer):
        if not self.pending:
            raise RuntimeError("once a step")
        self.pending = False
        grads = [p.grad for g in optimizer.param_groups for p in g["params"] if p.grad is not None]
        self.ok = all(torch.isfinite(g).all().item() for g in grads)
        torch._foreach_div_(grads, self.scale)

    def step(self, optimizer):
        self.pending and self.unscale(optimizer)
        self.ok and optimizer.step()
        return self.ok

    def update(self):
        self.streak = (self.streak + 1) * self.ok
        if self.streak == self.every:
            self.streak = 0
            self.scale = self.scale * self.up
        if not self.ok:
            self.scale = self.scale * self.down
        self.pending = self.ok = True
