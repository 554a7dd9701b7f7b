"""What check_adam says of a wrong step: its own slip, and not that a gradient was kept (m and v are right)."""

import numpy as np
import pytest

from utils import checks
from utils.ch02.check_adam import check_adam


class Adam:
    def __init__(self, lr, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps, self.t = lr, beta1, beta2, eps, 0

    def step(self, params, grads):
        if not self.t:
            self.m, self.v = ([np.zeros_like(w) for w in params] for _ in range(2))
        self.t += 1
        for k, (w, g) in enumerate(zip(params, grads, strict=True)):
            self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * g
            self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * g**2
            w -= self.move(self.m[k], self.v[k], 1 - self.beta1**self.t, 1 - self.beta2**self.t)


MOVES = {
    "no bias correction": lambda s, m, v, c1, c2: s.lr * m / (np.sqrt(v) + s.eps),
    "v lacks its bias correction": lambda s, m, v, c1, c2: s.lr * m / c1 / (np.sqrt(v) + s.eps),
    "its root is asked for": lambda s, m, v, c1, c2: s.lr * m / c1 / (v / c2 + s.eps),
    "inside the root": lambda s, m, v, c1, c2: s.lr * m / c1 / np.sqrt(v / c2 + s.eps),
}


@pytest.mark.parametrize("words", MOVES)
def test_a_wrong_step_is_named(words, monkeypatch):
    monkeypatch.setattr(checks, "note_try", lambda *_: None)
    with pytest.raises(checks.CheckFailed, match=words):
        check_adam(type("Wrong", (Adam,), {"move": MOVES[words]}))


def test_a_kept_gradient_is_named(monkeypatch):
    monkeypatch.setattr(checks, "note_try", lambda *_: None)

    class Keeps(Adam):
        def step(self, params, grads):
            self.kept = [*getattr(self, "kept", []), grads]
            self.t += 1
            self.m, self.v = ([np.zeros_like(w) for w in params] for _ in range(2))
            for past in self.kept:
                for k, g in enumerate(past):
                    self.m[k] = self.beta1 * self.m[k] + (1 - self.beta1) * g
                    self.v[k] = self.beta2 * self.v[k] + (1 - self.beta2) * g**2
            for k, w in enumerate(params):
                w -= (
                    self.lr
                    * self.m[k]
                    / (1 - self.beta1**self.t)
                    / np.sqrt(self.v[k] / (1 - self.beta2**self.t))
                )

    with pytest.raises(checks.CheckFailed, match="copy a gradient that you keep"):
        check_adam(Keeps)
