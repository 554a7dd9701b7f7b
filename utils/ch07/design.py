"""Chapter 07's design problem: the same small network for everyone, trained by a plan of rates and batch sizes."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.checks import fixed
from utils.data import load_mnist

NUM_IMAGES = 10_000
STEP_COST = 32  # what a step costs before its first image, in images
MOST_COST = 60_000  # of all steps together, in images


class BadPlan(ValueError):
    """Nothing can be trained by this plan; the message says why."""


def as_plan(lr, batch_size) -> tuple[np.ndarray, np.ndarray]:
    """Both as arrays (steps,), float64 and int64; BadPlan if they are no plan, or one over the budget."""
    for name, it, kinds in (("lr", lr, "fiu"), ("batch_size", batch_size, "iu")):
        if not isinstance(it, np.ndarray) or it.ndim != 1 or not len(it) or it.dtype.kind not in kinds:
            what = f"{it.dtype} {it.shape}" if isinstance(it, np.ndarray) else type(it).__name__
            whole = "of whole numbers " * (kinds == "iu")
            raise BadPlan(f"{name} has to be a NumPy array {whole}(steps,); yours is {what}")
    if len(lr) != len(batch_size):
        raise BadPlan(f"one rate and one batch size a step: you give {len(lr)} and {len(batch_size)}")
    if not (np.isfinite(lr).all() and 0 <= lr.min() and lr.max() <= 10):
        raise BadPlan("each learning rate is a number from 0 to 10")
    if not (1 <= batch_size.min() and batch_size.max() <= NUM_IMAGES):
        raise BadPlan(f"each batch size is from 1 to {NUM_IMAGES:,}")
    if (total := cost(batch_size)) > MOST_COST:
        steps, images = len(lr), int(batch_size.sum())
        raise BadPlan(
            f"{steps:,} steps of {STEP_COST} and {images:,} images cost {total:,}: {MOST_COST:,} are allowed"
        )
    return lr.astype(np.float64), batch_size.astype(np.int64)


def cost(batch_size: np.ndarray) -> int:
    """Of all steps, in images: each costs its batch, and STEP_COST."""
    return int(np.sum(batch_size, dtype=np.int64)) + STEP_COST * len(batch_size)


def trained(lr: np.ndarray, batch_size: np.ndarray, seed: int) -> nn.Sequential:
    """A 784-128-10 after a step of each rate and batch size: SGD, momentum 0.9, 10,000 images shuffled anew."""
    lr, batch_size = as_plan(lr, batch_size)
    data = load_mnist()
    x = torch.tensor(data.x_train[:NUM_IMAGES]).flatten(1).float() / 255
    y = torch.tensor(data.y_train[:NUM_IMAGES]).long()
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        network = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    rng, images = np.random.default_rng(seed), int(batch_size.sum())
    order = np.concatenate([rng.permutation(NUM_IMAGES) for _ in range(-(-images // NUM_IMAGES))])
    ends = np.cumsum(batch_size)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.0, momentum=0.9)
    for rate, size, end in zip(lr.tolist(), batch_size.tolist(), ends.tolist(), strict=True):
        batch = torch.from_numpy(order[end - size : end])
        optimizer.param_groups[0]["lr"] = rate
        loss = F.cross_entropy(network(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return network


def digits(network: nn.Sequential, images: np.ndarray) -> np.ndarray:
    """What the network calls images (n, 28, 28): (n,) whole numbers."""
    with torch.inference_mode():
        return network(torch.tensor(images).flatten(1).float() / 255).argmax(dim=1).numpy()


def try_out(lr: np.ndarray, batch_size: np.ndarray, seeds: int = 2) -> float | None:
    """Print what a plan costs and its mean accuracy on validation, in %, and return that."""
    try:
        as_plan(lr, batch_size)
    except BadPlan as error:
        return print(error)
    data = load_mnist()
    right = [np.mean(digits(trained(lr, batch_size, s), data.x_val) == data.y_val) for s in range(seeds)]
    print(f"{len(lr):,} steps, cost {cost(batch_size):,}: {100 * np.mean(right):.2f}% of validation")
    return 100 * float(np.mean(right))


fixed(__name__)
