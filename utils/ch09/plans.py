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
ARMS = 5


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


def first_whole(sizes: Sequence[int], sparsity: float) -> list[float]:
    """The first layer whole, the others alike, ``sparsity`` in all."""
    return [0.0] + [sparsity * sum(sizes) / sum(sizes[1:])] * (len(sizes) - 1)


def treatments(x: torch.Tensor, y: torch.Tensor, plan: Sequence[float], seed: int):
    """``(name, network)`` one by one, each trained EPOCHS from the CNN as shipped."""

    def go_on(**how) -> nn.Module:
        model = copy.deepcopy(start)
        train(model, x, y, EPOCHS, seed, **how)
        return model

    def gradually(plan: Sequence[float]):
        # the ramp is linear in its final value: each layer gets its own part of a ramp to 1
        return lambda model, ramp: by_plan(model, [ramp * s for s in plan])

    start = load_cnn().to(memory_format=torch.channels_last)
    even = [SPARSITY] * len(plan)
    sizes = [w.numel() for w in weights(start)]
    yield "dense", go_on()
    yield "gradual, even", go_on(find=gradually(even), final=1.0)
    yield "gradual, equal loss", go_on(find=gradually(plan), final=1.0)
    yield "gradual, first whole", go_on(find=gradually(first_whole(sizes, SPARSITY)), final=1.0)
    yield "one shot, equal loss", go_on(masks=by_plan(start, plan))


def run(folder: Path) -> None:
    """Test accuracy in % of each treatment, (seeds,); a seed is an order of batches: two minutes."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    x, y = tensors(data.x_train[:IMAGES], data.y_train[:IMAGES])
    x = x.to(memory_format=torch.channels_last)
    val = tensors(data.x_val[:1000], data.y_val[:1000])
    test = tensors(data.x_test, data.y_test)
    sizes = [w.numel() for w in weights(load_cnn())]
    plan = equal_loss(scan(load_cnn(), *val, SCANNED), SCANNED, sizes, SPARSITY)
    found: dict[str, list] = {"plan": plan}
    for seed in range(SEEDS):
        for k, (name, model) in enumerate(treatments(x, y, plan, seed)):
            progress(ARMS * seed + k + 1, ARMS * SEEDS, name)
            found.setdefault(name, []).append(accuracy(model, *test))
    write_study(folder / "plans.json", found)


def load(fresh: bool = False) -> dict[str, np.ndarray]:
    """The recording; ``fresh`` makes it anew, here, in two minutes."""
    return recorded(__name__, "plans.json", fresh)
