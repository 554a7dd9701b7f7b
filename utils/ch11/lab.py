"""What lab 11 hands its answers: weights, layers and batches, and contexts in which integers stay integers."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import torch

from utils.by_hand import ByHand, as_array
from utils.checks import fixed
from utils.cnn.in_torch import load_cnn
from utils.data import load_mnist, tensors

# ---- exercise 2 ----------------------------------------------------------------------------------


def channel_weights(rng, shape, axis, bits, zeros=False, dtype=np.float64) -> np.ndarray:
    """Weights none of which lies between two integers; each channel has a scale of its own, the last a tiny one."""
    n, channels = 2 ** (bits - 1) - 1, shape[axis]
    rows = rng.integers(-n, n + 1, (channels, int(np.prod(shape)) // channels))
    off = np.where(abs(rows) < n, rng.uniform(-0.48, 0.48, rows.shape), 0.0)
    for k, row in enumerate(rows):  # each channel holds its largest, often a negative one
        at = rng.integers(len(row))
        row[at], off[k, at] = (-n, n)[k % 3 == 2], 0.0
    scale = np.exp(rng.normal(size=channels)) / n
    scale[-1] *= 1e-12  # nearly pruned, and a channel all the same
    if zeros:
        rows[channels // 2], off[channels // 2] = 0, 0.0
    rest = [size for i, size in enumerate(shape) if i != axis % len(shape)]
    w = ((rows + off) * scale[:, None]).reshape(channels, *rest)
    return np.moveaxis(w, 0, axis).astype(dtype)


def channel_codes(rng, shape, axis, bits) -> tuple[np.ndarray, np.ndarray]:
    """Integers (shape) int8 and scales (channels,), for dequantize: they belong to no weights."""
    n = 2 ** (bits - 1) - 1
    q = rng.integers(-n, n + 1, shape).astype(np.int8)
    scale = np.exp(rng.normal(size=shape[axis])) / n
    scale[-1] *= 1e-12
    return q, scale


# ---- exercise 3 ----------------------------------------------------------------------------------


def layer_case(rng, batch=6, k=50, n=9, zeros=None):
    """(x, x_zero, w, b, m0, shift, y_zero) of a layer; the first image is all x_zero, so that acc is b."""
    x, w = rng.integers(0, 256, (batch, k), np.uint8), rng.integers(-127, 128, (n, k), np.int8)
    x_zero, y_zero = zeros or (int(rng.integers(90, 160)), int(rng.integers(60, 120)))
    b = rng.integers(-9000, 9000, n)
    x[0], x[1], x[2] = x_zero, 0, 255
    m0, shift = rng.integers(2**30, 2**31, n), rng.integers(38, 41, n)
    i, j = int(rng.integers(1, 6)), int(rng.integers(1, 6))
    b[0], m0[0], shift[0] = 2**30 - i, 2**30 + i, 61  # acc · m0 is 2**60 − i², a hair below one half
    b[1], m0[1], shift[1] = 4 * j + 1, 2**30, 31  # exactly between two: 2j and a half
    b[2], m0[2], shift[2] = -4 * j - 3, 2**30, 31  # and one below 0
    b[3], m0[3], shift[3] = -(2**30) - i, 2**31 - j, 56  # a product of 61 bits, to about −32
    b[4], m0[4], shift[4], w[4] = j, m0[4], 29, 0  # a factor above 1
    for o in range(5, n if k >= 2000 else 0):  # sums above 2**24 and odd: no float32 holds them
        x[3], w[o] = x_zero + 91, rng.integers(100, 128, k)
        w[o, 0] ^= w[o].sum(dtype=int) % 2 == 0
        b[o], m0[o], shift[o] = 2 * i + 1 - 91 * w[o].sum(dtype=int), 2**30, 30
    return x, x_zero, w, b.astype(np.int32), m0, shift, y_zero


class FloatInside(ArithmeticError):  # PyTorch's operators swallow a TypeError
    """A float turned up where there are to be whole numbers only."""


class OnIntegers(ByHand):
    """:class:`ByHand`, where an op of PyTorch's that makes a tensor of floats raises, too."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        got = super().__torch_dispatch__(func, types, args, kwargs)
        _stop_at_floats(str(func), [got])
        return got


class WholeNumbers(np.ndarray):
    """``a.view(WholeNumbers)``: an array whose arithmetic, and its results', raises at the first float.

    Two ways lead out of it: ``np.asarray`` and ``tolist``. Whoever takes one has to be told by the result.
    """

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        bare = [_bare(value) for value in inputs]
        if out:
            options["out"] = tuple(map(_bare, out))
        _stop_at_floats(ufunc.__name__, bare)
        got = getattr(ufunc, method)(*bare, **options)
        _stop_at_floats(ufunc.__name__, [got])
        return out[0] if out else _watched(got)

    def __array_function__(self, func, types, args, kwargs):  # np.dot, np.einsum, np.where …
        _stop_at_floats(func.__name__, [args, kwargs])
        got = super().__array_function__(func, types, args, kwargs)
        _stop_at_floats(func.__name__, [got])
        return _watched(got)

    def dot(self, other, out=None):  # the method asks neither of the two
        return np.dot(self, other, out)


