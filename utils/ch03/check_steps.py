"""Lab 03's checks: what a loop's numbers are if one thing is wrong, so that a reply can say which."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence

import numpy as np
import torch
import torch.nn.functional as F

STILL_OFF = (
    "gradients are still off from your look at validation: look inside `with torch.inference_mode():`, "
    "which ends by itself"
)
Batches = Sequence[Sequence[torch.Tensor]]  # of each epoch


def softmax_twice(z, y):
    return F.cross_entropy(z.softmax(dim=1), y)


def squared(z, y):
    return ((z - F.one_hot(y, z.shape[1])) ** 2).mean()


def beside(add):
    """Momentum for some of the parameters only."""

    def make(parameters, lr):
        groups = [{"params": [p], "momentum": 0.9 * add(p)} for p in parameters]
        return torch.optim.SGD(groups, lr=lr)

    return make


VARIANTS = {  # what is wrong: how to train so
    "gradients add up from step to step: zero_grad is missing": {"zero": "never"},
    "gradients add up within an epoch: zero_grad belongs to every step": {"zero": "epoch"},
    "gradients are zeroed between backward and step, or never reach the weights": {"zero": "late"},
    "step() belongs to every batch, not to the end of an epoch": {"step": "epoch"},
    "this is SGD without momentum": {"momentum": 0.0},
    **{f"this is momentum {m}; 0.9 is asked for": {"momentum": m} for m in (0.5, 0.8, 0.95, 0.99)},
    "this is Nesterov's momentum: the plain one is asked for": {"nesterov": True},
    "momentum has dampening: leave that out": {"dampening": 0.9},
    **{
        f"the optimizer has a weight decay of {d}, which nobody asked for": {"weight_decay": d}
        for d in (0.1, 0.01, 0.005, 0.001, 5e-4, 1e-4)
    },
    "this is Adam; SGD is asked for": {"make": torch.optim.Adam},
    "this is AdamW; SGD is asked for": {"make": torch.optim.AdamW},
    "this is RMSprop; SGD is asked for": {"make": torch.optim.RMSprop},
    "the softmax is taken twice: cross_entropy takes it itself": {"loss": softmax_twice},
    "nll_loss expects logarithms of probabilities, and gets logits": {"loss": F.nll_loss},
    "nll_loss expects logarithms of probabilities, and gets probabilities": {
        "loss": lambda z, y: F.nll_loss(z.softmax(dim=1), y)
    },
    "log_softmax runs over the images, dim=0; the classes are dim=1": {
        "loss": lambda z, y: F.nll_loss(z.log_softmax(dim=0), y)
    },
    "a sigmoid stands before cross_entropy, which takes logits": {
        "loss": lambda z, y: F.cross_entropy(z.sigmoid(), y)
    },
    "the smaller last batch is left out": {"whole": True},
    "momentum reaches the matrices only, and not the biases": {"make": beside(lambda p: p.ndim > 1)},
    "this is the squared error; cross-entropy is asked for": {"loss": squared},
    "a batch's loss is its sum, not its mean": {"loss": lambda z, y: F.cross_entropy(z, y, reduction="sum")},
    "labels are smoothed": {"loss": lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1)},
    **{
        f"gradients are clipped at {c}, which nobody asked for": {"clip": c}
        for c in (0.1, 0.25, 0.5, 1.0, 2.0, 5.0)
    },
    **{
        f"the rate falls by {f} after each epoch; it should stay": {"rate": lambda k, f=f: f**k}
        for f in (0.1, 0.5, 0.8, 0.9, 0.95, 0.99)
    },
    "each epoch begins with a new optimizer: its momentum is lost": {"renew": True},
    **{
        f"steps are {k} times as long as lr says": {"rate": lambda _, k=k: k}
        for k in (0.01, 0.1, 0.25, 0.5, 2, 4, 10)
    },
}


@torch.enable_grad()
def train(
    model,
    x,
    y,
    epochs: Batches,
    lr,
    *,
    zero="step",
    make=None,
    loss=F.cross_entropy,
    clip=None,
    step="batch",
    rate=None,
    renew=False,
    whole=False,
    **sgd,
):
    """A copy of the model, trained so: ({name: weights} after each step, each epoch's [(loss, size)])."""
    model = copy.deepcopy(model).train()

    def new():
        options = {"momentum": 0.9, **sgd} if make is None else {}
        return (make or torch.optim.SGD)(model.parameters(), lr=lr, **options)

    optimizer, states, losses = new(), [], []
    for k, batches in enumerate(epochs):
        optimizer = new() if renew else optimizer
        if zero == "epoch":
            optimizer.zero_grad()
        optimizer.param_groups[0]["lr"] = lr * (rate(k) if rate else 1)
        losses.append([])
        for batch in batches:
            if whole and len(batch) < len(batches[0]):
                continue
            found = loss(model(x[batch]), y[batch])
            if zero == "step":
                optimizer.zero_grad()
            found.backward()
            if zero == "late":
                optimizer.zero_grad(set_to_none=False)
            if clip:
                torch.nn.utils.clip_grad_norm_(model.parameters(), clip)
            if step == "batch" or batch is batches[-1]:
                optimizer.step()
            losses[-1].append((found.item(), len(batch)))
            states.append({name: p.detach().clone() for name, p in model.named_parameters()})
    return states, losses


def why(fits: Callable, *arguments) -> str:
    """Words for the first variant of train(*arguments) that ``fits(states)``; or nothing."""
    for words, variant in VARIANTS.items():
        if fits(train(*arguments, **variant)[0]):
            return words
    return ""


def summed_up(losses, n: int, batch_size: int, given: Sequence[float], after: Sequence[float] = ()) -> str:
    """Why an epoch's losses are ``given`` if its batches' are ``losses``; or nothing."""
    right = np.array([sum(loss * size for loss, size in epoch) / n for epoch in losses])
    plain = [[loss for loss, _ in epoch] for epoch in losses]
    whole = [[loss for loss, size in epoch if size == batch_size] or [0] for epoch in losses]
    ways = {
        "yours is the mean of the batches' means: a smaller last batch counts too much": [
            np.mean(p) for p in plain
        ],
        "yours leaves the smaller last batch out": [np.mean(p) for p in whole],
        "yours is the sum of the batches' means": [np.sum(p) for p in plain],
        "yours adds up the batches' means and divides by the number of images": [
            np.sum(p) / n for p in plain
        ],
        "yours counts each batch as batch_size images; the last one has fewer": [
            np.sum(p) * batch_size / n for p in plain
        ],
        "yours counts each batch alike; the last one has fewer images": [
            sum(loss * size for loss, size in epoch) / (len(epoch) * batch_size) for epoch in losses
        ],
        "yours is the sum over the images, not their mean": right * n,
        "yours is the last batch's loss": [p[-1] for p in plain],
        "yours is the first batch's loss": [p[0] for p in plain],
        "the sum isn't set back to 0 where an epoch begins": np.cumsum(right),
        "yours is the mean of all epochs so far": np.cumsum(right) / np.arange(1, len(right) + 1),
        "yours divides by the number of epochs, not of images": right * n / max(1, len(right)),
        "yours takes earlier epochs into the mean": [
            (sum(given[:k]) + loss) / (k + 1) for k, loss in enumerate(right[: len(given)])
        ],
        "yours divides by the number of whole batches and one": [
            np.sum(p) / (n // batch_size + 1) for p in plain
        ],
        "yours divides by the number of whole batches": [np.sum(p) / max(1, n // batch_size) for p in plain],
        "yours is the loss after the epoch, measured anew: each step's loss is asked for": after,
        "yours is rounded: keep every digit": [
            r if abs(g - r) < 0.06 and any(g == round(g, d) for d in (1, 2, 3, 4)) else np.inf
            for g, r in zip(given, right, strict=False)
        ],
    }
    for words, values in ways.items():
        near = 0.06 if "rounded" in words else 1e-5
        if len(values) == len(given) and np.allclose(given, values, atol=near):
            return words
    return ""
