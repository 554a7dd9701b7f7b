"""Chapter 10's network, the course's CNN with batch norm and padding: how to take channels out of it, its weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import nn

from utils.cnn.in_torch import fit
from utils.data import load_mnist, tensors
from utils.models import recorded

RECORDED = {"network.npz": "train"}
FIRST, SECOND = 32, 64  # channels
IMAGES, EPOCHS = 10_000, 2


def network(first: int = FIRST, second: int = SECOND) -> nn.Sequential:
    """Images (b, 1, 28, 28) in, logits (b, 10) out; ``first`` and ``second`` channels in its two blocks."""
    return nn.Sequential(
        nn.Conv2d(1, first, 3, padding=1),  # (b, first, 28, 28)
        nn.BatchNorm2d(first),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (b, first, 14, 14)
        nn.Conv2d(first, second, 3, padding=1),  # (b, second, 14, 14)
        nn.BatchNorm2d(second),
        nn.ReLU(),
        nn.MaxPool2d(2),  # (b, second, 7, 7)
        nn.Flatten(),  # (b, 49 * second): a channel is 49 columns side by side
        nn.Linear(49 * second, 10),  # (b, 10)
    )


def remove(model: nn.Sequential, keep_1: torch.Tensor, keep_2: torch.Tensor) -> nn.Sequential:
    """A network with the channels ``keep_1 (n1,)`` and ``keep_2 (n2,)`` alone, their weights copied."""
    columns = (49 * keep_2[:, None] + torch.arange(49)).flatten()  # (49 * n2,)
    kept = {}
    for name, value in model.state_dict().items():
        layer = int(name.split(".")[0])
        if layer in (0, 1) and value.dim():  # batch norm's counter is a scalar
            value = value[keep_1]
        if layer in (4, 5) and value.dim():
            value = value[keep_2]
        if name == "4.weight":
            value = value[:, keep_1]
        if name == "9.weight":
            value = value[:, columns]
        kept[name] = value.clone()
    small = network(len(keep_1), len(keep_2))
    small.load_state_dict(kept)
    return small.train(model.training)


def train(folder: Path) -> None:
    """The network that the lesson starts from: 10,000 images, two epochs, half a minute."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    torch.manual_seed(0)
    model = network().to(memory_format=torch.channels_last)
    fit(model, *tensors(data.x_train[:IMAGES], data.y_train[:IMAGES]), num_epochs=EPOCHS, report=True)
    state = {name: value.contiguous().numpy() for name, value in model.state_dict().items()}
    np.savez(folder / "network.npz", **state)


def load_network() -> nn.Sequential:
    """The trained network, as shipped, in evaluation mode."""
    model, kept = network(), recorded(__name__, "network.npz")
    model.load_state_dict({name: torch.from_numpy(kept[name].copy()) for name in model.state_dict()})
    return model.eval()
