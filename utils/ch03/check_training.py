"""Lab 03's checks of training loops: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from utils.ch03 import lab
from utils.checks import check

# ---- exercise 2 -----------------------------------------------------------------------------------


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
    steps = [call["state"] for call in model.steps]
    weights = [name for name, _ in model.model.named_parameters() if name.endswith("weight")]
    still = [name for name in weights if torch.equal(steps[0][name], steps[1][name])]
    that(not still, f"the first step left {still} as it was: the optimizer gets all parameters", 2)
    for last, call in zip(model.calls, model.calls[1:], strict=False):
        same = all(torch.equal(last["state"][name], call["state"][name]) for name in weights)
        begins = last["images"][0] < 0 < call["images"][0]
        words = "an epoch starts from other weights than the last one ended with: go back only at the end"
        that(same or not begins, words, 2)


def _by_hand(x, y, x_val, y_val, w, orders, zero_grad=True, momentum=0.9, twice=False):
    """In NumPy: a linear model's weights w (features + 1, c), batches of 4, a rate of 0.15.

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
        lab.numbered(11, 3, rng),
        rng.integers(0, 4, 11),
        -lab.numbered(130, 3, rng),
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


@check("03-fit")
def check_fit(that, fit):
    def follow(inner, x, y, x_val, y_val, num_epochs, batch_size, lr=0.15, number=5):
        """Call fit on a watched model; what it must keep to is checked here, numbers by the callers."""
        model = lab.Watched(inner).eval()  # whoever trains has to say so
        pieces, generator = [], torch.Generator().manual_seed(number)
        for _ in range(num_epochs):
            pieces += (torch.randperm(len(x), generator=generator) + 1).split(batch_size)
        given = [tensor.clone() for tensor in (x, y, x_val, y_val)]
        theirs = torch.Generator().manual_seed(number)
        got = fit(model, *given, num_epochs, lr, batch_size, theirs)
        that(isinstance(got, dict), f"return a dict; you returned a {type(got).__name__}", 1)
        for key in ("train_loss", "val_accuracy"):
            that(key in got, f"the dict lacks {key}", 1)
            floats = isinstance(got[key], list) and all(isinstance(value, float) for value in got[key])
            that(floats, f"{key} should be a list of floats; yours is {got[key]}", 2)
            that(len(got[key]) == num_epochs, f"{num_epochs} epochs: {key} has {len(got[key])} values", 1)
        steps, looks = model.steps, model.looks
        that(looks, "the validation images never went through the model", 1)
        asleep = sum(call["modes"] != {True} for call in steps)
        words = f"{asleep} of {len(steps)} training batches found a layer, or all, in evaluation mode"
        that(not asleep, words, 1)
        awake = sum(call["modes"] != {False} for call in looks)
        words = f"{awake} of {len(looks)} looks at validation found a layer, or all, in training mode"
        that(not awake, words, 1)
        graphs = any(call["graph"] for call in looks)
        that(not graphs, "on validation, a graph is kept for a backward pass that never comes", 1)
        for k, piece in enumerate(pieces):
            ours, yours = piece.tolist(), steps[k]["images"] if k < len(steps) else "missing"
            words = f"{len(x)} images in batches of {batch_size}: batch {k + 1} of {len(pieces)} should hold"
            that(ours == yours, f"{words} images {ours}; yours is {yours}", 3)
        that(len(steps) == len(pieces), f"{len(steps)} training batches; {len(pieces)} are asked for", 3)
        same = all(torch.equal(a, b) for a, b in zip(given, (x, y, x_val, y_val), strict=True))
        that(same, "fit changes the data that it was given", 1)
        left = any(module.training for module in model.modules())
        that(not left, "at the end the model should be in evaluation mode", 3)
        drawn = torch.equal(theirs.get_state(), generator.get_state())
        that(drawn, "draw each epoch's order from the very generator given, and nothing else", 3)
        every_layer(that, model)
        best_held(that, model, got["val_accuracy"])
        return got

    numbers(that, follow)
    for norm in (True, False):  # batch norm keeps statistics, which are no parameters
        rng, middle = np.random.default_rng(1), [nn.BatchNorm1d(6), nn.Dropout(0.0)] if norm else []
        torch.manual_seed(0)
        x, x_val = lab.numbered(23, 4, rng), -lab.numbered(9, 4, rng)
        y, y_val = torch.tensor(rng.integers(0, 3, 23)), torch.tensor(rng.integers(0, 3, 9))
        follow(nn.Sequential(nn.Linear(4, 6), *middle, nn.ReLU(), nn.Linear(6, 3)), x, y, x_val, y_val, 6, 5)
    got = follow(*lab.rise_and_fall(np.random.default_rng(2)), 8, 16, lr=0.02)
    falls = got["val_accuracy"][-1] < max(got["val_accuracy"])
    that(falls, "the last epoch should not have been the best here", 2)
    follow(*lab.rise_and_fall(np.random.default_rng(3)), 4, 16, lr=0.02)  # the last epoch is the best
    never = torch.full((9,), 2)  # a class that is never answered: every accuracy is 0
    torch.manual_seed(1)
    inner = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 3))
    inner[2].bias.data[2] = -1000
    follow(inner, x, y % 2, x_val, never, 3, 23)


# ---- exercise 3 -----------------------------------------------------------------------------------


