import torch


class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.more, self.t, self.opt = lr, {"betas": (beta1, beta2), "eps": eps}, 0, None

    def step(self, params, grads):
        if self.opt is None:
            self.p = [torch.zeros(np.shape(p), dtype=torch.float64) for p in params]
            self.opt = torch.optim.Adam(self.p, lr=self.lr, **self.more)
        self.opt.param_groups[0]["lr"] = self.lr
        for q, p, g in zip(self.p, params, grads):
            q.copy_(torch.tensor(np.array(p)))
            q.grad = torch.tensor(np.array(g), dtype=torch.float64)
        self.opt.step()
        for q, p in zip(self.p, params):
            p[...] = q.numpy()
        self.t += 1
        self.m = [self.opt.state[q]["exp_avg"].numpy() for q in self.p]
        self.v = [self.opt.state[q]["exp_avg_sq"].numpy() for q in self.p]
