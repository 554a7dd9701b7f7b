class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.betas, self.eps = lr, (beta1, beta2), eps
        self.t, self.m, self.v = 0, [], []

    def step(self, params, grads):
        if not self.m:
            self.m = [np.zeros(np.shape(g)) for g in grads]
            self.v = [np.zeros(np.shape(g)) for g in grads]
        self.t += 1
        b1, b2 = self.betas
        for w, g, m, v in zip(params, grads, self.m, self.v):
            m += (1 - b1) * (g - m)
            v += (1 - b2) * (g * g - v)
            w[...] = w - self.lr * (m / (1 - b1**self.t)) / ((v / (1 - b2**self.t)) ** 0.5 + self.eps)
        return params
