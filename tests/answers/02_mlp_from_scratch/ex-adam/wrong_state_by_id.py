class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.state = 0, {}

    def step(self, params, grads):
        self.t += 1
        for p, g in zip(params, grads):
            m, v = self.state.get(id(p), (0.0 * p, 0.0 * p))
            m = self.beta1 * m + (1 - self.beta1) * g
            v = self.beta2 * v + (1 - self.beta2) * g**2
            self.state[id(p)] = m, v
            p -= self.lr * m / (1 - self.beta1**self.t) / (np.sqrt(v / (1 - self.beta2**self.t)) + self.eps)
        self.m = [self.state[id(p)][0] for p in params]
        self.v = [self.state[id(p)][1] for p in params]
