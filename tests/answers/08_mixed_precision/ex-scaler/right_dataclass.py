from dataclasses import dataclass, field


@dataclass
class Scaler:
    scale: float
    growth: float
    backoff: float
    interval: int
    streak: int = 0
    found: list = field(default_factory=list)

    def scaled(self, loss):
        return loss * torch.as_tensor(self.scale, dtype=loss.dtype)

    def unscale(self, optimizer):
        if self.found:
            raise RuntimeError("unscale(): already done")
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    ok = torch.isfinite(p.grad).all().item()
                    self.found.append(ok)
                    p.grad = (p.grad.double() / self.scale).float()
        self.found.append(True)

    def step(self, optimizer):
        if not self.found:
            self.unscale(optimizer)
        if all(self.found):
            optimizer.step()
        return all(self.found)

    def update(self):
        if not all(self.found):
            self.scale, self.streak = self.scale * self.backoff, 0
        else:
            self.streak += 1
            while self.streak >= self.interval:
                self.scale, self.streak = self.scale * self.growth, 0
        self.found = []
