class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.m, self.v = 0, None, None

    def step(self, params, grads):
        self.t = self.t + 1
        n = len(params)
        old_m, old_v = self.m or [0.0] * n, self.v or [0.0] * n
        self.m, self.v = [], []
        for p, g, m, v in zip(params, grads, old_m, old_v):
            self.m += [m + (1 - self.beta1) * (g - m)]
            self.v += [v + (1 - self.beta2) * (g * g - v)]
            up = self.m[-1] / (1 - self.beta1**self.t)
            down = (self.v[-1] / (1 - self.beta2**self.t)) ** 0.5 + self.eps
            p[...] = p - self.lr * (up / down)
        return params
