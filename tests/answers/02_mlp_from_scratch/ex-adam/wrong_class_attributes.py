class Adam:
    t, m, v = 0, None, None

    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps

    def step(self, params, grads):
        if Adam.m is None or [a.shape for a in Adam.m] != [a.shape for a in params]:
            Adam.t, Adam.m, Adam.v = 0, [0 * w for w in params], [0 * w for w in params]
        Adam.t += 1
        for k, g in enumerate(grads):
            Adam.m[k] = self.beta1 * Adam.m[k] + (1 - self.beta1) * g
            Adam.v[k] = self.beta2 * Adam.v[k] + (1 - self.beta2) * g**2
            m_hat, v_hat = Adam.m[k] / (1 - self.beta1**Adam.t), Adam.v[k] / (1 - self.beta2**Adam.t)
            params[k] -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)
