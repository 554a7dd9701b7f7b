"""What lab 09 hands its answers: drawn weights, scans and streams, optimizers, and a CNN to prune."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.checks import fixed
from utils.cnn.in_torch import load_cnn
from utils.data import load_mnist, tensors

# ---- exercise 1: masks -----------------------------------------------------------------------------

MASKS = ("apart", "ties", "zeros", "near", "none", "all", "views", "one", "large", "huge", "tiny", "shapes")


def drawn_weights(rng: np.random.Generator, kind: str) -> tuple[list[torch.Tensor], int]:
    """(weights, keep): tensors of several shapes and scales, of a ``kind`` that tells a mistake (MASKS)."""
    shapes = {"one": [(5, 7)], "large": [(60, 80), (90,), (40, 100)], "shapes": [(), (3,), (2, 7)]}.get(
        kind, [(4, 6), (5,), (2, 3, 2)]
    )
    sizes = [int(np.prod(shape)) for shape in shapes]
    total = sum(sizes)
    keep = {"none": 0, "all": total}.get(kind, int(rng.integers(total // 4, total // 2)))
    scales = rng.permutation([1.0, 0.5, 2.0])[: len(shapes)]
    draws = [rng.normal(0, scale, shape) for scale, shape in zip(scales, shapes, strict=True)]
    if kind in ("ties", "large"):
        draws = [rng.integers(1, 4, shape) * rng.choice([-0.5, 0.5], shape) for shape in shapes]
        level = np.sort(np.abs(np.concatenate([it.ravel() for it in draws])))[::-1]
        first = int(np.argmax(level < level[0]))  # all above: so many are at the highest
        keep = first + int(rng.integers(3, max(4, np.sum(level == level[first]) - 2)))
    if kind == "zeros":  # keep reaches into them
        draws = [it * (rng.random(it.shape) < 0.3) * rng.choice([-1, 1], it.shape) for it in draws]
        keep = int(sum(np.count_nonzero(it) for it in draws)) + 4
    if kind == "near":  # the later of two neighbours in float32 is the larger
        up = np.nextafter(np.float32(1.5), np.float32(2))
        draws = [np.full(shape, 1.5, np.float32) for shape in shapes]
        draws[0].flat[:3] = [-3, 0.5, -4]
        draws[2].flat[[1, 3, 8]] = [up, -up, up]
        keep = 6
    if kind in ("huge", "tiny"):  # squares overflow, or are 0: the first ones of a tensor are its smallest
        draws = [np.sort(rng.uniform(1, 2, it.size)).reshape(it.shape) for it in draws]
        draws = [it * scale for it, scale in zip(draws, (1e25, -1, 1e-30), strict=True)]
        keep = int(rng.integers(5, 20)) if kind == "huge" else sizes[0] + sizes[1] + int(rng.integers(3, 9))
    if kind == "views":  # equal ones in the view, of which some are kept
        draws[0] = rng.choice([-9.0, 9.0], shapes[0])
        keep = int(rng.integers(5, 20))
    made = [torch.tensor(it, dtype=torch.float32) for it in draws]
    if kind == "views":
        made[0] = made[0].T
        made[1], made[2] = made[1].requires_grad_(), made[2].transpose(0, 1)
    return made, keep


# ---- exercise 2: a step ----------------------------------------------------------------------------

OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, 0.5, weight_decay=0.25),
    "momentum": lambda p: torch.optim.SGD(p, 0.5, momentum=0.75, nesterov=True),
    "Adam": lambda p: torch.optim.Adam(p, 0.125),
    "AdamW": lambda p: torch.optim.AdamW(p, 0.125, amsgrad=True, weight_decay=0.5),
    "RMSprop": lambda p: torch.optim.RMSprop(p, 0.125, momentum=0.5, centered=True),
}


def traced(step: Callable, name: str, rng: np.random.Generator) -> dict[str, list]:
    """What ``step(optimizer, masks)`` leaves in five steps of the optimizer ``name``, by what it is.

    Four parameters of two groups have a mask, in another order than the optimizer's. Two are of one shape, one
    has a single weight. Masks change: weights leave, and some come back. One parameter gets no gradient now and
    then, also when momentum is left of it. Gradients are now and then infinite or NaN: at False, at the end at
    True, too (in what comes back, NaN is 777). One weight at False moves by less than 1e-9; one that is kept is 0.
    """
    shapes = ((3, 2), (6,), (4, 5), (6,), (1,))
    free, u, w, v, one = params = [
        nn.Parameter(torch.tensor(rng.normal(size=s), dtype=torch.float32)) for s in shapes
    ]
    optimizer = OPTIMIZERS[name]([{"params": [free, u]}, {"params": [w, v, one]}])
    masks = {w: torch.tensor(rng.random((4, 5)) < 0.6), v: torch.tensor(rng.random(6) < 0.5)}
    masks |= {one: torch.tensor([False]), u: torch.tensor([True, False] * 3)}
    masks[w][0, :3] = torch.tensor([True, False, True])
    masks[v][:3] = torch.tensor([False, True, True])
    masks[w][3, :3] = False  # these never move, but for the last
    masks[w][1, 0] = True
    w.data[3, :3] = w.data[1, 0] = 0
    parts = ("counts", "weights", "free", "states", "gradients", "given")
    made: dict[str, list] = {part: [] for part in parts}
    for k in range(5):
        for p in params:
            g = torch.tensor(rng.choice([-1, 1], tuple(p.shape)) * rng.uniform(0.5, 1.5, tuple(p.shape)))
            p.grad = g.float()
        w.grad[3, :3] = torch.tensor([0, 0, 1e-10])
        w.grad[1, 0] = 0
        if k in (1, 3):
            w.grad[0, 1 if k == 1 else 0] = torch.nan if k == 1 else torch.inf
        if k == 1:
            v.grad[0] = -torch.inf
        if k in (0, 3):
            v.grad = None
        if k == 3:  # one leaves that is 0 already, but moving
            masks[v][2], v.data[2] = False, 0
        if k == 2:
            masks[w][0, :2] = torch.tensor([False, True])  # one leaves, one comes back
        if k == 4:
            masks[v][0], masks[v][1] = True, False
            u.grad[:4] = torch.tensor([torch.nan, torch.nan, torch.inf, torch.inf])
        grads = {p: None if p.grad is None else p.grad.clone() for p in params}
        before = {p: m.clone() for p, m in masks.items()}
        made["counts"].append(step(optimizer, masks))
        same = [_same(p.grad, g) for p, g in grads.items()]
        made["gradients"] += [float(it) for it in same]
        kept = len(masks) == 4 and all(p in masks and torch.equal(masks[p], m) for p, m in before.items())
        made["given"].append(float(kept and all(p.requires_grad and not p._backward_hooks for p in params)))
        for p in (w, v, u, one):
            made["weights"] += _numbers(p)
        made["free"] += _numbers(free)
        for p in params:
            state = optimizer.state.get(p, {})
            for key in sorted(state):
                if isinstance(state[key], torch.Tensor):
                    made["states"] += _numbers(state[key])
    return made


def _numbers(it: torch.Tensor) -> list[float]:
    return torch.nan_to_num(it.detach().float(), 777, torch.inf, -torch.inf).flatten().tolist()


def _same(a: torch.Tensor | None, b: torch.Tensor | None) -> bool:
    if a is None or b is None:
        return a is b
    return torch.equal(torch.nan_to_num(a, 7.0), torch.nan_to_num(b, 7.0))


# ---- exercise 3: a plan ----------------------------------------------------------------------------

SCANS = (
    "apart",
    "one",
    "exact",
    "whole",
    "greedy",
    "largest",
    "negative",
    "noise",
    "nan",
    "tie",
    "levels",
    "order",
)
SCANS += (
    "none",
    "none but nan",
    "lossless",
    "tie below 0",
    "tie of sums",
    "twins",
    "nothing",
    "nan first",
    "five",
)


def drawn_scan(rng: np.random.Generator, kind: str) -> tuple[list, list, int]:
    """(kept, lost, most): a scan of a ``kind`` that tells a mistake (SCANS), and a budget."""
    n, m = map(float, rng.integers(2, 7, 2))
    small = {  # two layers
        "lossless": (
            [[60, 50, 40], [30, 20]],
            [[0, 0, 0], [0, n]],
            80,
        ),  # the first that fits isn't the lightest
        "tie below 0": ([[50, 40], [30, 20]], [[-n, -1], [0, m]], 80),
        "tie of sums": ([[60, 50], [40, 10]], [[0, n], [0, n]], 95),  # no single layer decides
        "twins": ([[40, 20, 20], [30, 10]], [[0, n + 5, n], [0, n + 6]], 50),
        "nothing": ([[20, 0], [10, 0]], [[0, n], [0, m]], 0),
        "nan first": ([[50, 40], [30, 20]], [[np.nan, n], [0, n + m]], 80),
        "five": (  # from the other plan that is full, no two layers lead to the best
            [[60, 0], [40, 0], [33, 0], [33, 0], [33, 0]],
            [[0, 10 * n], [0, 9 * n], [0, 7 * n], [0, 7 * n], [0, 7 * n]],
            100,
        ),
    }
    if kind in small:
        kept, lost, most = small[kind]
        return list(map(np.array, kept)), [np.array(it, float) for it in lost], most
    if kind == "greedy":  # the cheapest step first leads to where the second one is dear
        a, b = int(rng.integers(5, 7)), int(rng.integers(90, 110))
        kept = [np.array([100, 60, 10]), np.array([100, 50]), np.array([100, 90])]
        lost = [np.array([0.0, a + 4, a + 7]), np.array([0.0, a]), np.array([0.0, b])]
        return kept, lost, 220
    if kind == "negative":  # noise below 0 is no gain
        n = float(rng.integers(4, 10))
        return (
            [np.array([80, 40, 20]), np.array([60, 30, 10])],
            [np.array([0, -n, 1]), np.array([0, 1, n - 1])],
            50,
        )
    if kind == "noise":
        n = float(rng.integers(4, 10))
        return [np.array([80, 40, 30]), np.array([60, 30])], [np.array([0, -n, n - 1]), np.array([0, n])], 105
    if kind == "nan":
        kept = [np.array([50, 20, 10]), np.array([50, 20, 10])]
        lost = [np.array([0.0, np.nan, 9.0]), np.array([0.0, float(rng.integers(10, 20)), np.nan])]
        return kept, lost, 30
    if kind == "tie":  # equal losses: the fewest weights
        n, m = float(rng.integers(2, 6)), float(rng.integers(2, 6))
        return (
            [np.array([90, 50, 40]), np.array([60, 20, 30])],
            [np.array([0, n, n]), np.array([0, m, m])],
            80,
        )
    if kind == "exact":
        n = int(rng.integers(20, 30))
        return (
            [np.array([n + 1, n]), np.array([40, 9])],
            [np.array([0.0, 8.0]), np.array([0.0, 50.0])],
            n + 40,
        )
    if kind == "one":
        return [np.array([30, 20, 10])], [np.array([0.0, 1.0, float(rng.integers(2, 9))])], 19
    if kind.startswith("none"):  # nothing fits: by one, or because what would fit is NaN
        lost = [np.array([0.0, np.nan if kind == "none but nan" else 1.0]), np.array([0.0, 2.0])]
        return [np.array([30, 20]), np.array([20, 10])], lost, 39 if kind == "none but nan" else 29
    if kind == "largest":  # the layer with the most weights is also the one that minds
        kept = [np.array([1000, 500, 200, 100]), np.array([300, 150, 60, 30]), np.array([200, 100, 40, 20])]
        lost = [np.array([0.0, 40, 90, 200]), np.array([0.0, 1, 2, 3]), np.array([0.0, 1, 2, 4])]
        return kept, [it * int(rng.integers(1, 4)) for it in lost], 1100
    levels = {"levels": (6, 2, 1, 4), "order": (4, 4, 4)}.get(kind, (4, 5, 4, 4))
    kept, lost = [], []
    for n in levels:
        size = int(rng.integers(50, 2000))
        down = np.sort(rng.choice(np.arange(1, size), n, replace=False))[::-1]
        loss = np.sort(rng.choice(200, n, replace=False)).astype(float)
        loss[0] = 0.0
        order = rng.permutation(n) if kind == "order" else np.arange(n)
        kept.append(down[order])
        lost.append(loss[order])
    least, whole = sum(int(k.min()) for k in kept), sum(int(k.max()) for k in kept)
    part = 1 if kind == "whole" else rng.uniform(0.15, 0.5)
    return kept, lost, int(least + part * (whole - least))


# ---- exercise 4: a codec ---------------------------------------------------------------------------

TENSORS = ("sparse", "gaps", "dense", "zero", "ends", "order", "one", "empty", "signed zero", "small")
LONG = ("long", "many")


def drawn_tensor(rng: np.random.Generator, kind: str) -> np.ndarray:
    """A float32 array with zeros, of a ``kind`` that tells a mistake (TENSORS, LONG)."""
    if kind == "small":  # down to a denormal
        numbers = rng.permutation([1e-3, -1e-5, 1e-8, 1e-20, -1e-38, 1e-40])
        return np.stack([0 * numbers, numbers]).T.astype(np.float32)
    if kind == "long":  # a gap that 16 bits can't count
        w = np.zeros((3, 30_000), np.float32)
        w[0, 5], w[2, int(rng.integers(11_000, 13_000))] = 1, rng.normal() + 9
        return w
    if kind == "many":  # as many numbers, and a few zeros
        w = rng.uniform(1, 2, (3, 22_000)).astype(np.float32)
        w[1, rng.permutation(22_000)[:30]] = 0
        return w
    if kind == "gaps":  # zeros before each number: around 15 and its multiples
        zeros = rng.permutation([0, 1, 14, 15, 16, 29, 30, 31, 44, 45, 60, 7, int(rng.integers(300, 900))])
        w = np.concatenate([[*[0.0] * n, rng.normal() + 3] for n in zeros])
        return w.astype(np.float32)
    if kind in ("zero", "empty"):
        return np.zeros((3, 7) if kind == "zero" else (0, 4), np.float32)
    if kind == "one":
        return np.float32(np.eye(1, 40, int(rng.integers(1, 39)))) * 7
    w = rng.normal(size=(6, 6, 8)).astype(np.float32)
    w *= rng.random(w.shape) < {"dense": 2.0, "order": 0.3}.get(kind, 0.12)
    if kind == "ends":
        w[0, 0, 0], w[-1, -1, -1] = 1.5, -2.5
    if kind == "order":
        w = w[0].T
    if kind == "signed zero":
        w[w == 0] = -0.0
    return w


def drawn_stream(rng: np.random.Generator, entries: int, shape: tuple) -> bytes:
    """A stream of exercise 4 that holds ``entries`` values, for a tensor of this shape: gaps are drawn."""
    most = max(0, int(np.prod(shape)) // max(entries, 1) - 1)  # zeros before a value
    codes: list[int] = []
    for _ in range(entries):
        long = int(rng.integers(0, most // 15 + 1))
        codes += [15] * long + [int(rng.integers(0, min(14, most - 15 * long) + 1))]
    codes += [15] * (len(codes) % 2)
    values = rng.normal(size=entries).astype("<f4")
    pairs = np.array(codes, np.uint8).reshape(-1, 2)
    return (
        np.uint32(entries).astype("<u4").tobytes() + values.tobytes() + (pairs @ np.uint8([1, 16])).tobytes()
    )


# ---- exercise 5: two of four -----------------------------------------------------------------------


def drawn_matrix(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    """float32 (rows, columns) with ties, zeros, and neighbours that float16 can't tell apart."""
    w = rng.normal(size=(rows, columns)).astype(np.float32)
    groups = w.reshape(-1, 4)
    kinds = rng.permutation(np.arange(len(groups)) % 8)
    for group, kind in zip(groups, kinds, strict=True):
        if kind == 0:
            group[:] = rng.choice([-1.5, 1.5], 4)  # all equal: the first two
        elif kind == 1:
            group[rng.permutation(4)[:3]] = 0  # one number, three zeros
        elif kind == 2:
            group[:] = 0
        elif kind == 3:  # the last ones are larger, by less than float16 can hold
            group[:] = [1.0, 1.0, 1.0 + 2.0**-20, -1.0 - 2.0**-19]
        elif kind == 4:  # squares that are 0 in float32
            group[:] = [1e-30, -2e-30, 0, 3e-30]
        elif kind == 5:  # small in float16, but not 0
            group[:] = [2e-5, -1e-6, 5e-5, 1e-6]
    return w


