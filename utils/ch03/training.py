"""Models that write down how they are called, and what lab 03 tests a training loop with."""

from __future__ import annotations

import copy
import weakref

import numpy as np
import torch
from torch import nn


class Watched(nn.Module):
    """A model that writes down, of each call: which images, in which mode, with a graph or without."""

    def __init__(self, model):
        super().__init__()
        self.model, self.calls = model, []

    def forward(self, x):
        images, state = (100 * x[:, 0]).round().int().tolist(), copy.deepcopy(self.model.state_dict())
        modes, graph = {module.training for module in self.modules()}, torch.is_grad_enabled()
        self.calls.append({"images": images, "modes": modes, "graph": graph, "state": state})
        return self.model(x)


def numbered(n, features, rng):
    """Images (n, features) whose first feature tells their number: 0.01, 0.02, …; the rest is noise."""
    x = torch.tensor(rng.normal(size=(n, features)), dtype=torch.float32)
    x[:, 0] = torch.arange(1, n + 1) / 100
    return x


def rise_and_fall(rng, features=4):
    """(model, x_train, y_train, x_val, y_val): it calls all 0 at first and all 1 in the end.

    Of the validation images it gets more and more right, and then fewer and fewer.
    """
    model, x_train, x_val = nn.Linear(features, 2), numbered(50, features, rng), torch.zeros(40, features)
    x_train[:, 1:] = 0
    x_val[:, 0], x_val[:, 1] = -torch.arange(1, 41) / 100, 1  # numbered below zero
    x_val[:, 2] = torch.tensor(np.r_[rng.uniform(0.2, 0.85, 19), 1.1, rng.uniform(1.8, 2.4, 20)])
    with torch.no_grad():
        model.weight.zero_(), model.bias.zero_()
        model.weight[0, 2] = 1.0  # turns to 1 when its bias has risen by this feature
    return model, x_train, torch.ones(50, dtype=torch.int64), x_val, torch.arange(40) // 20 ^ 1


def best_held(that, model, accuracies):
    """The model ends with everything that it held after the best epoch."""
    pairs = zip(model.calls, model.calls[1:], strict=False)
    after = [
        call["state"] for last, call in pairs if call["images"][0] < 0 < last["images"][0]
    ]  # an epoch each
    end = model.model.state_dict()
    held = [k for k, state in enumerate(after, 1) if all(torch.equal(state[name], end[name]) for name in end)]
    best = int(np.argmax(accuracies)) + 1
    words = f"validation accuracies {np.round(accuracies, 3)}: at the end the model should hold everything"
    that(best in held, f"{words} as after epoch {best}; yours is as after {held or 'none of them'}", 2)


def every_layer(that, model):
    """The first step moves all layers, and each epoch goes on where the last one ended."""
    steps = [call["state"] for call in model.calls if call["images"][0] > 0]
    weights = [name for name, _ in model.model.named_parameters() if name.endswith("weight")]
    still = [name for name in weights if torch.equal(steps[0][name], steps[1][name])]
    that(not still, f"the first step left {still} as it was: the optimizer gets all parameters", 2)
    for last, call in zip(model.calls, model.calls[1:], strict=False):
        same = all(torch.equal(last["state"][name], call["state"][name]) for name in weights)
        begins = last["images"][0] < 0 < call["images"][0]
        words = "an epoch starts from other weights than the last one ended with: go back only at the end"
        that(same or not begins, words, 2)


def _by_hand(x, y, x_val, y_val, w, orders, zero_grad=True, momentum=0.9, twice=False):
    """For check 2, in NumPy: a linear model's weights w (features + 1, c), batches of 4, a rate of 0.15.

    Losses (2, epochs), over images and over batches; validation accuracies (epochs,).
    """
    v, g, losses, shares = 0.0, 0.0, [], []
    for order in orders:
        parts = []
        for batch in np.split(order, range(4, len(order), 4)):
            h, true = np.c_[x[batch], np.ones(len(batch))], np.eye(w.shape[1])[y[batch]]
            p = q = np.exp(h @ w) / np.exp(h @ w).sum(axis=1, keepdims=True)
            if twice:
                q = np.exp(p) / np.exp(p).sum(axis=1, keepdims=True)
            parts.append(-np.log((q * true).sum(axis=1)))
            d = q - true
            d = p * (d - (d * p).sum(axis=1, keepdims=True)) if twice else d
            g = h.T @ d / len(batch) + (0.0 if zero_grad else g)
            v = momentum * v + g
            w = w - 0.15 * v
        losses.append([np.mean(np.concatenate(parts)), np.mean([part.mean() for part in parts])])
        shares.append(np.mean((np.c_[x_val, np.ones(len(x_val))] @ w).argmax(axis=1) == y_val))
    return np.array(losses).T, np.array(shares)


