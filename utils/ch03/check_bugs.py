"""Lab 03's check of the mended loop: a light for each bug."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch03 import lab
from utils.ch03.check_steps import STILL_OFF, VARIANTS, softmax_twice, summed_up, train, why
from utils.checks import check


def zeroed(run):
    """Eleven times the same image and label, two epochs of three batches: (holds, what is wrong)."""
    x, y = torch.tensor([[1.0, 2.0]] * 11), torch.zeros(11, dtype=torch.int64)
    model, start = (lab.linear(np.zeros((2, 3))) for _ in range(2))
    run(model, x, y, 2, 0.1, 4)
    got = model.weight.detach().clone()
    arguments = start, x, y, [torch.arange(11).split(4)] * 2, 0.1

    def fits(states):
        return torch.allclose(got, states[-1]["weight"], atol=1e-5)

    words = f"after six steps the weights are {got[:, 0].numpy().round(4)}: "
    if fits(train(*arguments)[0]) or fits(train(*arguments, loss=softmax_twice)[0]):
        return True, words
    if got.abs().max() < 1e-6:  # images all alike hide which way a softmax runs: two kinds, in one batch
        x, y = torch.tensor([[1.0, 2.0], [2.0, -1.0]] * 3), torch.arange(6) % 2
        model, start = (lab.linear(np.zeros((2, 3))) for _ in range(2))
        run(model, x, y, 1, 0.1, 6)
        across = "log_softmax runs over the images, dim=0; the classes are dim=1"
        true = train(start, x, y, [[torch.arange(6)]], 0.1, **VARIANTS[across])[0][-1]["weight"]
        if model.weight.abs().max() > 1e-3 and torch.allclose(model.weight, true, atol=1e-5):
            return False, words + across
    added = any(fits(train(*arguments, zero=z, loss=softmax_twice)[0]) for z in ("never", "epoch"))
    usual = "steps used the sum of several gradients" if added else why(fits, *arguments)
    return False, words + (usual or "that is no step of SGD with momentum 0.9, nor a sum of gradients")


def softmaxed(run):
    """Known logits, a rate of 0: (holds, what is wrong). How losses are summed up is left to _histories."""
    z, y = 4 * torch.eye(3)[:1].expand(6, 3), torch.zeros(6, dtype=torch.int64)
    _, losses = run(lab.linear(4 * np.eye(3)), z / 4, y, 1, 0.0, 4)

    def fits(loss):
        parts = [[(loss(z[:4], y[:4]).item(), 4), (loss(z[4:], y[4:]).item(), 2)]]
        right = sum(found * size for found, size in parts[0]) / 6
        return abs(losses[0] - right) < 1e-4 or summed_up(parts, 6, 4, losses)

    words = (
        f"logits (4, 0, 0), true class 0: the loss is {F.cross_entropy(z, y):.4f}; yours is {losses[0]:.4f}"
    )
    if fits(F.cross_entropy):
        return True, words
    if fits(softmax_twice):
        return False, f"{words}, that of softmax after softmax"
    others = {name: variant["loss"] for name, variant in VARIANTS.items() if "loss" in variant}
    return False, next((f"{words}: {name}" for name, loss in others.items() if fits(loss)), words)


def _histories(that, run):
    """What the history must hold besides."""
    z = np.array([3.0, 1.5, 0.5, -0.3, -1.0])
    x, y = torch.tensor(np.c_[z, 0 * z]).float(), torch.zeros(5, dtype=torch.int64)
    _, losses = run(lab.linear(np.eye(2)), x, y, 2, 0.0, 4)
    each = np.log(1 + np.exp(-z))
    right = each.mean()
    ways = [[((each.sum() - last) / 4, 4), (last, 1)] for last in each]  # whichever comes last
    usual = [summed_up([a, b], 5, 4, losses) for a in ways for b in ways]
    words = f"five images in batches of 4 and 1, a rate of 0: each epoch's mean loss is {right:.4f}; "
    usual = next((f": {found}" for found in usual if found), "")
    that(np.allclose(losses, right, atol=1e-5), f"{words}yours are {losses.round(4)}{usual}", 3)
    _, large = run(lab.linear(np.eye(2)), -60 * torch.eye(2)[:1].expand(4, 2), y[:4], 1, 0.0, 4)
    words = f"images with a loss of 60 are recorded with {large[0]:.4g}: is a number added inside a logarithm, or "
    that(abs(large[0] - 60) < 1e-3, f"{words}is a probability clipped? That caps the loss", 2)
    x = torch.tensor([[3.0, 0.0]] * 4)
    x_val, y_val = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1, 1, 1])
    history, _ = run(lab.linear(np.eye(2)), x, y[:4], 2, 0.0, 4, x_val, y_val)
    shares = [float(share) for share in history["val_accuracy"]]
    form = {75.0: ", in per cent; a fraction is asked for", 3.0: ", a count; a fraction is asked for"}
    form = form.get(shares[0], ", the fraction that is wrong" if shares[0] == 0.25 else "")
    that(
        shares == [0.75, 0.75], f"3 of 4 validation images are right; your val_accuracy is {shares}{form}", 1
    )
    history, losses = run(lab.linear(np.zeros((2, 2))), x, y[:4] + 1, 1, 0.5, 4, x, y[:4] + 1)
    words = "untrained and unsure between two classes, the one step's loss is log 2 = 0.6931"
    that(abs(losses[0] - np.log(2)) < 1e-4, f"{words}; yours is {losses[0]:.4f}, taken after the step", 3)
    share = float(history["val_accuracy"][0])
    words = f"after that step all of validation is right; your val_accuracy is {share}"
    that(share == 1, f"{words}: is it taken after the epoch's steps, from the largest logit in each row?", 3)


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
@torch.enable_grad()
def check_bugs(that, mended_loop):
    def run(model, x, y, num_epochs, lr, batch_size, x_val=None, y_val=None):
        x_val, y_val = (x, y) if x_val is None else (x_val, y_val)
        before, generator = (x.clone(), y.clone()), torch.Generator().manual_seed(77_003)
        with torch.enable_grad():
            try:
                history = mended_loop(model, x, y, x_val, y_val, num_epochs, lr, batch_size, generator)
            except RuntimeError:
                that(torch.is_grad_enabled(), STILL_OFF, 3)
                raise
            on = torch.is_grad_enabled()
        that(on, "your loop leaves PyTorch without gradients: with torch.inference_mode() ends by itself", 3)
        words = "your loop seeds generator anew: draw from it as it is"
        that(generator.initial_seed() == 77_003, words, 3)
        that(history is not None, "your loop returns nothing: its last line should return the history", 1)
        same = torch.equal(x, before[0]) and torch.equal(y, before[1])
        that(same, "your loop changes the caller's images or labels", 3)
        both = isinstance(history, dict) and {"train_loss", "val_accuracy"} <= set(history)
        that(both, "return the history: a dict with train_loss and val_accuracy", 1)
        for key in ("train_loss", "val_accuracy"):
            words = f"{num_epochs} epochs: {key} has {len(history[key])} values"
            that(len(history[key]) == num_epochs, words, 1)
        losses = [torch.as_tensor(loss).detach() for loss in history["train_loss"]]
        return history, np.array([float(loss) for loss in losses])

    def moded():
        model = lab.Watched(nn.Sequential(nn.Linear(3, 2), nn.Dropout(0.0))).eval()
        x = lab.numbered(12, 3, np.random.default_rng(0))
        x[:, 1:] *= 5
        run(model, x, torch.arange(12) % 2, 3, 0.1, 4, -x[:4], torch.arange(4) % 2)
        looked = len(model.looks)
        that(looked >= 3, f"3 epochs, and {looked} looks at the validation images x_val", 1)
        seen = model.order
        epochs = [seen[k : k + 12] for k in range(0, len(seen), 12)]
        times = len(seen) // 36
        words = f"in three epochs of 12 images the model was called with {len(seen)} training images"
        that(times < 2 or len(seen) % 36, f"{words}: call it once a step", 3)
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
        words = f"in training mode were {sum(looks)} of {len(looks)} looks at validation"
        words += f", and {sum(steps)} of {len(steps)} training batches"
        words += (
            ": model.eval() comes before the look at x_val, and stays until it is done" if any(looks) else ""
        )
        words += "" if all(steps) else ": model.train() belongs at the top of every epoch"
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
