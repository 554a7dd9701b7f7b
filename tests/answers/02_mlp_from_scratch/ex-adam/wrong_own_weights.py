class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps, self.t = lr, beta1, beta2, eps, 0

    def step(self, params, grads):
        if self.t == 0:
            self.flat = [w.copy() for w in params]
            self.m = [np.zeros_like(w) for w in params]
            self.v = [np.zeros_like(w) for w in params]
        self.t += 1
        for k, (w, g) in enumerate(zip(params, grads)):
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * g
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * g**2
            c1, c2 = 1 - self.beta1**self.t, 1 - self.beta2**self.t
            self.flat[k] -= self.lr * self.m[k] / c1 / (np.sqrt(self.v[k] / c2) + self.eps)
            w[...] = self.flat[k]
