"""Lesson of chapter 03: one training goes on in several ways; what do accuracy and the first losses tell of each?"""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch03.divergence import largest_gap

FINE = ["no bug, rows of a batch reversed", "no bug, another order"]
BUGS = ["bug: weight decay 0.001 left on", "bug: biases not in the optimizer"]
BUGS += ["bug: momentum lost at a resume", "bug: softmax taken twice"]


def _start(seed: int):
    torch.manual_seed(seed)
    hidden = [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU()]
    model = nn.Sequential(nn.Flatten(), *hidden, nn.Linear(128, 10))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    return model, optimizer, torch.Generator().manual_seed(seed)


def _epoch(model, optimizer, x, y, batches, row: str) -> list[float]:
    losses = []
    for batch in batches:
        batch = batch.flip(0) if row == FINE[0] else batch
        logits = model(x[batch])  # (b, 10)
        loss = F.cross_entropy(logits.softmax(dim=1) if row == BUGS[3] else logits, y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _go_on(row: str, saved, seed: int, train, test, num_epochs: int):
    """From the state saved: every step's loss, and accuracy on test in per cent."""
    model, optimizer, order = _start(seed)
    model.load_state_dict(saved[0])
    if row != BUGS[2]:
        optimizer.load_state_dict(copy.deepcopy(saved[1]))
    order.set_state(saved[2])
    if row == FINE[1]:
        order.manual_seed(seed + 1000)
    if row == BUGS[0]:
        optimizer.param_groups[0]["weight_decay"] = 0.001
    if row == BUGS[1]:
        for layer in [layer for layer in model if isinstance(layer, nn.Linear)]:
            layer.bias.requires_grad = False
    losses = []
    for _ in range(num_epochs):
        batches = torch.randperm(len(train[0]), generator=order).split(64)
        losses += _epoch(model, optimizer, *train, batches, row)
    with torch.inference_mode():
        right = model(test[0]).argmax(dim=1) == test[1]
    return losses, 100 * right.float().mean().item()


def fork(seeds: Sequence[int], train, test, num_epochs: int = 2) -> dict[str, np.ndarray]:
    """``{row: (seeds, 2)}`` against the run that just goes on: points of accuracy, largest gap of twenty losses.

    784-256-128-10; ``train`` and ``test`` are (x, y); each seed trains for two epochs before the ways part.
    """
    rows = {row: [] for row in FINE + BUGS}
    for seed in seeds:
        model, optimizer, order = _start(seed)
        for _ in range(2):
            batches = torch.randperm(len(train[0]), generator=order).split(64)
            _epoch(model, optimizer, *train, batches, "")
        saved = copy.deepcopy((model.state_dict(), optimizer.state_dict(), order.get_state()))
        losses, accuracy = _go_on("", saved, seed, train, test, num_epochs)
        for row, found in rows.items():
            others, theirs = _go_on(row, saved, seed, train, test, num_epochs)
            found.append((theirs - accuracy, largest_gap(others[:20], losses[:20])))
    return {row: np.array(found) for row, found in rows.items()}