def _bare(value: object) -> object:
    return value.view(np.ndarray) if isinstance(value, WholeNumbers) else value


def _watched(got: object) -> object:
    return got.view(WholeNumbers) if isinstance(got, np.ndarray) else got


def _stop_at_floats(name: str, values: Iterable) -> None:
    if any(map(_is_float, _leaves(values))):
        raise FloatInside(f"{name} has to do with floats, and the device has none")


def _is_float(value: object) -> bool:
    if isinstance(value, torch.Tensor):
        return value.is_floating_point()
    return isinstance(value, float) or getattr(getattr(value, "dtype", None), "kind", "") == "f"


def _leaves(values: Iterable) -> Iterator[object]:
    for value in values:
        if isinstance(value, list | tuple | dict):
            yield from _leaves(value.values() if isinstance(value, dict) else value)
        else:
            yield value


def watched(case):
    """Copies of a layer's arrays, whose arithmetic raises at the first float."""
    return [value.copy().view(WholeNumbers) if isinstance(value, np.ndarray) else value for value in case]


# ---- exercise 4 ----------------------------------------------------------------------------------


def batches_that_move(rng, count=6):
    """Batches of several shapes, whose ranges move up and down, away from 0."""
    shapes = [(40, 5), (7, 3, 4, 4), (1,), (2, 1, 3), (300,), (40, 5)]
    middles = 6 + np.cumsum(rng.permutation([2.0, -1.5, 1.0, -2.5, 3.0, 1.5]))
    return [
        rng.normal(m, s, shape) for m, s, shape in zip(middles, rng.uniform(0.3, 1, 6), shapes, strict=True)
    ][:count]


def batches_of_images(rng):
    """Batches of uint8, whose ranges grow at both ends, and shrink again."""
    return [rng.integers(low, high, (9, 8), np.uint8) for low, high in ((60, 130), (20, 255), (90, 120))]


def batches_in_order(rng):
    """Two batches of 12,000 values, in order: the largest ones come last."""
    return [np.sort(rng.uniform(low, low + 5, (12_000))) for low in (4, 3)]


def numbers_kept(value, kind: type) -> int:
    """How many numbers an object holds on to, in its attributes, lists and arrays."""
    if isinstance(value, list | tuple | set | dict):
        return sum(numbers_kept(v, kind) for v in (value.values() if isinstance(value, dict) else value))
    if isinstance(value, torch.Tensor | np.ndarray):
        return as_array(value).size
    return numbers_kept(vars(value), kind) if isinstance(value, kind) and hasattr(value, "__dict__") else 1


def memory(Observer, rng, **options):
    """How many numbers an observer holds after hundreds of batches, and the bytes by which it grew in 50 of them."""
    observer = Observer(**options)
    more = growth(lambda: observer.observe(rng.normal(size=60)), times=50)
    return numbers_kept(observer, Observer), more


def growth(step: Callable[[], object], times: int = 50, rounds: int = 6) -> int:
    """Bytes by which Python's memory grows in ``times`` calls of ``step``, wherever they are kept.

    The least of some rounds, since other threads take and free memory meanwhile; the first one pays for
    what is done once. PyTorch's own memory isn't seen, only the objects around it.
    """
    gc.freeze()  # what is there already needn't be searched for garbage each time
    tracemalloc.start()
    try:
        readings = []
        for _ in range(rounds + 1):
            if len(readings) == 4 and np.diff(readings).min() > 100 * times:
                break  # so much, and in each of three rounds: no other thread does that
            for _ in range(times):
                step()
            gc.collect()  # what only a cycle keeps isn't kept
            readings.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    return int(np.diff(readings).min())


# ---- exercise 5 ----------------------------------------------------------------------------------


def grid_weights(rng, shape, q_min, q_max, grain="tensor", dtype=torch.float32, zero=None):
    """(w, scale, zero_point): telling cases at both bounds, and far away; no w lies between two integers."""
    q = rng.integers(q_min - 2, q_max + 3, shape).ravel()
    off = rng.uniform(-0.48, 0.48, q.shape)
    q[:8] = q_max, q_max, q_max + 1, q_max + 1, q_min, q_min, q_min - 1, q_min - 1
    off[:8] = np.tile([0.48, -0.48], 4)
    q[8:10] = q_max + 900, q_min - 900
    order = rng.permutation(len(q))
    q, off = q[order].reshape(shape), off[order].reshape(shape)
    small = {"tensor": (), "row": (shape[0], *(1 for _ in shape[1:])), "column": (shape[-1],)}[grain]
    scale = torch.tensor(np.exp(rng.normal(-2, 1, small)), dtype=dtype)
    zeros = np.array(rng.integers(q_min, q_max + 1, small) if zero is None else zero)
    if small:
        zeros.flat[0], zeros.flat[-1] = q_min, q_max
    zeros = torch.tensor(zeros, dtype=dtype)
    w = (torch.tensor(q + off, dtype=dtype) - zeros) * scale
    w[np.unravel_index(int(np.argmax(order == 10)), shape)] = 0  # a pruned weight
    return w, *((scale, zeros) if small else (float(scale), int(zeros)))