# ---- what answers are used on ----------------------------------------------------------------------


def cnn_weights(network: nn.Sequential) -> dict[str, nn.Parameter]:
    """The weights of the course's CNN, by layer, without biases."""
    return {"conv1": network[0].weight, "conv2": network[3].weight, "dense": network[7].weight}


def cnn_in_batches(number: int, size: int = 64) -> tuple[nn.Sequential, list]:
    """(the trained CNN, batches of training images): each batch is ``(x (size, 1, 28, 28), y (size,))``."""
    data = load_mnist()
    x, y = tensors(data.x_train[: number * size], data.y_train[: number * size])
    return load_cnn(), list(zip(x.split(size), y.split(size), strict=True))


def backward(network: nn.Module, batch: tuple[torch.Tensor, torch.Tensor]) -> None:
    """The loss of a batch, and its gradients, in place of those before."""
    network.zero_grad()
    F.cross_entropy(network(batch[0]), batch[1]).backward()


def mistakes(network: nn.Module, number: int = 1_000) -> int:
    """How many of the first validation images the network gets wrong."""
    data = load_mnist()
    x, y = tensors(data.x_val[:number], data.y_val[:number])
    with torch.inference_mode():
        return sum(
            int((network(a).argmax(1) != b).sum()) for a, b in zip(x.split(100), y.split(100), strict=True)
        )


