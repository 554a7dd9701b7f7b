class Adam:
    """The corrections as running products, and both roots in one fraction."""

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.power1, self.power2 = 0, 1.0, 1.0
        self.state = {}

    @property
    def m(self):
        return [self.state[k][0] for k in sorted(self.state)]

    @property
    def v(self):
        return [self.state[k][1] for k in sorted(self.state)]

    def step(self, params, grads):
        self.t, self.power1, self.power2 = self.t + 1, self.power1 * self.beta1, self.power2 * self.beta2
        c1, root2 = 1 - self.power1, np.sqrt(1 - self.power2)
        for k, (w, g) in enumerate(zip(params, grads)):
            m, v = self.state.get(k, (0.0, 0.0))
            m, v = self.beta1 * m + (1 - self.beta1) * g, self.beta2 * v + (1 - self.beta2) * g**2
            self.state[k] = m, v
            w -= self.lr / c1 * root2 * m / (np.sqrt(v) + self.eps * root2)
