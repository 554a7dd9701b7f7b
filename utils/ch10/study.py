"""Chapter 10's study over seeds: which channels to remove, and whether to train the small network from scratch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch10.networks import EPOCHS, FIRST, IMAGES, SECOND, network, remove
from utils.cnn.in_torch import accuracy, fit
from utils.data import load_mnist, tensors
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"study.json": "run"}
SEEDS = 5
KEPT_PARTS = {"half": 2, "quarter": 4}  # divisors of the numbers of channels
CRITERIA = ("smallest", "Taylor", "random", "largest")  # what is removed
FEW = 2_000  # test images before fine-tuning: those differences are large
LR, FINE_LR = 0.01, 0.005
CYCLES = ("one cycle", "two cycles")  # of the learning rate over the three epochs
CONVOLUTIONS, RELUS = (0, 4), (2, 6)


def norms(model: nn.Sequential) -> list[torch.Tensor]:
    """The l2 norm of each filter, (channels,) a layer."""
    return [model[k].weight.detach().flatten(1).norm(dim=1) for k in CONVOLUTIONS]


def taylor(model: nn.Sequential, x: torch.Tensor, y: torch.Tensor) -> list[torch.Tensor]:
    """By how much the loss would change, to first order, without a channel's map; (channels,) a layer.

    Source: Molchanov et al., Pruning Convolutional Neural Networks for Resource Efficient Inference (2017).
    """
    maps, h = [], x
    for k, layer in enumerate(model):
        h = layer(h)
        if k in RELUS:
            h.retain_grad()
            maps.append(h)
    F.cross_entropy(h, y, reduction="sum").backward()
    model.zero_grad()
    return [(a * a.grad).sum(dim=(2, 3)).abs().mean(dim=0).detach() for a in maps]


def chosen(criterion: str, model: nn.Sequential, part: int, x, y, seed: int) -> list[torch.Tensor]:
    """Which channels stay, in ascending order, a layer; ``x`` and ``y`` are what Taylor looks at."""
    rng = torch.Generator().manual_seed(seed)
    scores = {
        "smallest": lambda: norms(model),
        "largest": lambda: [-norm for norm in norms(model)],
        "random": lambda: [torch.rand(n, generator=rng) for n in (FIRST, SECOND)],
        "Taylor": lambda: taylor(model, x, y),
    }[criterion]()
    return [s.topk(len(s) // part).indices.sort().values for s in scores]


def fast(model: nn.Sequential) -> nn.Sequential:
    """The layout that trains faster."""
    return model.to(memory_format=torch.channels_last)


def in_cycles(model: nn.Sequential, x, y, cycles: str, seed: int) -> None:
    """Three epochs of training, in one of CYCLES; two are those of a network that is cut between them."""
    if cycles == "one cycle":
        fit(model, x, y, EPOCHS + 1, LR, seed=seed)
    else:
        fit(model, x, y, EPOCHS, LR, seed=seed)
        fit(model, x, y, 1, FINE_LR, seed=100 + seed)


def run(folder: Path) -> None:
    """Test accuracy in % of each way, (seeds,): about six minutes of one core.

    All have three epochs: dense; dense for two, cut, one more; small from the start. Cut ones have two cycles of
    the learning rate, one before the cut and one behind it; dense and small ones have two as well, and one.
    """
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    x, y = tensors(data.x_train[:IMAGES], data.y_train[:IMAGES])
    x_test, y_test = tensors(data.x_test, data.y_test)
    found: dict[str, list[float]] = {}

    def note(name: str, model: nn.Module, images: int = len(x_test)) -> None:
        found.setdefault(name, []).append(accuracy(model, x_test[:images], y_test[:images]))
        progress(sum(map(len, found.values())), SEEDS * (3 + 10 * len(KEPT_PARTS)), name)

    for seed in range(SEEDS):
        torch.manual_seed(seed)
        dense = fast(network())
        fit(dense, x, y, EPOCHS, LR, seed=seed)
        note("dense, before", dense, FEW)
        for name, part in KEPT_PARTS.items():
            for criterion in CRITERIA:
                keep = chosen(criterion, dense, part, x[:1000], y[:1000], seed)
                small = fast(remove(dense, *keep))
                note(f"{name}, {criterion}, before", small, FEW)
                fit(small, x, y, 1, FINE_LR, seed=100 + seed)
                note(f"{name}, {criterion}", small)
            for cycles in CYCLES:
                torch.manual_seed(1000 + seed)
                scratch = fast(network(FIRST // part, SECOND // part))
                in_cycles(scratch, x, y, cycles, seed)
                note(f"{name}, from scratch, {cycles}", scratch)
        fit(dense, x, y, 1, FINE_LR, seed=100 + seed)  # last: the cuts start from the two epochs
        note("dense, two cycles", dense)
        torch.manual_seed(seed)
        dense = fast(network())
        in_cycles(dense, x, y, "one cycle", seed)
        note("dense, one cycle", dense)
    write_study(folder / "study.json", found)


def load(fresh: bool = False) -> dict[str, np.ndarray]:
    """The recording; ``fresh`` makes it anew, here, in six minutes."""
    return recorded(__name__, "study.json", fresh)
