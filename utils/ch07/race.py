"""Chapter 07's race: a recipe for 99% on MNIST, run from raw bytes to test accuracy, all of it on the clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset

from utils.ch07.schedules import SCHEDULES
from utils.data import load_mnist

# Four of Prewitt's compass directions (Prewitt 1970); the other four are their negatives.
KERNELS = torch.tensor(
    [
        [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
        [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        [[0, 1, 1], [-1, 0, 1], [-1, -1, 0]],
        [[1, 1, 0], [1, 0, -1], [0, -1, -1]],
    ],
    dtype=torch.float32,
).unsqueeze(1)  # (4, 1, 3, 3)
EDGE = 2  # pixels cut off on each side: MNIST keeps digits away from there
WINDOW, STRIDE = 7, 3  # pixels: what one feature averages over, and from one to the next


@dataclass(frozen=True)
class Recipe:
    """What one run does. ``inputs`` is "pixels" (for a CNN) or "gradients" (for an MLP)."""

    inputs: str = "pixels"
    arrays: bool = False  # prepare all once and index arrays; else prepare a sample when a DataLoader asks
    channels_last: bool = False
    schedule: str = "constant"
    lr: float = 1e-3
    betas: tuple[float, float] = (0.9, 0.999)
    batch_size: int = 64
    num_epochs: int = 1


def pixels(x: np.ndarray) -> torch.Tensor:
    """Images (n, 28, 28) uint8 -> (n, 1, 28, 28) float32, mean 0 and standard deviation 1 over MNIST."""
    return (torch.tensor(x).unsqueeze(1).float() / 255 - 0.1307) / 0.3081


@cache
def pooling() -> torch.Tensor:
    """(484, 36): a product with it averages a 22 x 22 map over each of 6 x 6 windows."""
    one = torch.zeros(22, 6)
    for k in range(6):
        one[k * STRIDE : k * STRIDE + WINDOW, k] = 1 / WINDOW
    return torch.kron(one, one)


def gradients(x: np.ndarray) -> torch.Tensor:
    """Images (n, 28, 28) uint8 -> (n, 288) float32: how much edge of 8 directions is in each of 36 windows.

    The idea is that of histograms of gradients (Dalal and Triggs 2005). relu(-g) = relu(g) - g, so that
    four convolutions give eight directions. 200 images at a time: their maps stay in the cache.
    """
    features = []
    with torch.inference_mode():
        for some in torch.tensor(x[:, EDGE:-EDGE, EDGE:-EDGE]).split(200):  # (b, 24, 24)
            g = F.conv2d(some.unsqueeze(1).float(), KERNELS).flatten(2)  # (b, 4, 484)
            both = g @ pooling()  # (b, 4, 36)
            up = g.relu_() @ pooling()
            f = torch.cat([up, up - both], dim=1).clamp_(min=0).sqrt_()  # (b, 8, 36)
            f /= (f.square().sum(dim=1, keepdim=True) + 100).sqrt()  # contrast goes, direction stays
            features.append(f.flatten(1))
    return torch.cat(features).clone()  # a copy that autograd may use


INPUTS: dict[str, Callable[[np.ndarray], torch.Tensor]] = {"pixels": pixels, "gradients": gradients}


def peer_cnn() -> nn.Sequential:
    """The network of train_mnist_fast's last step: 24 kernels 5 x 5, 32 of 3 x 3, dense 800-256-10."""
    return nn.Sequential(
        nn.Conv2d(1, 24, 5),  # (b, 24, 24, 24)
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Conv2d(24, 32, 3),  # (b, 32, 10, 10)
        nn.MaxPool2d(2),
        nn.ReLU(),
        nn.Flatten(),  # (b, 800)
        nn.Linear(800, 256),
        nn.ReLU(),
        nn.Linear(256, 10),
    )


def small_mlp() -> nn.Sequential:
    """288-192-10 with batch norm, for gradients: 57,610 parameters."""
    return nn.Sequential(nn.Linear(288, 192, bias=False), nn.BatchNorm1d(192), nn.ReLU(), nn.Linear(192, 10))


NETWORKS = {"pixels": peer_cnn, "gradients": small_mlp}


class WhenAsked:
    """Images that are prepared one at a time, each time that one is asked for: what a transform does."""

    def __init__(self, inputs: Callable[[np.ndarray], torch.Tensor], images: np.ndarray):
        self.inputs, self.images = inputs, images

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, i: int) -> torch.Tensor:
        return self.inputs(self.images[i : i + 1])[0]


