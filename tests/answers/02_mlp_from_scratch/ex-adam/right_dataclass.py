from dataclasses import dataclass, field


@dataclass
class Adam:
    lr: float
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    t: int = 0
    m: list = field(default_factory=list)
    v: list = field(default_factory=list)

    def step(self, params, grads):
        first = self.t == 0
        self.t += 1
        for k in range(len(params)):
            g = np.array(grads[k])
            if first:
                self.m.append((1 - self.beta1) * g), self.v.append((1 - self.beta2) * g * g)
            else:
                self.m[k] = np.average([self.m[k], g], axis=0, weights=[self.beta1, 1 - self.beta1])
                self.v[k] = np.average([self.v[k], g * g], axis=0, weights=[self.beta2, 1 - self.beta2])
            params[k].__isub__(
                self.lr
                * (self.m[k] / (1 - self.beta1**self.t))
                / (self.eps + np.sqrt(self.v[k] / (1 - self.beta2**self.t)))
            )
