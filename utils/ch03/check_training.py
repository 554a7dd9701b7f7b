"""Lab 03's checks of training loops: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch03 import lab
from utils.ch03.check_steps import VARIANTS, softmax_twice, summed_up, train, why
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
    words += f" as after epoch {best}; yours is as after {held or 'none of them'}"
    last = ": state_dict() holds the live tensors, which later steps change; keep a deepcopy, and load it"
    that(best in held, words + (last if held == [len(accuracies)] else ""), 2)


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


def drawn_so(that, n, batch_size, right, model):
    """Are the training batches the pieces of each epoch's order? ``right``: lists of image numbers."""
    got = [call["images"] for call in model.steps]
    if got == right:
        return
    words = f"{n} images in batches of {batch_size}: "
    flat, all_right = ([image for batch in batches for image in batch] for batches in (got, right))
    num_epochs = len(all_right) // n
    one = "the model sees each training batch {} times; call it once a step"
    times = len(flat) // len(all_right) if flat else 0
    that(not (times > 1 and got[::times] == right), words + one.format(times), 2)
    cut = "cut it into pieces of batch_size, the last one smaller: order.split(batch_size)"
    that(
        flat != all_right,
        f"{words}the order is right, but the first pieces have {len(got[0])} and "
        f"{len(got[-1])} images: {cut}",
        3,
    )
    per = [flat[k * n : (k + 1) * n] for k in range(num_epochs)]
    if len(flat) == len(all_right) and all(sorted(p) == list(range(1, n + 1)) for p in per):
        same_sets = [sorted(a) for a in got] == [sorted(b) for b in right]
        that(
            not same_sets,
            f"{words}batch 1 is {got[0]}, and should be {right[0]}: leave the order inside it",
            3,
        )
        that(
            num_epochs == 1 or per[0] != per[1],
            f"{words}epochs 1 and 2 have the same order: draw a new one in each",
            3,
        )
        first = got[: len(right) // num_epochs] == right[: len(right) // num_epochs]
        that(
            not first,
            f"{words}epoch 1's order is right, and epoch 2's isn't: one draw an epoch from generator",
            3,
        )
        that(
            False,
            f"{words}batch 1 should hold images {right[0]}; yours is {got[0]}: the order isn't "
            "torch.randperm(len(x_train), generator=generator), drawn once an epoch",
            3,
        )
    missing = sorted(set(range(1, n + 1)) - set(flat))
    that(not missing, f"{words}image {missing[:1]} never came, counted from 1", 3)
    short = [len(a) for a in got]
    that(
        len(got) == len(right),
        f"{words}{len(right)} training batches are asked for; yours have {short} images",
        3,
    )
    k = next(k for k, (a, b) in enumerate(zip(got, right, strict=True)) if a != b)
    that(False, f"{words}batch {k + 1} of {len(right)} should hold images {right[k]}; yours is {got[k]}", 3)


def stepped_so(that, model, x, y, epochs, lr):
    """Did each step move the weights as SGD does? Says which usual mistake it was."""
    start = copy.deepcopy(model.model)
    start.load_state_dict(model.steps[0]["state"])
    states, losses = train(start, x, y, epochs, lr)
    names = list(states[0])
    got = [call["state"] for call in model.steps[1:]]

    def fits(states):
        return all(
            torch.allclose(g[n], s[n], atol=2e-5) for g, s in zip(got, states, strict=False) for n in names
        )

    if not fits(states):
        usual = why(fits, start, x, y, epochs, lr)
        k = next(k for k, g in enumerate(got) if not fits_one(g, states[k]))
        begin = f"the weights after step {k + 1} aren't those of SGD with rate {lr} and momentum 0.9"
        first = len(epochs[0])
        usual = usual or {0: "does each image get its own label, and its loss once?"}.get(k, "")
        usual = usual or ("what changes after the first epoch, the rate?" if k == first else "")
        that(False, f"{begin}: {usual}" if usual else begin, 2)
    return losses


def fits_one(got, right):
    return all(torch.allclose(got[name], right[name], atol=2e-5) for name in right)


def counted_so(that, got, right, n, on_train):
    """Validation accuracies: fractions, of the epoch just trained."""
    got, right = np.array(got), np.array(right)
    if np.allclose(got, right, atol=1e-6):
        return
    words = f"val_accuracy is {got.round(4)}, and should be {right.round(4)}"
    before = np.r_[np.nan, right[:-1]]
    ways = {
        "yours is in per cent; a fraction is asked for": 100 * right,
        "yours is a number of images; a fraction is asked for": n * right,
        "yours is the best so far; each epoch's own is asked for": np.maximum.accumulate(right),
        "yours is the fraction that is wrong": 1 - right,
        "yours is accuracy on the training images": np.array(on_train),
        "yours is rounded: keep every digit": right.round(2),
    }
    for usual, values in ways.items():
        that(not np.allclose(got, values, atol=1e-6), f"{words}: {usual}", 1)
    late = len(got) > 1 and np.allclose(got[1:], before[1:], atol=1e-6)
    that(not late, f"{words}: yours is taken before the epoch, not after it", 1)
    that(False, words, 1)


def numbers(that, follow):
    """A linear model, 11 images in batches of 4: its steps, its losses, its accuracies."""
    rng = np.random.default_rng(0)
    x, x_val = lab.numbered(11, 3, rng), -lab.numbered(2100, 3, rng)
    y, y_val = torch.tensor(rng.integers(0, 4, 11)), torch.tensor(rng.integers(0, 4, 2100))
    x[:, 1:] *= 3
    torch.manual_seed(0)
    inner = nn.Linear(3, 4)
    got, model, epochs = follow(inner, x, y, x_val, y_val, 3, 4)
    losses = stepped_so(that, model, x, y, epochs, 0.15)
    right = [sum(loss * size for loss, size in epoch) / 11 for epoch in losses]
    ends = [
        call["state"]
        for a, call in zip(model.calls, model.calls[1:], strict=False)
        if call["images"][0] < 0 < a["images"][0]
    ]
    with torch.no_grad():
        after = [F.cross_entropy(F.linear(x, s["weight"], s["bias"]), y).item() for s in ends]
        shares = [
            (F.linear(x_val, s["weight"], s["bias"]).argmax(1) == y_val).double().mean().item() for s in ends
        ]
        on_train = [(F.linear(x, s["weight"], s["bias"]).argmax(1) == y).double().mean().item() for s in ends]
    words = f"train_loss is {np.array(got['train_loss']).round(4)}, and should be {np.array(right).round(4)}"
    if not np.allclose(got["train_loss"], right, atol=1e-5):
        usual = summed_up(losses, 11, 4, got["train_loss"], after)
        that(False, f"{words}: {usual}" if usual else words, 2)
    counted_so(that, got["val_accuracy"], shares, len(x_val), on_train)
    best_held(that, model, got["val_accuracy"])


@check("03-fit")
@torch.enable_grad()
def check_fit(that, fit):
    def follow(inner, x, y, x_val, y_val, num_epochs, batch_size, lr=0.15, number=5):
        """Call fit on a watched model; what it must keep to is checked here, numbers by the callers."""
        model = lab.Watched(inner).eval()  # whoever trains has to say so
        pieces, generator = [], torch.Generator().manual_seed(number)
        for _ in range(num_epochs):
            pieces += (torch.randperm(len(x), generator=generator) + 1).split(batch_size)
        given = [tensor.clone() for tensor in (x, y, x_val, y_val)]
        theirs = torch.Generator().manual_seed(number)
        with torch.enable_grad():
            try:
                got = fit(model, *given, num_epochs, lr, batch_size, theirs)
            except RuntimeError:
                for call in model.calls[-1:]:
                    asked, had = tuple(x.shape[1:]), call["shape"][1:]
                    words = f"images of shape {asked} reached the model as {had}: hand them on as they are"
                    that(asked == had, words, 2)
                raise
            on = torch.is_grad_enabled()
        that(got is not None, "fit returns nothing: its last line should return the dict", 1)
        that(isinstance(got, dict), f"return a dict; you returned a {type(got).__name__}", 1)
        for key in ("train_loss", "val_accuracy"):
            that(key in got, f"the dict lacks {key}", 1)
            floats = isinstance(got[key], list) and all(isinstance(value, float) for value in got[key])
            that(floats, f"{key} should be a list of floats; yours is {got[key]}", 2)
            words = f"{num_epochs} epochs: {key} has {len(got[key])} values"
            again = " (is the list made anew in each call?)" if len(got[key]) > num_epochs + 1 else ""
            that(len(got[key]) == num_epochs, words + again, 1)
        steps, looks = model.steps, model.looks
        that(looks, "the validation images never went through the model", 1)
        asleep = sum(call["modes"] != {True} for call in steps)
        words = f"{asleep} of {len(steps)} training batches found a layer, or all, in evaluation mode"
        that(not asleep, words, 1)
        seen = sum(len(call["images"]) for call in looks) // num_epochs
        that(
            seen >= len(x_val),
            f"in an epoch {seen} of {len(x_val)} validation images went through the model",
            1,
        )
        words = "after the last epoch's steps no validation image went through: look after each epoch"
        that(model.calls[-1]["images"][0] < 0, words, 1)
        awake = sum(call["modes"] != {False} for call in looks)
        words = f"{awake} of {len(looks)} looks at validation found a layer, or all, in training mode"
        that(not awake, words, 1)
        graphs = any(call["graph"] for call in looks)
        that(not graphs, "on validation, a graph is kept for a backward pass that never comes", 1)
        drawn_so(that, len(x), batch_size, [piece.tolist() for piece in pieces], model)
        frozen = [name for name, parameter in inner.named_parameters() if not parameter.requires_grad]
        that(not frozen, f"fit leaves {frozen} without requires_grad: nobody could train on", 2)
        words = "fit leaves PyTorch without gradients: with torch.inference_mode() ends by itself"
        that(on, words, 2)
        same = all(torch.equal(a, b) for a, b in zip(given, (x, y, x_val, y_val), strict=True))
        that(same, "fit changes the data that it was given", 1)
        left = any(module.training for module in model.modules())
        that(not left, "at the end the model should be in evaluation mode", 3)
        drawn = torch.equal(theirs.get_state(), generator.get_state())
        that(drawn, "draw each epoch's order from the very generator given, and nothing else", 3)
        every_layer(that, model)
        per = -(-len(x) // batch_size)
        epochs = [[p - 1 for p in pieces[k * per : (k + 1) * per]] for k in range(num_epochs)]
        return got, model, epochs

    def follow_to_the_end(*arguments, **options):
        got, model, _ = follow(*arguments, **options)
        best_held(that, model, got["val_accuracy"])
        return got

    numbers(that, follow)
    for norm in (True, False):  # batch norm keeps statistics, which are no parameters
        rng, middle = np.random.default_rng(1), [nn.BatchNorm1d(6), nn.Dropout(0.0)] if norm else []
        torch.manual_seed(0)
        x, x_val = lab.numbered(23, 4, rng), -lab.numbered(9, 4, rng)
        y, y_val = torch.tensor(rng.integers(0, 3, 23)), torch.tensor(rng.integers(0, 3, 9))
        follow_to_the_end(
            nn.Sequential(nn.Linear(4, 6), *middle, nn.ReLU(), nn.Linear(6, 3)), x, y, x_val, y_val, 6, 5
        )
    got = follow_to_the_end(*lab.rise_and_fall(np.random.default_rng(2)), 8, 16, lr=0.02)
    falls = got["val_accuracy"][-1] < max(got["val_accuracy"])
    that(falls, "the last epoch should not have been the best here", 2)
    follow_to_the_end(
        *lab.rise_and_fall(np.random.default_rng(3)), 4, 16, lr=0.02
    )  # the last epoch is the best
    never = torch.full((9,), 2)  # a class that is never answered: every accuracy is 0
    torch.manual_seed(1)
    inner = nn.Sequential(nn.Linear(4, 6), nn.BatchNorm1d(6), nn.Linear(6, 3))
    inner[2].bias.data[2] = -1000
    follow_to_the_end(inner, x, y % 2, x_val, never, 3, 23)
    follow_to_the_end(*lab.with_channels(np.random.default_rng(4)), 2, 5)


# ---- exercise 3 -----------------------------------------------------------------------------------


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
    x, y = torch.tensor([[3.0, 0.0]] * 4 + [[-1.0, 0.0]]), torch.zeros(5, dtype=torch.int64)
    _, losses = run(lab.linear(np.eye(2)), x, y, 2, 0.0, 4)
    low, high = (float(np.log(1 + np.exp(-z))) for z in (3, -1))
    right = (4 * low + high) / 5
    ways = [[(low, 4), (high, 1)], [((3 * low + high) / 4, 4), (low, 1)]]  # where the fifth image may be
    usual = [summed_up([a, b], 5, 4, losses) for a in ways for b in ways]
    words = f"five images in batches of 4 and 1, a rate of 0: each epoch's mean loss is {right:.4f}; "
    usual = next((f": {found}" for found in usual if found), "")
    that(np.allclose(losses, right, atol=1e-5), f"{words}yours are {losses.round(4)}{usual}", 3)
    x_val, y_val = torch.tensor([[1.0, 0.0], [0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]), torch.tensor([0, 1, 1, 1])
    history, _ = run(lab.linear(np.eye(2)), x, y, 2, 0.0, 4, x_val, y_val)
    shares = [float(share) for share in history["val_accuracy"]]
    form = {75.0: ", in per cent; a fraction is asked for", 3.0: ", a count; a fraction is asked for"}
    form = form.get(shares[0], ", the fraction that is wrong" if shares[0] == 0.25 else "")
    that(
        shares == [0.75, 0.75], f"3 of 4 validation images are right; your val_accuracy is {shares}{form}", 1
    )
    history, losses = run(lab.linear(np.zeros((2, 2))), x[:4], y[:4] + 1, 1, 0.5, 4, x[:4], y[:4] + 1)
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
        before, generator = (x.clone(), y.clone()), torch.Generator().manual_seed(0)
        with torch.enable_grad():
            history = mended_loop(model, x, y, x_val, y_val, num_epochs, lr, batch_size, generator)
            on = torch.is_grad_enabled()
        that(on, "your loop leaves PyTorch without gradients: with torch.inference_mode() ends by itself", 3)
        that(history is not None, "your loop returns nothing: its last line should return the history", 1)
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
