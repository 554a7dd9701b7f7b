"""What lab 08 hands its answers: telling numbers, a network that notes its calls, chains of operations."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import nn

from utils.checks import fixed
from utils.data import load_mnist


def telling_numbers(rng: np.random.Generator, e: int, m: int) -> np.ndarray:
    """Some 170 float64 numbers at which roundings to ``e`` and ``m`` bits differ, in random order, both signs."""
    bias = 2 ** (e - 1) - 1
    smallest, largest = 2.0 ** (1 - bias - m), (2 - 2.0**-m) * 2.0**bias
    half = 2.0 ** (bias - m - 1)  # of the spacing at the largest
    steps = rng.integers(0, 2**m, 8)
    power = 2.0 ** rng.integers(1 - bias, bias, 8)
    even, odd = ((1 + (2 * (steps // 2) + last + 0.5) * 2.0**-m) * power for last in (0, 1))  # ties
    low = rng.integers(0, 2**m, 8)  # below the smallest normal
    low_ties = (low + 0.5) * smallest
    low_near = (2 * (low // 2) + 1.5) * smallest * (1 - 2.0 ** -(m + 4))  # as if rounded to m bits before
    near = rng.choice([-1, 1], 8) * 2.0**-45  # off a tie by less than float32 can tell
    edge = np.array([0.5, 1, 1.5, 2.5, 0.5 + 2.0**-40, 0.5 - 2.0**-40, 0.3]) * smallest
    carry = (2 - 2.0 ** -(m + 2)) * power
    top = np.array([largest, largest + 0.9 * half, largest + half, largest + 1.1 * half, 2 * largest])
    normal = 2.0 ** (1 - bias)
    between = rng.uniform(1, 2, 20) * 2.0 ** rng.integers(1 - bias, bias + 1, 20)
    tiny = rng.uniform(0, normal, 8)
    parts = [
        even,
        odd,
        even * (1 + near),
        low_ties,
        low_near,
        low * smallest,
        edge,
        carry,
        top,
        between,
        tiny,
    ]
    parts += [[normal, normal - 0.3 * smallest, normal - 0.7 * smallest, 1.0, 0.0, np.inf, largest * 1e9]]
    size = np.concatenate(parts)
    return rng.permutation(np.concatenate([size, -size, [np.nan]]))


def half(x: np.ndarray) -> np.ndarray:
    """float64 numbers rounded through float16, and float64 again."""
    with np.errstate(over="ignore"):
        return np.asarray(x, np.float64).astype(np.float16).astype(np.float64)


BAD = (("w", np.inf), ("w", -np.inf), ("w", np.nan), ("b", np.inf), ("b", np.nan))


def played(scaler, kinds: str, rng: np.random.Generator) -> list[float]:
    """What a loss scaler does and leaves in steps that are good (G), or have a gradient that isn't finite (B)."""
    w, b, *unused = (nn.Parameter(torch.zeros(n)) for n in (2, 1, 3, 3))
    groups = [{"params": [w, unused[0]]}, {"params": [unused[1], b]}]
    sgd = torch.optim.SGD(groups, lr=0.5, momentum=0.5)
    trace, order = [], rng.permutation(len(BAD))
    for step, kind in enumerate(kinds):
        sgd.zero_grad()
        loss = (w * torch.tensor([1.0, -2.0])).sum() + 3 * b.sum() + 7
        scaled = scaler.scaled(loss)
        scaled.backward()
        if kind == "B":
            name, value = BAD[order[step % len(BAD)]]
            (w if name == "w" else b).grad[-1] = value
        if step % 2 or (kind == "B" and step % 3 == 0):
            scaler.unscale(sgd)
            if kind == "B":
                nn.utils.clip_grad_value_([w, b], 1.0)
            trace.append(_raises(scaler, sgd))
        before, stepped = scaler.scale, scaler.step(sgd)
        trace += [
            _raises(scaler, sgd),
            stepped is True,
            stepped is False,
            scaled.item(),
            loss.item(),
            before,
            scaler.scale,
        ]
        scaler.update()
        trace += [scaler.scale, *w.tolist(), *b.tolist(), *w.grad.tolist(), *b.grad.tolist()]
        trace += [it.grad is None for it in unused]
    return [float(it) for it in trace]


