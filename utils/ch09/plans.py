"""Lesson of chapter 09: how much each layer of the CNN bears, and what a plan made of that is worth (recorded)."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch09.study import Masks, apply, magnitude_mask, train, weights
from utils.cnn.in_torch import accuracy, load_cnn
from utils.data import load_mnist, tensors
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"plans.json": "run"}
IMAGES, SEEDS, EPOCHS, SPARSITY = 10_000, 3, 3, 0.9
SCANNED = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95)
ARMS = 6


def by_plan(model: nn.Module, plan: Sequence[float]) -> Masks:
    """Masks by magnitude, each layer at its own sparsity."""
    return [magnitude_mask(w, s) for w, s in zip(weights(model), plan, strict=True)]


def cut(model: nn.Module, plan: Sequence[float]) -> nn.Module:
    """A copy whose layers have these sparsities."""
    return apply(copy.deepcopy(model), by_plan(model, plan))


def loss(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """The mean cross-entropy."""
    with torch.inference_mode():
        parts = zip(x.split(128), y.split(128), strict=True)
        return sum(F.cross_entropy(model(a), b, reduction="sum").item() for a, b in parts) / len(x)


def hits(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> np.ndarray:
    """(images,): 100 where it is right, else 0, so that the mean is in %."""
    with torch.inference_mode():
        return 100.0 * torch.cat([model(part).argmax(1) for part in x.split(128)]).eq(y).numpy()


def scan(model: nn.Module, x: torch.Tensor, y: torch.Tensor, sparsities: Sequence[float]) -> np.ndarray:
    """(layers, sparsities): the loss with one layer cut so far, and the others whole."""
    count = len(weights(model))
    plans = [[[s * (k == layer) for k in range(count)] for s in sparsities] for layer in range(count)]
    return np.array([[loss(cut(model, plan), x, y) for plan in row] for row in plans])


def equal_loss(scanned: np.ndarray, sparsities: Sequence[float], sizes: Sequence[int], sparsity: float):
    """The sparsity of each layer, so that by the scan all raise the loss alike, and ``sparsity`` is met."""
    fine = np.arange(96) / 100
    curves = [np.interp(fine, sparsities, row) for row in scanned]
    for rise in np.geomspace(1e-4, 10, 500):
        plan = [fine[curve <= curve[0] + rise].max() for curve in curves]
        if np.dot(plan, sizes) >= sparsity * sum(sizes):
            return [float(s) for s in plan]
    raise ValueError(f"the scan ends at {fine[-1]:.0%}: {sparsity:.0%} can't be met")


def least_sum(scanned: np.ndarray, sparsities: Sequence[float], sizes: Sequence[int], sparsity: float):
    """The sparsity of each layer, so that what the scan says of each adds up to least, and ``sparsity`` is met."""
    fine = np.arange(96) / 100
    rises = [np.maximum(np.interp(fine, sparsities, row) - row[0], 0) for row in scanned]
    total, removed = (sum(np.ix_(*its)) for its in (rises, [n * fine for n in sizes]))
    total[removed < sparsity * sum(sizes)] = np.inf
    best = np.unravel_index(total.argmin(), total.shape)
    return [float(fine[i]) for i in best]


def first_whole(sizes: Sequence[int], sparsity: float) -> list[float]:
    """The first layer whole, the others alike, ``sparsity`` in all."""
    return [0.0] + [sparsity * sum(sizes) / sum(sizes[1:])] * (len(sizes) - 1)


def choices(x: torch.Tensor, y: torch.Tensor) -> dict[str, list[float]]:
    """Plans for the CNN as shipped, by name, chosen on these images."""
    sizes = [w.numel() for w in weights(load_cnn())]
    scanned = scan(load_cnn(), x, y, SCANNED)
    return {
        "even": [SPARSITY] * len(sizes),
        "first whole": first_whole(sizes, SPARSITY),
        "equal loss": equal_loss(scanned, SCANNED, sizes, SPARSITY),
        "least sum": least_sum(scanned, SCANNED, sizes, SPARSITY),
    }


def treatments(x: torch.Tensor, y: torch.Tensor, plans: dict[str, list[float]], seed: int):
    """``(name, network)`` one by one, each trained EPOCHS from the CNN as shipped."""

    def go_on(**how) -> nn.Module:
        model = copy.deepcopy(start)
        train(model, x, y, EPOCHS, seed, **how)
        return model

    def gradually(plan: Sequence[float]):
        # the ramp is linear in its final value: each layer gets its own part of a ramp to 1
        return lambda model, ramp: by_plan(model, [ramp * s for s in plan])

    start = load_cnn().to(memory_format=torch.channels_last)
    yield "dense", go_on()
    for name, plan in plans.items():
        yield f"gradual, {name}", go_on(find=gradually(plan), final=1.0)
    yield "one shot, equal loss", go_on(masks=by_plan(start, plans["equal loss"]))


def run(folder: Path) -> None:
    """Test accuracy in % of each treatment, (seeds,); a seed is an order of batches: two minutes."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    x, y = tensors(data.x_train[:IMAGES], data.y_train[:IMAGES])
    x = x.to(memory_format=torch.channels_last)
    val = tensors(data.x_val[:1000], data.y_val[:1000])
    test = tensors(data.x_test, data.y_test)
    plans = choices(*val)
    found: dict[str, list] = {f"plan, {name}": plan for name, plan in plans.items()}
    for seed in range(SEEDS):
        for k, (name, model) in enumerate(treatments(x, y, plans, seed)):
            progress(ARMS * seed + k + 1, ARMS * SEEDS, name)
            found.setdefault(name, []).append(accuracy(model, *test))
    write_study(folder / "plans.json", found)


def load(fresh: bool = False) -> dict[str, np.ndarray]:
    """The recording; ``fresh`` makes it anew, here, in two minutes."""
    return recorded(__name__, "plans.json", fresh)
