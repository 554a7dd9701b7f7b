"""Lab 20, exercise 5: a CUDA graph in NumPy, and training steps around it with planted bugs."""

from __future__ import annotations

import numpy as np

from utils.checks import fixed

FAULTS = ("stale input", "fixed rate", "same noise", "overwritten output")


class Graph:
    """A CUDA graph in NumPy, as far as its bugs go: an array is memory of the GPU, a function is a kernel."""

    def __init__(self):
        self.launches = []

    def launch(self, kernel, *args) -> None:
        """Captured: the kernel and its arguments. Of an array that is its place, of a number its value now."""
        self.launches.append((kernel, args))

    def replay(self) -> None:
        for kernel, args in self.launches:
            kernel(*args)


def draw(mask: np.ndarray, key: int, count: np.ndarray, held: np.ndarray, period: int) -> None:
    """Dropout's mask, each 0 or 1; the count, in the GPU's memory, moves on, so that the next mask is another.

    While it is held nothing is drawn. Of an even period the masks come again, but never twice in a row.
    """
    if held[0]:
        return
    seen = int(count[0]) % period if period else int(count[0])
    mask[:] = np.random.default_rng([key, seen]).integers(0, 2, len(mask))
    mask[:2] = int(count[0]) % 2, 1 - int(count[0]) % 2  # never all 0, and never twice the same in a row
    count += 1


def forward(y: np.ndarray, w: np.ndarray, x: np.ndarray, mask: np.ndarray) -> None:
    y[:] = 2 * w * x * mask


def update(w: np.ndarray, x: np.ndarray, mask: np.ndarray, lr: np.ndarray) -> None:
    w -= lr * 2 * x * mask


class GraphedStep:
    """``step(x, lr)``: one training step, replayed from a graph; with planted bugs, of FAULTS, or none.

    ``bits``: of fault i in FAULTS 2**i. ``early``: captured before the first call, with an example; else the first
    call runs without a graph, and is captured. An overwritten output is so by the ``ring``-th call after it. ``once``:
    the one call, from 1 on, that goes wrong; 0: each that is replayed does. ``period``: after how many calls the masks
    come again; 0: never.
    """

    def __init__(self, rng: np.random.Generator, bits=0, early=True, ring=1, once=0, period=0):
        self._bits, self._ring, self._once, self._period = bits, ring, once, period
        self._calls = self._replays = 0
        self.n = int(rng.integers(24, 41))
        self._w = rng.uniform(0.5, 2, self.n)
        self._key, self._count, self._mask = int(rng.integers(2**31)), np.zeros(1, int), np.zeros(self.n)
        self._held = np.zeros(1, bool)
        self._x, self._lr, self._y = np.zeros(self.n), np.zeros(1), np.zeros(self.n)
        self._outputs = [np.zeros(self.n) for _ in range(ring)]
        self._graph = None
        if early:
            self._capture(rng.uniform(0.5, 2, self.n), float(rng.uniform(0.01, 0.02)))

    def weights(self) -> np.ndarray:
        """A copy (n,) of the weights as they are now."""
        return self._w.copy()

    def _wrong(self, number: int) -> bool:
        """Whether fault ``number`` of FAULTS shows at this call."""
        return bool(self._bits >> number & 1) and self._once in (0, self._calls)

    def _draw(self) -> tuple:
        return draw, self._mask, self._key, self._count, self._held, self._period

    def _kernels(self, lr):
        yield forward, self._y, self._w, self._x, self._mask
        yield update, self._w, self._x, self._mask, lr

    def _capture(self, x: np.ndarray, lr: float) -> None:
        self._graph, self._x[:], self._lr[:] = Graph(), x, lr
        always = 0 if self._once else self._bits
        kernel, *args = self._draw()
        if always >> 2 & 1:  # drawn once, on the CPU
            kernel(*args)
        else:
            self._graph.launch(kernel, *args)
        for kernel, *args in self._kernels(lr if always >> 1 & 1 else self._lr):
            self._graph.launch(kernel, *args)

    def __call__(self, x, lr) -> np.ndarray:
        """The output y (n,) for x (n,), and a step of the weights by the rate lr."""
        x = np.array(x, float)
        if x.shape != (self.n,):
            raise ValueError(f"x is ({self.n},); yours is {x.shape}")
        self._calls += 1
        if self._graph is None:
            self._x[:] = x
            for kernel, *args in [self._draw(), *self._kernels(float(lr))]:
                kernel(*args)
            self._capture(x, float(lr))
            return self._y.copy()
        if not self._wrong(0):
            self._x[:] = x
        if not self._wrong(1):
            self._lr[:] = float(lr)
        self._held[:] = bool(self._once) and self._wrong(2)
        self._graph.replay()
        return self._returned()

    def _returned(self) -> np.ndarray:
        """The output, at an address of its own or at one that is used again: there a new view each time."""
        number, self._replays = self._replays, self._replays + 1
        if self._once:
            number = 0
        overwrites = bool(self._once) and self._bits >> 3 & 1 and self._calls == self._once + self._ring
        if not self._wrong(3) and not overwrites:
            return self._y.copy()
        out = self._outputs[number % self._ring]
        out[:] = self._y
        return out[:]


def names_of(bits: int) -> tuple[str, ...]:
    """The faults that a number stands for, in the table's order."""
    return tuple(fault for i, fault in enumerate(FAULTS) if bits >> i & 1)


def graphed(rng: np.random.Generator) -> list[tuple[int, bool, int, int, int]]:
    """(bits, early, ring, once, period) in a drawn order.

    Every set of faults; each fault alone at the second call only, and at the third; masks that come again.
    """
    cases = []
    for early in (True, False):
        cases += [(bits, early, 1 + (bits + early) % 3, 0, 0) for bits in range(2 ** len(FAULTS))]
        cases += [(8, early, ring, 0, 0) for ring in (1, 2, 3)]
        cases += [(2**i, early, 5 - once, once, 0) for i in range(len(FAULTS)) for once in (2, 3)]
        cases.append((0, early, 1, 0, 2))
    return [cases[i] for i in rng.permutation(len(cases))]


fixed(__name__)
