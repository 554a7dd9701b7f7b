"""The course's CNN in PyTorch, how it is trained, and its trained weights, which many chapters start from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.data import load_mnist, tensors
from utils.making.bars import progress
from utils.models import recorded


def small_cnn() -> nn.Sequential:
    """Images (b, 1, 28, 28) in, logits (b, 10) out; 34,826 parameters."""
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),  # (b, 32, 26, 26)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (b, 32, 13, 13)
        nn.Conv2d(32, 64, 3),  # (b, 64, 11, 11)
        nn.ReLU(),
        nn.MaxPool2d(2),  # (b, 64, 5, 5): the eleventh row and column reach no window
        nn.Flatten(),  # (b, 1600)
        nn.Linear(1600, 10),  # (b, 10)
    )


def mlp(hidden: int) -> nn.Sequential:
    """784-hidden-10: with 44 hidden units 34,990 parameters."""
    return nn.Sequential(nn.Flatten(), nn.Linear(784, hidden), nn.ReLU(), nn.Linear(hidden, 10))


def fit(
    model: nn.Module,
    x: torch.Tensor,
    y: torch.Tensor,
    num_epochs: int,
    lr: float = 0.01,
    batch_size: int = 64,
    seed: int = 0,
    augment: Callable[[torch.Tensor], torch.Tensor] = lambda x: x,
    report: bool = False,
) -> list[float]:
    """Adam, with a learning rate that rises to ``lr`` and falls to nothing; the loss of each step.

    ``x (n, 1, 28, 28)``, ``y (n,)``; each epoch sees ``augment(x)``; ``report`` tells a bar.
    The schedule: Smith and Topin (2018).
    """
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr, fused=True)
    steps = num_epochs * -(-len(x) // batch_size)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, lr, total_steps=steps)
    losses = []
    model.train()
    for _ in range(num_epochs):
        seen = augment(x)
        for batch in torch.randperm(len(x), generator=order).split(batch_size):
            loss = F.cross_entropy(model(seen[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.detach())
            if report and len(losses) % 50 == 0:
                progress(len(losses), steps)
    model.eval()
    return torch.stack(losses).tolist()


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """The fraction of ``x (n, 1, 28, 28)`` that is called right, in %."""
    with torch.inference_mode():
        right = [(model(a).argmax(dim=1) == b).sum() for a, b in zip(x.split(128), y.split(128), strict=True)]
    return 100 * float(sum(right)) / len(x)


RECORDED = {"weights.npz": "train"}


def train(folder: Path) -> None:
    """Train the CNN on all 55,000 images, two epochs: what is shipped, so that all have the same bits."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    torch.manual_seed(0)
    model = small_cnn().to(memory_format=torch.channels_last)
    losses = fit(model, *tensors(data.x_train, data.y_train), num_epochs=2, report=True)
    weights = {name: value.contiguous().numpy() for name, value in model.state_dict().items()}
    np.savez(folder / "weights.npz", losses=np.float32(losses), **weights)


def load_cnn() -> nn.Sequential:
    """The CNN trained on 55,000 images, as shipped, in evaluation mode."""
    model, kept = small_cnn(), recorded(__name__, "weights.npz")
    model.load_state_dict({name: torch.from_numpy(kept[name].copy()) for name in model.state_dict()})
    return model.eval()


def training_losses() -> np.ndarray:
    """The loss of each step of that training, (steps,)."""
    return recorded(__name__, "weights.npz")["losses"]