def _raises(scaler, optimizer: torch.optim.Optimizer) -> bool:
    try:
        scaler.unscale(optimizer)
    except RuntimeError:
        return True
    return False


class _Note(torch.autograd.Function):
    """The identity; it notes whether autocast is on, forward and backward."""

    @staticmethod
    def forward(ctx, value, notes):
        ctx.notes = notes
        notes.append(("forward", _autocast()))
        return value.clone()

    @staticmethod
    def backward(ctx, gradient):
        ctx.notes.append(("backward", _autocast()))
        return gradient, None


def _autocast() -> str:
    on = torch.is_autocast_enabled("cpu")
    return str(torch.get_autocast_dtype("cpu")).removeprefix("torch.") if on else "off"


class NotedNetwork(nn.Module):
    """``network(x, y)`` is the loss of a batch, the mean of w·x + b·y + 10 over x (n, 3), y (n,).

    Its gradient is the mean of ``x`` and that of ``y``: of rows that are all alike, one of them, exactly.

    ``network.notes`` tells in which type of autocast each forward and backward pass ran ("off" outside).
    """

    def __init__(self):
        super().__init__()
        self.w, self.b, self.notes = nn.Parameter(torch.zeros(3)), nn.Parameter(torch.zeros(())), []

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return _Note.apply(((self.w * x).sum(-1) + self.b * y + 10).mean(), self.notes)


