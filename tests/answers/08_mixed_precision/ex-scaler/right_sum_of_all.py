import math


class Scaler:
    def __init__(self, scale, growth, backoff, interval):
        self.scale, self.growth, self.backoff, self.interval = scale, growth, backoff, interval
        self.history, self.note = [], ""

    def scaled(self, loss):
        return self.scale * loss

    def unscale(self, optimizer):
        if self.note:
            raise RuntimeError("already")
        values = []
        for group in optimizer.param_groups:
            for p in filter(lambda p: p.grad is not None, group["params"]):
                p.grad.div_(self.scale)
                values += p.grad.flatten().tolist()
        self.note = "good" if all(map(math.isfinite, values)) else "bad"

    def step(self, optimizer):
        if not self.note:
            self.unscale(optimizer)
        made = self.note == "good"
        if made:
            optimizer.step()
        return made

    def update(self):
        self.history.append(self.note)
        self.note = ""
        if self.history[-1] == "bad":
            self.history = []
            self.scale = self.scale * self.backoff
        elif len(self.history) == self.interval:
            self.history.clear()
            self.scale = self.scale * self.growth
