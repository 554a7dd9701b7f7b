"""Chapter 04's study: CNN, MLPs, and one trained layer on features that were never trained, on 10,000 images."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from utils.cnn.in_torch import accuracy, fit, mlp, small_cnn
from utils.data import load_mnist, tensors
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"study.json": "run"}
NUM_IMAGES, NUM_RUNS = 10_000, 5


def on_features(features: nn.Sequential) -> nn.Sequential:
    """These features as they were initialised, and a layer behind them to be trained."""
    with torch.no_grad():
        width = features(torch.zeros(1, 1, 28, 28)).shape[1]
    return nn.Sequential(features.requires_grad_(False), nn.Linear(width, 10))


# Name: the network, epochs, and what else fit is told. The rates and epochs were chosen on validation.
CONTESTANTS = {
    "CNN": (small_cnn, 2, {}),
    "MLP, same parameters": (lambda: mlp(44), 10, {}),
    "MLP, same MACs": (lambda: mlp(3074), 3, {"lr": 0.004, "batch_size": 100}),
    "random convolutions": (lambda: on_features(small_cnn()[:7]), 5, {}),
    "random dense": (
        lambda: on_features(nn.Sequential(nn.Flatten(), nn.Linear(784, 1600), nn.ReLU())),
        5,
        {},
    ),
    "raw pixels": (lambda: on_features(nn.Sequential(nn.Flatten())), 5, {}),
}


def run_once(name: str, seed: int) -> float:
    """Train one contestant on 10,000 images; its accuracy on test, in %."""
    data = load_mnist()
    network, num_epochs, options = CONTESTANTS[name]
    torch.manual_seed(seed)
    model = network().to(memory_format=torch.channels_last)
    few = tensors(data.x_train[:NUM_IMAGES], data.y_train[:NUM_IMAGES])
    if isinstance(model[0], nn.Sequential):  # what isn't trained is computed once
        with torch.no_grad():
            few = torch.cat([model[0](some) for some in few[0].split(128)]), few[1]
    fit(model[1] if isinstance(model[0], nn.Sequential) else model, *few, num_epochs, seed=seed, **options)
    return accuracy(model, *tensors(data.x_test, data.y_test))


def run(folder: Path) -> None:
    """The whole study, two to three minutes."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    study: dict[str, list[float]] = {name: [] for name in CONTESTANTS}
    for k, name in enumerate(CONTESTANTS):
        for seed in range(NUM_RUNS):
            progress(k * NUM_RUNS + seed, len(CONTESTANTS) * NUM_RUNS, name)
            study[name].append(run_once(name, seed))
    write_study(folder / "study.json", study)


def load_study(fresh: bool = False) -> dict[str, np.ndarray]:
    """``{name: (runs,)}`` accuracies on test in %, as recorded; ``fresh`` runs the study here, two to three minutes."""
    return recorded(__name__, "study.json", fresh)
