"""The course's CNN in PyTorch, and chapter 04's study of it: trained once, by ``python -m utils.models``.

Later chapters prune, quantize and export the network kept here: :func:`load_cnn` hands it out.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.data import load_mnist
from utils.models import model_path
from utils.torch_data import tensors

NUM_IMAGES, NUM_RUNS = 10_000, 5  # of the study


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
) -> list[float]:
    """Adam, with a learning rate that rises to ``lr`` and falls to nothing; the loss of each step.

    ``x (n, 1, 28, 28)``, ``y (n,)``; each epoch sees ``augment(x)``. The schedule: Smith and Topin (2018).
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
    model.eval()
    return torch.stack(losses).tolist()


def accuracy(model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """Share of ``x (n, 1, 28, 28)`` that is called right, in %."""
    with torch.inference_mode():
        right = [(model(a).argmax(dim=1) == b).sum() for a, b in zip(x.split(128), y.split(128), strict=True)]
    return 100 * float(sum(right)) / len(x)


# Name: the network, epochs, and what else fit is told. The rates and epochs were chosen on validation.
CONTESTANTS = {
    "CNN": (small_cnn, 2, {}),
    "MLP, same parameters": (lambda: mlp(44), 10, {}),
    "MLP, same MACs": (lambda: mlp(3074), 3, {"lr": 0.004, "batch_size": 100}),
}


def run_once(name: str, run: int) -> float:
    """Train one contestant on 10,000 images; its accuracy on test, in %."""
    data = load_mnist()
    network, num_epochs, options = CONTESTANTS[name]
    torch.manual_seed(run)
    model = network().to(memory_format=torch.channels_last)
    few = tensors(data.x_train[:NUM_IMAGES], data.y_train[:NUM_IMAGES])
    fit(model, *few, num_epochs, seed=run, **options)
    return accuracy(model, *tensors(data.x_test, data.y_test))


def train(folder: Path) -> None:
    """What ``python -m utils.models`` calls: in a process of its own, so that TensorFlow isn't beside it."""
    subprocess.run([sys.executable, "-m", "utils.cnn", str(folder)], check=True)


def train_here(folder: Path) -> None:
    """Train the CNN on all 55,000 images, then run the study; keep both in the folder."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data, start = load_mnist(), time.perf_counter()
    torch.manual_seed(0)
    model = small_cnn().to(memory_format=torch.channels_last)
    losses = fit(model, *tensors(data.x_train, data.y_train), num_epochs=2)
    torch.save(model.state_dict(), folder / "weights.pt")
    print(f"  CNN on 55,000 images, {time.perf_counter() - start:.0f} s", flush=True)
    study = {}
    for name in CONTESTANTS:
        start = time.perf_counter()
        study[name] = [run_once(name, run) for run in range(NUM_RUNS)]
        print(f"  {name}: {NUM_RUNS} trainings, {time.perf_counter() - start:.0f} s", flush=True)
    np.savez(folder / "study.npz", losses=losses, **study)


def load_cnn() -> nn.Sequential:
    """The CNN trained on 55,000 images at set-up, in evaluation mode."""
    model = small_cnn()
    model.load_state_dict(torch.load(model_path("cnn") / "weights.pt"))
    return model.eval()


def load_study() -> dict[str, np.ndarray]:
    """``{name: (runs,)}`` accuracies on test in %, and ``losses (steps,)`` of the CNN's own training."""
    with np.load(model_path("cnn") / "study.npz") as study:
        return dict(study)


if __name__ == "__main__":
    train_here(Path(sys.argv[1]))