def numbers(that, follow):
    """What a linear model's losses and accuracies should be, and three ways to get others."""
    rng = np.random.default_rng(0)
    x, y, x_val, y_val = (
        numbered(11, 3, rng),
        rng.integers(0, 4, 11),
        -numbered(130, 3, rng),
        rng.integers(0, 4, 130),
    )
    x[:, 1:] *= 3
    start, generator = rng.normal(size=(4, 4)), torch.Generator().manual_seed(5)  # the last row: biases
    orders = [torch.randperm(11, generator=generator).numpy() for _ in range(3)]
    known = x.numpy().copy(), y, x_val.numpy().copy(), y_val, start, orders
    (right, of_batches), shares = _by_hand(*known)
    inner = nn.Linear(3, 4)
    inner.weight.data, inner.bias.data = torch.tensor(start[:3].T).float(), torch.tensor(start[3]).float()
    got = follow(inner, x, torch.tensor(y), x_val, torch.tensor(y_val), 3, 4)
    losses, accuracies = np.array(got["train_loss"]), np.array(got["val_accuracy"])
    for words, variant in [
        ("gradients add up from step to step: zero_grad is missing", {"zero_grad": False}),
        ("this is SGD without momentum", {"momentum": 0.0}),
        ("the softmax is taken twice: cross_entropy takes it itself", {"twice": True}),
    ]:
        other = np.allclose(losses, _by_hand(*known, **variant)[0][0], atol=1e-4)
        that(not other, f"train_loss is {losses.round(4)}: {words}", 2)
    words = f"train_loss is {losses.round(4)}, and should be {right.round(4)}"
    other = np.allclose(losses, of_batches, atol=1e-4)
    that(not other, f"{words}: yours is the mean of the batches' means", 2)
    that(np.allclose(losses, right, atol=1e-4), words, 2)
    words = f"val_accuracy is {accuracies.round(4)}, and should be {shares.round(4)}"
    that(np.allclose(accuracies, shares, atol=1e-6), words, 1)


class Token:
    """Lives as long as the graph that it was put into."""


class Leave(torch.autograd.Function):
    """Passes x on unchanged, and leaves a token in the graph."""

    @staticmethod
    def forward(ctx, x, alive):
        ctx.token = Token()
        alive.add(ctx.token)
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class Traced(nn.Module):
    """A model that writes down, at each call, how many graphs of earlier calls are still alive."""

    def __init__(self, model):
        super().__init__()
        self.model, self.alive, self.counts = model, weakref.WeakSet(), []

    def forward(self, x):
        self.counts.append(len(self.alive))
        return Leave.apply(self.model(x), self.alive)


def linear(weight):
    """A linear model without bias: logits x @ weight."""
    weight = torch.as_tensor(weight, dtype=torch.float32)
    model = nn.Linear(*weight.shape, bias=False)
    model.weight.data = weight.T.clone()
    return model