DENSITIES = (1.0, 0.5, 0.3, 0.2, 0.1, 0.05)


def _cut(w: torch.Tensor, density: float) -> None:
    limit = torch.quantile(w.abs().flatten(), 1 - density)
    w.masked_fill_(w.abs() < limit, 0)


@torch.no_grad()
def cut_cnn(densities: list[float]) -> nn.Sequential:
    """The trained CNN, in each of its layers only the largest weights left: about this fraction."""
    network = load_cnn()
    for w, density in zip(cnn_weights(network).values(), densities, strict=True):
        _cut(w, density)
    return network


def scan_cnn(number: int = 500) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """(kept, lost) of the course's CNN: each layer alone at each of DENSITIES, no training after it.

    Lost are images of the first ``number`` of validation: how many more are wrong than with all weights.
    """
    before, kept, lost = mistakes(load_cnn(), number), [], []
    for layer in range(3):
        networks = [cut_cnn([d if it == layer else 1.0 for it in range(3)]) for d in DENSITIES]
        kept.append(np.array([int(list(cnn_weights(n).values())[layer].count_nonzero()) for n in networks]))
        more = [mistakes(n, number) - before for n in networks[1:]]  # the first has all weights
        lost.append(np.array([0, *more], float))
    return kept, lost


fixed(__name__)
