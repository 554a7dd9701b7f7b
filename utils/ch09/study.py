"""Chapter 09's study over seeds: LeNet-300-100 pruned in many ways, paired by seed, and its recording beside it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.cnn.in_torch import accuracy, mlp
from utils.data import load_mnist, tensors
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"study.json": "run"}
IMAGES, SEEDS, BATCH, LR = 10_000, 6, 64, 3e-3
FIRST, THEN = 6, 8  # epochs: the dense network's, then those of every treatment
EVERY, RAMP = 16, 0.6  # steps from one mask to the next; the part of training after which none changes
CUTS = (50, 80, 90, 95, 98)

Masks = list[torch.Tensor]  # bool, one a weight matrix, in the network's order


def lenet() -> nn.Sequential:
    """784-300-100-10, LeNet-300-100: 266,610 parameters, 266,200 of them weights."""
    return nn.Sequential(
        *(nn.Flatten(), nn.Linear(784, 300), nn.ReLU()),
        *(nn.Linear(300, 100), nn.ReLU(), nn.Linear(100, 10)),
    )


def weights(model: nn.Module) -> list[nn.Parameter]:
    """The weights of its layers, biases left out."""
    return [p for p in model.parameters() if p.dim() > 1]


def magnitude_mask(w: torch.Tensor, sparsity: float) -> torch.Tensor:
    """True at the (1 - sparsity) · n largest sizes of w, rounded; shape of w."""
    keep = round((1 - sparsity) * w.numel())
    mask = torch.zeros(w.numel(), dtype=torch.bool)
    mask[w.detach().abs().flatten().topk(keep).indices] = True
    return mask.view_as(w)


def evenly(model: nn.Module, sparsity: float) -> Masks:
    """The same sparsity in each layer."""
    return [magnitude_mask(w, sparsity) for w in weights(model)]


def one_threshold(model: nn.Module, sparsity: float) -> Masks:
    """One threshold for all layers: what is small anywhere goes."""
    sizes = [w.detach().flatten() for w in weights(model)]
    mask = magnitude_mask(torch.cat(sizes), sparsity)
    parts = mask.split([len(size) for size in sizes])
    return [part.view_as(w) for part, w in zip(parts, weights(model), strict=True)]


def shuffled(masks: Masks, seed: int) -> Masks:
    """As many in each layer, anywhere."""
    order = torch.Generator().manual_seed(seed)
    return [m.flatten()[torch.randperm(m.numel(), generator=order)].view_as(m) for m in masks]


def apply(model: nn.Module, masks: Masks) -> nn.Module:
    """Set what is masked to 0, in place."""
    with torch.no_grad():
        for w, mask in zip(weights(model), masks, strict=True):
            w *= mask
    return model


def cubic(progress: float, final: float) -> float:
    """The sparsity at this part of the training: fast at first, ``final`` from RAMP on.

    Source: Zhu and Gupta, To Prune, or Not to Prune (2017).
    """
    return final * (1 - (1 - min(1.0, progress / RAMP)) ** 3)


def train(
    model: nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    num_epochs: int,
    seed: int,
    masks: Masks | None = None,
    find: Callable[[nn.Module, float], Masks] | None = None,
    final: float = 0.0,
    l1: float = 0.0,
    lr: float = LR,
) -> Masks | None:
    """Adam with a cosine rate, in place; the masks at the end.

    ``masks`` hold from the first step; with ``find`` (evenly, one_threshold) they are found anew every EVERY
    steps, sparser each time, up to ``final``. ``l1`` weighs the sum of the weights' sizes.
    """
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr, fused=True)
    steps = num_epochs * -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    last, step = -(-int(RAMP * steps) // EVERY) * EVERY, 0
    if masks:
        apply(model, masks)
    for _ in range(num_epochs):
        for batch in torch.randperm(len(x), generator=order).split(BATCH):
            loss = F.cross_entropy(model(x[batch]), y[batch])
            if l1:
                loss = loss + l1 * sum(w.abs().sum() for w in weights(model))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            step += 1
            if find and step % EVERY == 0 and step <= last:
                masks = find(model, cubic(step / steps, final))
            if masks:
                apply(model, masks)  # after the step: Adam's momentum moves masked weights too
    return masks


def bitmask_bytes(model: nn.Module, sparsity: float) -> int:
    """What a pruned network takes: a bit a weight, the nonzero weights and all biases in fp32."""
    count = sum(w.numel() for w in weights(model))
    kept = sum(round((1 - sparsity) * w.numel()) for w in weights(model))
    rest = sum(p.numel() for p in model.parameters()) - count
    return -(-count // 8) + 4 * (kept + rest)


def hidden_units(num_bytes: int) -> int:
    """Of the smallest 784-h-10 in fp32 that takes at least so many bytes."""
    return -(-(num_bytes - 40) // (4 * (784 + 1 + 10)))


def treatments(x: torch.Tensor, y: torch.Tensor, seed: int):
    """``(name, network)`` one by one, each trained FIRST + THEN epochs."""

    def go_on(start: nn.Module = None, **how) -> nn.Module:
        model = copy.deepcopy(start or base)
        found[0] = train(model, x, y, THEN, seed + 1000, **how)
        return model

    found: list[Masks | None] = [None]
    torch.manual_seed(seed)
    base = lenet()
    train(base, x, y, FIRST, seed)
    yield "dense", go_on()
    yield "dense, L1", go_on(l1=3e-5)
    yield "one shot 90, even", go_on(masks=evenly(base, 0.9))
    yield "random 90, even", go_on(masks=shuffled(evenly(base, 0.9), seed))
    yield "gradual 90, even", go_on(find=evenly, final=0.9)
    yield "its mask, from the start", go_on(masks=found[0])
    yield "gradual 98, even", go_on(find=evenly, final=0.98)
    yield "gradual 98, even, L1", go_on(find=evenly, final=0.98, l1=3e-5)
    for percent in (90, 95, 98):
        yield f"gradual {percent}, one threshold", go_on(find=one_threshold, final=percent / 100)
    for percent in (90, 98):
        torch.manual_seed(seed)
        small = mlp(hidden_units(bitmask_bytes(base, percent / 100)))
        train(small, x, y, FIRST, seed)
        yield f"small dense {percent}", go_on(small)


NAMES = 13  # of treatments


def run(folder: Path) -> None:
    """Test accuracy in % of each treatment, (seeds,); of cuts without training; weights kept a pixel: four minutes."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    x, y = tensors(data.x_train[:IMAGES], data.y_train[:IMAGES])
    test = tensors(data.x_test, data.y_test)
    found: dict[str, list] = {}
    for seed in range(SEEDS):
        for k, (name, model) in enumerate(treatments(x, y, seed)):
            progress(NAMES * seed + k + 1, NAMES * SEEDS, name)
            found.setdefault(name, []).append(accuracy(model, *test))
            if name.startswith("dense"):
                zeros = sum((w == 0).sum().item() for w in weights(model))
                found.setdefault(f"{name}: zeros", []).append(zeros)
                for percent in CUTS:
                    cut = apply(copy.deepcopy(model), one_threshold(model, percent / 100))
                    found.setdefault(f"{name}, cut {percent}", []).append(accuracy(cut, *test))
            if name == "gradual 90, one threshold" and seed == 0:
                found["kept a pixel"] = (weights(model)[0] != 0).sum(dim=0).tolist()
    write_study(folder / "study.json", found)


def load(fresh: bool = False) -> dict[str, np.ndarray]:
    """The recording; ``fresh`` makes it anew, here, in four minutes."""
    return recorded(__name__, "study.json", fresh)
