class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr = lr
        self._b = np.array([beta1, beta2])
        self.eps = eps
        self.t = 0
        self.m, self.v = [], []

    def step(self, params, grads):
        while len(self.m) < len(params):
            k = len(self.m)
            self.m.append(np.zeros(params[k].shape))
            self.v.append(np.zeros(params[k].shape))
        self.t = self.t + 1
        c1, c2 = 1 - self._b**self.t
        for w, g, m, v in zip(params, grads, self.m, self.v):
            np.multiply(m, self._b[0], out=m)
            np.add(m, (1 - self._b[0]) * g, out=m)
            np.multiply(v, self._b[1], out=v)
            np.add(v, (1 - self._b[1]) * np.square(g), out=v)
            w[...] -= (self.lr * (m / c1)) / (np.sqrt(v / c2) + self.eps)
