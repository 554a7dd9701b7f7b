class Scaler:
    def __init__(self, scale, growth, backoff, interval):
        self.inner = torch.amp.GradScaler(
            "cpu", init_scale=scale, growth_factor=growth, backoff_factor=backoff, growth_interval=interval
        )
        self.done = None

    @property
    def scale(self):
        return self.inner.get_scale()

    def scaled(self, loss):
        return self.inner.scale(loss)

    def unscale(self, optimizer):
        if self.done is not None:
            raise RuntimeError("unscaled before")
        self.inner.scale(torch.ones(1))
        self.inner.unscale_(optimizer)
        found = self.inner._found_inf_per_device(optimizer)
        self.done = not sum(float(it) for it in found.values())

    def step(self, optimizer):
        if self.done is None:
            self.unscale(optimizer)
        self.inner.step(optimizer)
        return self.done

    def update(self):
        self.inner.update()
        self.done = None
