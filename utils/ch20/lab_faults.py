"""Lab 20, exercise 5: a CUDA graph in NumPy, and training steps around it with planted bugs."""

from __future__ import annotations

import itertools

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
    y[:] = (0.1 * w) * (20.0 * x) * mask  # 2 · w · x · mask, rounded otherwise, as a GPU may


def update(w: np.ndarray, x: np.ndarray, mask: np.ndarray, lr: np.ndarray) -> None:
    w -= (0.1 * lr) * (20.0 * x) * mask


def graphed_step(rng: np.random.Generator, bits=0, early=True, ring=1, once=0, period=0):
    """``step(x, lr)``: one training step, replayed from a graph; with planted bugs, of FAULTS, or none.

    ``bits``: of fault i in FAULTS 2**i. ``early``: captured before the first call, with an example; else the first
    call runs without a graph, and is captured. An overwritten output is so by the ``ring``-th call after it. ``once``:
    the one call, from 1 on, that goes wrong; 0: each that is replayed does. ``period``: after how many calls the masks
    come again; 0: never.
    """
    return _with(*_when(bits, ring, once), early, 1 if once else ring, period)(rng)


def _when(bits: int, ring: int, once: int) -> list:
    """Functions of a call's number, from 1 on (0: of the capture): which fault shows, and which call overwrites."""
    shows = [_at(bool(bits >> i & 1), once) for i in range(len(FAULTS))]
    return [*shows, _at(bool(bits >> 3 & 1 and once), once + ring)]


def _at(wrong: bool, once: int):
    if not wrong:
        return lambda call: False
    return (lambda call: call == once) if once else lambda call: True


class _Memory:
    """What a step has on the GPU: weights, the captured places of x, lr and y, dropout's state; and the graph."""

    def __init__(self, rng: np.random.Generator, period: int):
        n = int(rng.integers(24, 41))
        self.w, self.x, self.lr, self.y = rng.uniform(0.5, 2, n), np.zeros(n), np.zeros(1), np.zeros(n)
        self.mask, self.held = np.zeros(n), np.zeros(1, bool)
        self.draw = draw, self.mask, int(rng.integers(2**31)), np.zeros(1, int), self.held, period
        self.graph = Graph()

    def kernels(self, lr) -> list[tuple]:
        return [(forward, self.y, self.w, self.x, self.mask), (update, self.w, self.x, self.mask, lr)]

    def run(self, x: np.ndarray, lr: float) -> None:
        """Without a graph."""
        self.x[:] = x
        for kernel, *args in [self.draw, *self.kernels(lr)]:
            kernel(*args)

    def capture(self, x: np.ndarray, lr: float, draws_once: bool, keeps_number: bool) -> None:
        self.x[:], self.lr[:] = x, lr
        if draws_once:  # now, on the CPU
            draw(*self.draw[1:])
        else:
            self.graph.launch(*self.draw)
        for kernel, *args in self.kernels(lr if keeps_number else self.lr):
            self.graph.launch(kernel, *args)


def _with(stale, fixed_rate, same_noise, given_again, overwrites, early: bool, ring: int, period: int):
    """What makes such a step from a generator. No number and no name in it stands for a bug: an answer has to test."""

    def make(rng: np.random.Generator):
        memory = _Memory(rng, period)
        size, calls, replays = len(memory.w), itertools.count(1), itertools.count()
        outputs = [np.zeros(size) for _ in range(ring)]

        def replay(call: int, x: np.ndarray, lr: float) -> np.ndarray:
            if not stale(call):
                memory.x[:] = x
            if not fixed_rate(call):
                memory.lr[:] = lr
            memory.held[:] = same_noise(call)
            memory.graph.replay()
            out = outputs[next(replays) % ring]
            if not given_again(call) and not overwrites(call):
                return memory.y.copy()
            out[:] = memory.y  # an address that is used again, in a new view each time
            return out[:]

        class GraphedStep:
            """``step(x, lr)`` is a training step; ``n`` its size; ``weights()`` what it has learned."""

            n = size

            def weights(self) -> np.ndarray:
                """A copy (n,) of the weights as they are now."""
                return memory.w.copy()

            def __call__(self, x, lr) -> np.ndarray:
                """The output y (n,) for x (n,), and a step of the weights by the rate lr."""
                x = np.array(x, float)
                if x.shape != (size,):
                    raise ValueError(
                        f"x is ({size},); yours is {x.shape}. Steps differ in n: call one step several times"
                    )
                call = next(calls)
                if memory.graph.launches:
                    return replay(call, x, float(lr))
                memory.run(x, float(lr))
                memory.capture(x, float(lr), same_noise(0), fixed_rate(0))
                return memory.y.copy()

        if early:
            example = rng.uniform(0.5, 2, size), float(rng.uniform(0.01, 0.02))
            memory.capture(*example, same_noise(0), fixed_rate(0))
        return GraphedStep()

    return make


def kinds() -> list[tuple[int, bool, int, int, int]]:
    """(bits, early, ring, once, period) of all steps that are tried.

    Every set of faults; each fault alone at the second call only, and at the third; masks that come again.
    """
    found = []
    for early in (True, False):
        found += [(bits, early, 1 + (bits + early) % 3, 0, 0) for bits in range(2 ** len(FAULTS))]
        found += [(8, early, ring, 0, 0) for ring in (1, 2, 3)]
        found += [(2**i, early, 5 - once, once, 0) for i in range(len(FAULTS)) for once in (2, 3)]
        found.append((0, early, 1, 0, 2))
    return found


def makers(rng: np.random.Generator) -> list:
    """For each of ``kinds``, in a drawn order, a function that makes such a step, each time another one."""
    order, found = rng.permutation(len(kinds())), []
    for kind, seed in zip([kinds()[i] for i in order], rng.integers(2**31, size=len(order)), strict=True):
        bits, early, ring, once, period = kind
        make = _with(*_when(bits, ring, once), early, 1 if once else ring, period)
        found.append(_from(np.random.default_rng(seed), make))
    return found


def _from(rng: np.random.Generator, make):
    return lambda: make(rng)


fixed(__name__)