def alike(row: torch.Tensor, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """A batch of n rows that are all alike, x (n, 3), y (n,), from a row (4,)."""
    return row[:3].repeat(n, 1), row[3].repeat(n)


class _Digits(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.last = nn.Linear(784, 32), nn.Linear(32, 10)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        h = self.hidden(x).relu()
        h.register_hook(lambda gradient: gradient.half().to(gradient.dtype))
        return nn.functional.cross_entropy(self.last(h), y)


def digits_in_half() -> nn.Module:
    """``network(x, y)``: the loss of digits (n, 784); its hidden layer's gradients pass through float16."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return _Digits()


def batches_of_digits(number: int, size: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of MNIST: x (size, 784) from 0 to 1, y (size,)."""
    data = load_mnist()
    x = torch.tensor(data.x_train[: number * size]).flatten(1).float() / 255
    y = torch.tensor(data.y_train[: number * size]).long()
    return list(zip(x.split(size), y.split(size), strict=True))


Operations = list[tuple[str, Callable]]


def run(operations: Operations, x: np.ndarray, cast: Callable, keep=()) -> np.ndarray:
    """All operations, one on the other's result; ``cast`` rounds what each stores, but for those named in ``keep``."""
    with np.errstate(all="ignore"):
        for name, function in operations:
            x = function(x, _as_it_is if name in keep else cast)
    return x


def _as_it_is(value):
    return value


def added_up(x: np.ndarray, cast: Callable) -> np.ndarray:
    """The sum of each row (n, k) → (n, 1), added one number at a time into a total that is stored by ``cast``."""
    total = np.zeros(len(x))
    for column in x.T:
        total = cast(total + column)
    return total[:, None]


def weighed(error: float) -> Callable:
    """An operation that multiplies by a stored weight, which float16 gets wrong by this fraction (|error| < 2e-4)."""
    weight = 1 / (1 + error)  # float16 makes it 1
    return lambda x, cast: x * cast(weight)


def shifted(by: float, back: bool = True) -> Callable:
    """An operation that adds a number, stores the result, and takes it away again (unless it isn't to go ``back``)."""
    return lambda x, cast: cast(x + by) - by * back


def chain(rng: np.random.Generator, kind: str) -> tuple[Operations, np.ndarray, float]:
    """(operations, x (n, k), most_error) of a ``kind`` that tells a mistake (KINDS); names are drawn."""
    functions, x, most = _chain(rng, kind)
    if kind == "names":
        return list(zip(("sum", "root", "sum of squares"), functions, strict=True)), x, most
    letters = rng.permutation(list("abcdefghijk"))[: len(functions)]
    if kind in ("norm", "all"):  # so that an alphabetical order is told, of either direction
        letters = np.sort(letters)[:: -1 if kind == "norm" else 1]
    return [(f"op {letter}", function) for letter, function in zip(letters, functions, strict=True)], x, most


WEIGHTS = {  # kind → errors of three weights, as fractions of the bound
    "together": [0.7, 0.01, 0.85],  # each alone is within the bound, two aren't
    "opposed": [1.7, -1.45, 1.3],  # errors cancel: one of three is enough, and each alone is over the bound
    "greedy": [-1.9, 1.6, 1.5],  # the worst one alone is what makes up for the two others
    "fewest": [0.95, 0.25, 0.225],  # one bad one is enough, or two others
    "names": [0.85, 0.01, 0.7],  # the first one's name is part of the last one's
    "four": [0.02, 0.03, 1.2, 1.4, 1.3, 1.25],  # four of six
    "six": [1.2, 1.3, 1.25, 1.35, 1.15, 1.4],  # each of six
}
IN_ORDER = ("names", "four", "six")


def _plain(x: np.ndarray, cast: Callable) -> np.ndarray:
    return cast(x * 0.75)


def _squared(x: np.ndarray, cast: Callable) -> np.ndarray:
    return cast(x * x)


def _chain(rng: np.random.Generator, kind: str) -> tuple[list[Callable], np.ndarray, float]:
    bound = float(rng.uniform(0.8e-4, 1e-4))  # one that weights' rounding can cross
    if kind in WEIGHTS:
        errors = WEIGHTS[kind] if kind in IN_ORDER else rng.permutation(WEIGHTS[kind])
        x = rng.uniform(1, 2, (2, 3))
        x[0, 0] = 4  # so that the mean is far from the largest
        return [weighed(it * bound) for it in errors], x, bound
    if kind == "large":  # an absolute error over the bound, and a relative one within
        return [_plain, weighed(bound)], rng.uniform(1000, 2000, (2, 4)), 2e-3
    if kind == "small element":  # far off by itself, and nothing beside the largest
        x = np.array([[-1.0, 1e-9 * rng.uniform(1, 9)]])
        return [lambda x, cast: cast(x * 2), lambda x, cast: cast(x * 4)], x, 1e-3
    if kind == "largest":  # one element of many is wrong: a mean would hide it
        lost = np.zeros((2, 100))
        lost[1, int(rng.integers(99))] = 1.2e-9
        x = np.full((2, 100), round(rng.uniform(1, 2), 2))
        return [weighed(bound / 5), lambda x, cast: x - cast(lost) * 1e7], x, 1e-3
    if kind == "exact":  # the bound is just met: 2**-26 is 0 in float16
        lost = np.array([[0, 2.0**-26]])
        return [lambda x, cast: x * 2, lambda x, cast: x + cast(lost)], np.array([[0.5, 0]]), 2.0**-26
    if kind == "far":  # the result is so much larger that it is no measure
        return [_plain, shifted(4096.0)], rng.uniform(2.1, 2.2, (2, 3)) / 0.75, 0.6
    if kind == "shifted":
        return (
            [shifted(rng.uniform(900, 1000)), _plain, shifted(1.25, False)],
            rng.uniform(1, 2, (2, 4)),
            2e-3,
        )
    if kind == "apart":  # two that aren't neighbours
        return [shifted(rng.uniform(900, 950)), _plain, shifted(990.0)], rng.uniform(1, 2, (2, 4)), 2e-3
    if kind == "none":
        return [_plain, shifted(1.25, False)], rng.uniform(1, 2, (2, 4)), 5e-3
    return _misleading(rng, kind, bound) if kind in MISLEADING else _overflowing(rng, kind)


MISLEADING = ("below", "small row", "small", "flipped", "beyond", "nan first")


def _misleading(
    rng: np.random.Generator, kind: str, bound: float
) -> tuple[list[Callable], np.ndarray, float]:
    """Where a measure that is nearly right doesn't see the error, or sees one that isn't there."""
    if kind == "below":  # the largest deviation is negative, and there are small ones above
        lost, x = np.zeros((2, 100)), rng.uniform(1, 2, (2, 100))
        lost[0, int(rng.integers(100))] = 1.2e-9
        return [weighed(bound / 5), lambda x, cast: x + cast(lost) * 1e7], x, 1e-3
    if kind == "small row":  # a row that is far off by itself, and nothing beside the other
        x = np.array([rng.uniform(1000, 2000, 4), [0.01] * 4])
        return [_plain, shifted(1.0)], x, 2e-3
    if kind == "small":  # all results are below 0.001
        return [weighed(bound / 5), weighed(1.5 * bound)], rng.uniform(5e-4, 1e-3, (2, 3)), bound
    if kind == "flipped":  # the right size, of the other sign
        lost = np.full((2, 3), 1.2e-9)
        return [lambda x, cast: x - cast(lost) * 1e9, weighed(bound / 5)], np.full((2, 3), 0.6), 1e-3
    if kind == "beyond":  # infinity, where the exact result is just above 65,504
        return [weighed(bound / 5), _plain], rng.uniform(65_525, 65_535, (2, 3)) / 0.75, 2e-3
    small = np.array(
        [[1, 1, 1], [1, 1e-9, 1]]
    )  # NaN where the exact result is next to 0, and in the first sets

    def squared_and_divided(x: np.ndarray, cast: Callable) -> np.ndarray:
        y = cast(x * small)
        return y * y / y

    return [_plain, squared_and_divided, _plain], rng.uniform(1, 2, (2, 3)), 2e-3


def _overflowing(rng: np.random.Generator, kind: str) -> tuple[list[Callable], np.ndarray, float]:
    """What happens in norms, softmax and sums."""
    large = rng.uniform(400, 900, (3, 6))
    if kind == "norm":  # squares overflow, and so does their mean
        mean, root = lambda x, cast: cast(x.mean(axis=1)), lambda x, cast: cast(x**0.5)
        return [_plain, _squared, mean, root], large, 2e-3
    if kind == "all":  # each of three
        return [_squared, added_up, lambda x, cast: cast(x * 2)], large, 2e-3
    if kind == "softmax":  # exp overflows, and the sum
        exp, log = lambda x, cast: cast(np.exp(x)), lambda x, cast: cast(np.log(x))
        return [exp, added_up, log, shifted(-1.0, False)], rng.uniform(13, 16, (3, 5)), 2e-3
    if kind == "sum":  # a total so large that the rest is lost
        x = rng.uniform(0.3, 0.9, (2, 60))
        x[:, 0] = 2048 + 2 * rng.integers(0, 100)
        return [lambda x, cast: cast(x * 1.0), added_up, lambda x, cast: cast(x / 8)], x, 2e-3
    x = rng.uniform(1, 2, (3, 4)) * [[1], [1e-8], [1]]  # in one row what is divided by flushes to 0: 0 / 0
    return [_plain, lambda x, cast: cast(x / x.sum(axis=1, keepdims=True)), shifted(1.25, False)], x, 2e-3


KINDS = ("none", "large", "small element", "shifted", "exact", "norm", "softmax", "sum", "nan", "largest")
KINDS += ("far", "together", "opposed", "greedy", "fewest", "apart", "all", *MISLEADING, *IN_ORDER)


def transformer_block(rng: np.random.Generator) -> tuple[Operations, np.ndarray]:
    """Forward operations as a transformer has them, on 4 rows of 64 numbers; their weights are drawn."""
    w1, w2 = rng.normal(0, 0.3, (64, 64)), rng.normal(0, 0.3, (64, 64))

    def normed(x, cast):
        squares = cast(x * x)
        return cast(x / cast(cast(added_up(squares, cast) / 64) ** 0.5))

    def softmaxed(x, cast):
        powers = cast(np.exp(x))
        return cast(powers / added_up(powers, cast))

    operations = [
        ("linear 1", lambda x, cast: cast(cast(x) @ cast(w1))),
        ("norm", normed),
        ("linear 2", lambda x, cast: cast(cast(x) @ cast(w2))),
        ("gain", lambda x, cast: cast(x * 2.5)),
        ("softmax", softmaxed),
    ]
    return operations, rng.normal(0, 120, (4, 64))


fixed(__name__)
