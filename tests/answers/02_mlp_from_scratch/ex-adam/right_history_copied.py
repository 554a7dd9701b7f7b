class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.b, self.eps, self.past = lr, (beta1, beta2), eps, []

    @property
    def t(self):
        return len(self.past)

    def average(self, k, power, beta):
        return sum((1 - beta) * beta ** (self.t - 1 - i) * gs[k] ** power for i, gs in enumerate(self.past))

    @property
    def m(self):
        return [self.average(k, 1, self.b[0]) for k in range(len(self.past[0]))]

    @property
    def v(self):
        return [self.average(k, 2, self.b[1]) for k in range(len(self.past[0]))]

    def step(self, params, grads):
        self.past.append([np.array(g) for g in grads])
        for p, m, v in zip(params, self.m, self.v):
            np.subtract(
                p,
                self.lr * m / (1 - self.b[0] ** self.t) / (np.sqrt(v / (1 - self.b[1] ** self.t)) + self.eps),
                out=p,
            )