def halves(rng, q_max=15):
    """(w, scale, zero_point) on 0 … q_max: each w half-way between two integers, both ends passed, and z odd.

    There it shows whether z is added after rounding (to even: 1.5 becomes 2) or before (2.5 becomes 2, too).
    """
    scale, zero = 2.0 ** int(rng.integers(-4, 2)), 2 * int(rng.integers(1, q_max // 2)) + 1
    return torch.tensor(scale * (np.arange(-1, q_max + 1) + 0.5 - zero), dtype=torch.float32), scale, zero


def three_cases(rng, shape, q_min, q_max, grain, dtype):
    """Three cases of one shape, the first with its zero point at one end, the second at the other."""
    zeros = (q_min, q_max, None) if grain == "tensor" else (None,) * 3
    return [grid_weights(rng, shape, q_min, q_max, grain, dtype, zero) for zero in zeros]


def thrice_case(rng):
    """(w, scale, zero_point) and what three uses of w are multiplied by, each (4, 6): see :func:`thrice`."""
    return *grid_weights(rng, (4, 6), 0, 7), torch.tensor(rng.normal(size=(3, 4, 6)) + 3, dtype=torch.float32)


def thrice(fake_quantize, w, scale, zero, factors):
    """Gradient with respect to a w that is used three times: on two grids and as it is."""
    a, b, c = factors
    leaf = w.clone().requires_grad_()
    narrow, wide = (fake_quantize(leaf, scale, zero, *ends) for ends in ((2, 5), (0, 7)))
    (a * narrow + b * wide + c * leaf).sum().backward()
    return leaf.grad


# ---- something real, below the checks ------------------------------------------------------------


def cnn_weights() -> dict[str, np.ndarray]:
    """The weights of the course's CNN, layer by layer, output channels first."""
    layers = [layer for layer in load_cnn() if hasattr(layer, "weight")]
    return {
        name: layer.weight.detach().numpy()
        for name, layer in zip(("conv1", "conv2", "dense"), layers, strict=True)
    }


def cnn_dense(count: int) -> tuple:
    """The CNN's last layer on 8 bits: x (count, 1600), w (10, 1600), b, factor (10,), y_zero; digits in float."""
    model, data = load_cnn(), load_mnist()
    images, _ = tensors(data.x_val[:count], data.y_val[:count])
    with torch.inference_mode():
        x = model[:-1](images)
        y = model[-1](x).numpy()
    x, w, b = (it.detach().numpy().astype(np.float64) for it in (x, model[-1].weight, model[-1].bias))
    x_scale, w_scale, y_scale = x.max() / 255, np.abs(w).max(axis=1) / 127, np.ptp(y) / 255
    qx, qw = np.rint(x / x_scale).astype(np.uint8), np.rint(w / w_scale[:, None]).astype(np.int8)
    qb, y_zero = np.rint(b / (x_scale * w_scale)).astype(np.int32), int(np.rint(-y.min() / y_scale))
    return qx, qw, qb, x_scale * w_scale / y_scale, y_zero, y.argmax(axis=1)


def cnn_activations(batches: int = 10, size: int = 50) -> Iterator[np.ndarray]:
    """Behind the CNN's first ReLU, batch by batch (size, 32, 26, 26)."""
    model, data = load_cnn(), load_mnist()
    x, _ = tensors(data.x_train[: batches * size], data.y_train[: batches * size])
    with torch.inference_mode():
        for some in x.split(size):
            yield model[:2](some).numpy()


def few_digits() -> tuple[tuple[torch.Tensor, torch.Tensor], ...]:
    """5,000 images of training (5000, 784) with their labels, and those of validation."""
    data = load_mnist()
    some = (data.x_train[:5000], data.y_train[:5000]), (data.x_val, data.y_val)
    return tuple((x.flatten(1), y) for x, y in (tensors(*it) for it in some))


def trained(start: torch.Tensor, rounded: Callable | None = None, *grid) -> torch.Tensor:
    """Weights (784, 10) of one layer, 60 steps of Adam later: it uses w, or ``rounded(w, *grid)``."""
    (x, y), _ = few_digits()
    w = start.clone().requires_grad_()
    adam = torch.optim.Adam([w], 0.01)
    for _ in range(60):
        adam.zero_grad()
        torch.nn.functional.cross_entropy(x @ (rounded(w, *grid) if rounded else w), y).backward()
        adam.step()
    return w.detach()


def right_with(w: torch.Tensor) -> float:
    """The fraction of validation that one layer with these weights gets right."""
    _, (x, y) = few_digits()
    return ((x @ w).argmax(dim=1) == y).float().mean().item()


fixed(__name__)