def zeroed(run):
    """Ten times the same image and label, two epochs of two batches: (holds, what is wrong)."""
    x, y, model = (
        torch.tensor([[1.0, 2.0]] * 10),
        torch.zeros(10, dtype=torch.int64),
        lab.linear(np.zeros((2, 3))),
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
        lab.linear(4 * np.eye(3)),
        torch.tensor([[1.0, 0, 0]] * 6),
        torch.zeros(6, dtype=torch.int64),
        1,
        0.0,
        4,
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
    _, losses = run(lab.linear(np.eye(2)), x, y, 1, 0.0, 4)
    right = (4 * np.log(1 + np.exp(-3)) + np.log(1 + np.exp(1))) / 5
    that(
        abs(losses[0] - right) < 1e-4,
        f"five images in batches of 4 and 1: their mean loss is {right:.4f}; yours is {losses[0]:.4f}",
        3,
    )
    x_val, y_val = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1, 1, 1])
    history, _ = run(lab.linear(np.eye(2)), x, y, 2, 0.0, 4, x_val, y_val)
    shares = [float(share) for share in history["val_accuracy"]]
    that(shares == [0.75, 0.75], f"3 of 4 validation images are right; your val_accuracy is {shares}", 1)
    history, losses = run(lab.linear(np.zeros((2, 2))), x[:4], y[:4] + 1, 1, 0.5, 4, x[:4], y[:4] + 1)
    words = "untrained and unsure between two classes, the one step's loss is log 2 = 0.6931"
    that(abs(losses[0] - np.log(2)) < 1e-4, f"{words}; yours is {losses[0]:.4f}", 3)
    share = float(history["val_accuracy"][0])
    that(share == 1, f"after that step all of validation is right; your val_accuracy is {share}", 3)


def lights(that, run, *others):
    """The fifth test, then five lights, then the reply to the first red one."""

    def together():
        labels = torch.arange(30) % 5
        _, losses = run(lab.linear(20 * np.eye(5)), torch.eye(5)[labels], labels, 2, 0.0, 7)
        few = torch.arange(6) % 2
        _, ordered = run(lab.linear(20 * np.eye(2)), torch.eye(2)[few], few, 1, 0.0, 1)
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


@check("03-bugs")
def check_bugs(that, mended_loop):
    def run(model, x, y, num_epochs, lr, batch_size, x_val=None, y_val=None):
        x_val, y_val = (x, y) if x_val is None else (x_val, y_val)
        before, generator = (x.clone(), y.clone()), torch.Generator().manual_seed(0)
        history = mended_loop(model, x, y, x_val, y_val, num_epochs, lr, batch_size, generator)
        same = torch.equal(x, before[0]) and torch.equal(y, before[1])
        that(same, "your loop changes the caller's images or labels", 3)
        both = isinstance(history, dict) and {"train_loss", "val_accuracy"} <= set(history)
        that(both, "return the history: a dict with train_loss and val_accuracy", 1)
        for key in ("train_loss", "val_accuracy"):
            words = f"{num_epochs} epochs: {key} has {len(history[key])} values"
            that(len(history[key]) == num_epochs, words, 1)
        return history, np.array([float(loss) for loss in history["train_loss"]])

    def moded():
        model = lab.Watched(nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.0))).eval()
        x = lab.numbered(12, 3, np.random.default_rng(0))
        x[:, 1:] *= 5
        run(model, x, torch.arange(12) % 2, 3, 0.1, 4, -x[:4], torch.arange(4) % 2)
        seen = model.order
        epochs = [seen[k : k + 12] for k in range(0, len(seen), 12)]
        once = len(epochs) == 3 and all(sorted(epoch) == list(range(1, 13)) for epoch in epochs)
        that(once, f"3 epochs of 12 images in batches of 4: each image once an epoch; it saw {epochs}", 3)
        that(epochs[0] != epochs[1] != epochs[2], f"each epoch needs a new order; yours are {epochs}", 3)
        again = lab.Watched(nn.Linear(3, 2))
        run(again, x, torch.arange(12) % 2, 3, 0.1, 4, -x[:4], torch.arange(4) % 2)
        repeated = seen == again.order
        that(repeated, "a generator in the same state gave another order: draw it from generator", 3)
        mates = [{frozenset(epoch[k : k + 4]) for k in range(0, 12, 4)} for epoch in epochs]
        turned = epochs[1] in [epochs[0][k:] + epochs[0][:k] for k in range(12)]
        mixed = mates[0] != mates[1] and not turned
        that(mixed, f"shuffle image by image: batches of two epochs are {epochs[0]} and {epochs[1]}", 3)
        steps = [call["modes"] == {True} for call in model.steps]
        looks = [call["modes"] != {False} for call in model.looks]
        graphs = any(call["graph"] for call in model.looks)
        that(len(looks) >= 3, f"3 epochs, and {len(looks)} looks at validation", 1)
        words = f"in training mode were {sum(looks)} of {len(looks)} looks at validation"
        words += f", and {sum(steps)} of {len(steps)} training batches"
        words += "; on validation a graph is kept for a backward pass that never comes" if graphs else ""
        return not any(looks) and all(steps) and not graphs, words

    def graphless():
        model = lab.Traced(nn.Linear(3, 2))
        history, _ = run(model, torch.ones(12, 3), torch.arange(12) % 2, 2, 0.1, 2)
        left = model.left()
        kept = sum(torch.is_tensor(loss) and loss.requires_grad for loss in history["train_loss"])
        words = f"{kept} recorded losses have a graph, {left} graphs outlive the loop"
        words += f", and up to {max(model.counts)} of earlier steps were alive during it"
        return not kept and not left and max(model.counts) <= 1, words

    lights(that, run, zeroed(run), softmaxed(run), moded(), graphless())
