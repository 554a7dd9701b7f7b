class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.t, self.kept = 0, {}

    def step(self, params, grads):
        self.t += 1
        old = dict(self.kept)
        self.m, self.v = [None] * len(params), [None] * len(params)
        for k in range(len(params)):
            w, g = params[k], grads[k]
            m, v = old.get(w.shape, (0, 0))
            self.m[k] = self.beta1 * m + (1 - self.beta1) * g
            self.v[k] = self.beta2 * v + (1 - self.beta2) * g**2
            self.kept[w.shape] = self.m[k], self.v[k]
            m_hat = self.m[k] / (1 - self.beta1**self.t)
            v_hat = self.v[k] / (1 - self.beta2**self.t)
            w -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