def zeroed(run):
    """Ten times the same image and label, two epochs of two batches: (holds, what is wrong)."""
    x, y, model = (
        torch.tensor([[1.0, 2.0]] * 10),
        torch.zeros(10, dtype=torch.int64),
        linear(np.zeros((2, 3))),
    )
    run(model, x, y, 2, 0.1, 5)
    row, ends = model.weight.detach().numpy()[:, 0], {}
    for twice in (False, True):
        for zero in ("each step", "each epoch", "never"):
            w = v = g = np.zeros(3)  # the weights of the first feature; the second's are twice these
            for step in range(4):
                p = np.exp(5 * w) / np.exp(5 * w).sum()
                d = (np.exp(p) / np.exp(p).sum() if twice else p) - [1, 0, 0]
                d = p * (d - d @ p) if twice else d
                g = d + (0 if zero == "each step" or (zero == "each epoch" and step == 2) else g)
                v = 0.9 * v + g
                w = w - 0.1 * v
            ends[zero, twice] = np.allclose(row, w, atol=1e-5)
    added = any(ends[zero, twice] for zero in ("never", "each epoch") for twice in (False, True))
    words = "steps used the sum of several gradients" if added else "that is no step of SGD with momentum 0.9"
    holds = ends["each step", False] or ends["each step", True]
    return holds, f"after four steps the weights are {row.round(4)}: {words}"


def softmaxed(run):
    """Known logits, a rate of 0: (holds, what is wrong)."""
    _, losses = run(
        linear(4 * np.eye(3)), torch.tensor([[1.0, 0, 0]] * 6), torch.zeros(6, dtype=torch.int64), 1, 0.0, 4
    )
    once, twice = (
        np.log(1 + 2 * np.exp(-4)),
        np.log(1 + 2 * np.exp(-(1 - 3 * np.exp(-4) / (1 + 2 * np.exp(-4))))),
    )
    words = f"logits (4, 0, 0), true class 0: the loss is {once:.4f}; yours is {losses[0]:.4f}"
    return abs(losses[0] - once) < 1e-4, words + (
        ", that of softmax after softmax" if abs(losses[0] - twice) < 1e-2 else ""
    )


def _histories(that, run):
    """What the history must hold besides."""
    x, y = torch.tensor([[3.0, 0.0]] * 4 + [[-1.0, 0.0]]), torch.zeros(5, dtype=torch.int64)
    _, losses = run(linear(np.eye(2)), x, y, 1, 0.0, 4)
    right = (4 * np.log(1 + np.exp(-3)) + np.log(1 + np.exp(1))) / 5
    that(
        abs(losses[0] - right) < 1e-4,
        f"five images in batches of 4 and 1: their mean loss is {right:.4f}; yours is {losses[0]:.4f}",
        3,
    )
    x_val, y_val = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1, 1, 1])
    history, _ = run(linear(np.eye(2)), x, y, 2, 0.0, 4, x_val, y_val)
    shares = [float(share) for share in history["val_accuracy"]]
    that(shares == [0.75, 0.75], f"3 of 4 validation images are right; your val_accuracy is {shares}", 1)
    history, losses = run(linear(np.zeros((2, 2))), x[:4], y[:4] + 1, 1, 0.5, 4, x[:4], y[:4] + 1)
    words = "untrained and unsure between two classes, the one step's loss is log 2 = 0.6931"
    that(abs(losses[0] - np.log(2)) < 1e-4, f"{words}; yours is {losses[0]:.4f}", 3)
    share = float(history["val_accuracy"][0])
    that(share == 1, f"after that step all of validation is right; your val_accuracy is {share}", 3)


def lights(that, run, *others):
    """The fifth test, then five lights, then the reply to the first red one."""

    def together():
        labels = torch.arange(30) % 5
        _, losses = run(linear(20 * np.eye(5)), torch.eye(5)[labels], labels, 2, 0.0, 7)
        few = torch.arange(6) % 2
        _, ordered = run(linear(20 * np.eye(2)), torch.eye(2)[few], few, 1, 0.0, 1)
        worst = max(losses.max(), ordered.max())
        return (
            worst < 1.4613,
            f"images that the model gets right, with a loss near 0, are recorded with {worst:.3f}: "
            "their labels are other images'",
        )

    found = [*others, together()]
    names = [
        "gradients are zeroed",
        "one softmax",
        "modes are set",
        "losses keep no graph",
        "labels stay with their images",
    ]
    for name, (holds, _) in zip(names, found, strict=True):
        print("✓" if holds else "✗", name)
    for name, (holds, words) in zip(names, found, strict=True):
        that(holds, f"{name}? {words}", 2)
    _histories(that, run)