class Samples(Dataset):
    """One sample at a time, as most tutorials write it."""

    def __init__(self, x: torch.Tensor | WhenAsked, y: torch.Tensor):
        self.x, self.y = x, y

    def __len__(self) -> int:
        return len(self.x)

    def __getitem__(self, i: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.x[i], self.y[i]


def batches(
    recipe: Recipe, x: torch.Tensor | WhenAsked, y: torch.Tensor, order: torch.Generator
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """An epoch of shuffled batches, fed as the recipe says."""
    if not recipe.arrays:
        yield from DataLoader(Samples(x, y), recipe.batch_size, shuffle=True, generator=order)
        return
    for batch in torch.randperm(len(x), generator=order).split(recipe.batch_size):
        yield x[batch], y[batch]


class Run:
    """A recipe under way. ``prepare``, then ``epoch`` as often as wanted, then ``predict``."""

    def __init__(self, recipe: Recipe, seed: int):
        self.recipe, self.order = recipe, torch.Generator().manual_seed(seed)
        torch.manual_seed(seed)
        layout = torch.channels_last if recipe.channels_last else torch.contiguous_format
        self.model = NETWORKS[recipe.inputs]().to(memory_format=layout)
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), recipe.lr, betas=recipe.betas, weight_decay=0.01, fused=True
        )

    def prepare(self) -> None:
        """From the bytes that came from disk to what is trained on."""
        data = load_mnist()
        inputs = INPUTS[self.recipe.inputs]
        x = inputs(data.x_train) if self.recipe.arrays else WhenAsked(inputs, data.x_train)
        self.prepare_from(x, torch.tensor(data.y_train).long())

    def prepare_from(self, x: torch.Tensor | WhenAsked, y: torch.Tensor) -> None:
        """The same, with inputs and labels that were made before."""
        self.x, self.y = x, y
        steps = self.recipe.num_epochs * -(-len(self.x) // self.recipe.batch_size)
        factor = SCHEDULES[self.recipe.schedule]
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda step: factor(step / steps))

    def epoch(self, most_steps: int | None = None) -> None:
        """Each sample once, or only so many steps."""
        self.model.train()
        for step, (x, y) in enumerate(batches(self.recipe, self.x, self.y, self.order)):
            if step == most_steps:
                break
            loss = F.cross_entropy(self.model(x), y)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()
            self.schedule.step()

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Images (n, 28, 28) uint8 -> labels (n,)."""
        self.model.eval()
        inputs = INPUTS[self.recipe.inputs](x)
        with torch.inference_mode():
            return torch.cat([self.model(some).argmax(1) for some in inputs.split(500)]).numpy()

    def accuracies(self) -> tuple[float, float]:
        """On validation and on test, in %."""
        data = load_mnist()
        pairs = (data.x_val, data.y_val), (data.x_test, data.y_test)
        return tuple(100 * float(np.mean(self.predict(x) == y)) for x, y in pairs)


def race(recipe: Recipe, seed: int) -> tuple[float, float, float]:
    """Seconds from raw bytes to 10,000 predictions; accuracy on validation and on test, in %, off the clock."""
    start = time.perf_counter()
    run = Run(recipe, seed)
    run.prepare()
    for _ in range(recipe.num_epochs):
        run.epoch()
    run.predict(load_mnist().x_test)
    return time.perf_counter() - start, *run.accuracies()


NAIVE = Recipe()
ONE_CYCLE = {"schedule": "one-cycle", "lr": 0.01, "betas": (0.7, 0.9), "batch_size": 256}
# What train_mnist_fast's notebook "8_Final_00s76" says it does; it indexes arrays, and so we count them in.
PEER = Recipe(arrays=True, **ONE_CYCLE)
FAST = Recipe(inputs="gradients", arrays=True, **ONE_CYCLE | {"lr": 0.005}, num_epochs=3)


def in_part(recipe: Recipe, steps: int, seed: int = 0) -> tuple[float, float]:
    """Seconds that :func:`race` takes before and after training, and seconds an epoch, from some of its steps."""
    run = Run(recipe, seed)
    start = time.perf_counter()
    run.prepare()
    ready = time.perf_counter()
    run.epoch(steps)
    trained = time.perf_counter()
    run.predict(load_mnist().x_test)
    around = ready - start + time.perf_counter() - trained
    return around, (trained - ready) * -(-len(run.x) // recipe.batch_size) / steps


def estimate(recipe: Recipe, steps: int, seed: int = 0) -> float:
    """Seconds that :func:`race` would take, from all of its preparation and some of its steps."""
    around, epoch = in_part(recipe, steps, seed)
    return around + recipe.num_epochs * epoch
