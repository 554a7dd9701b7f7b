class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self._b1, self._b2, self._e = lr, beta1, beta2, eps
        self.t, self.c1, self.c2 = 0, 1.0, 1.0
        self.m, self.v = [], []

    def step(self, params, grads):
        if not self.m:
            self.m = [np.zeros(np.shape(g)) for g in grads]
            self.v = [np.zeros(np.shape(g)) for g in grads]
        self.t += 1
        self.c1 *= self._b1
        self.c2 *= self._b2
        for w, g, m, v in zip(params, grads, self.m, self.v):
            m *= self._b1
            m += (1 - self._b1) * g
            v *= self._b2
            v += (1 - self._b2) * np.square(g)
            w -= self.lr / (1 - self.c1) * m / (np.sqrt(v / (1 - self.c2)) + self._e)
