"""Lab 03's check of a training loop: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch03 import lab
from utils.ch03.check_steps import STILL_OFF, summed_up, train, why
from utils.checks import check


class Loads(list):
    """A hook: of each load_state_dict into a model, were its own, live tensors loaded?"""

    def __call__(self, module, state, prefix, *_):
        pairs = [(state.get(prefix + name), tensor) for name, tensor in module.named_parameters()]
        self.append(any(torch.is_tensor(a) and a.data_ptr() == b.data_ptr() for a, b in pairs))


def other_choice(held, accuracies, losses, loads):
    """Which rule would have chosen one of the epochs ``held``, where it isn't the best."""
    if len(accuracies) in held and not loads:
        words = ": load_state_dict was never called on the very model that you were given; "
        return words + "load the state that you kept into that one, not into a copy"
    if len(accuracies) in held and loads[-1]:
        return ": what you loaded is live, and later steps have changed it; keep a deepcopy of state_dict()"
    a, shares = np.array(accuracies), np.round(100 * np.array(accuracies))
    rises = [k for k in range(len(a)) if k == 0 or a[k] > a[k - 1]]
    ways = {
        "an epoch was compared with the one before it, not with the best so far": rises[-1],
        "a small rise was passed over; any counts, and no accuracy is to be rounded": int(np.argmax(shares)),
        "that is the lowest train_loss; the highest val_accuracy is asked for": int(np.argmin(losses)),
        "of equals, the first is asked for": len(a) - 1 - int(np.argmax(a[::-1])),
        "you kept it although its val_accuracy isn't the highest so far": len(a) - 1,
    }
    return next((f": {words}" for words, k in ways.items() if k + 1 in held), "")


def best_held(that, model, accuracies, losses):
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
    begin, chosen = model.calls[0]["state"], after[best - 1]
    parameters = [name for name, _ in model.model.named_parameters()]
    usual = other_choice(held, accuracies, losses, model.loads)
    if not held and all(torch.equal(end[name], begin[name]) for name in end):
        usual = ", but as before the first one: the weights that you were given don't compete"
    elif not held and all(torch.equal(end[name], chosen[name]) for name in parameters):
        usual = ": its weights are there, but not its batch norm's statistics; state_dict() holds both"
    that(best in held, words + usual, 2)


def every_layer(that, model):
    """The first step moves all layers, and each epoch goes on where the last one ended."""
    steps = [call["state"] for call in model.steps]
    names = [name for name, _ in model.model.named_parameters()]
    weights = [name for name in names if name.endswith("weight")]
    still = [name for name in weights if torch.equal(steps[0][name], steps[1][name])]
    moves = any(not torch.equal(steps[0][name], steps[1][name]) for name in names)  # or see stepped_so
    that(
        not still or not moves, f"the first step left {still} as it was: the optimizer gets all parameters", 2
    )
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
    order, pieces = [image for batch in right for image in batch][:n], -(-n // batch_size)
    strided = got[:pieces] == [order[k::pieces] for k in range(pieces)] != right[:pieces]
    every = (
        f"the order is right, but batch 1 takes every {pieces}. image of it; consecutive pieces are asked for"
    )
    that(not strided, words + every, 3)
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
    whole = [batch for batch in right if len(batch) == batch_size]
    left_out = f"{words}the last batch, which is smaller, is left out: its images count, too"
    that(got != whole or whole == right, left_out, 3)
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


def looked(model):
    """After each epoch's steps: the numbers of the validation images, counted from 0, batch by batch."""
    epochs = []
    for last, call in zip(model.calls, model.calls[1:], strict=False):
        if last["images"][0] > 0 > call["images"][0]:
            epochs.append([])
        if epochs and call["images"][0] < 0:
            epochs[-1].append([-number - 1 for number in call["images"]])
    return epochs


def apart(key, got, right):
    """Both, with as many digits as tell them apart."""
    alike = np.array_equal(np.round(got, 4), np.round(right, 4))
    got, right = (np.round(values, 7 if alike else 4) for values in (got, right))
    return f"{key} is {got}, and should be {right}"


def counted_so(that, got, answers, y_val, looks, on_train):
    """Validation accuracies: fractions, of the epoch just trained; ``answers``: of the model after each."""
    hits = [(answer == y_val).double() for answer in answers]
    right = [hit.mean().item() for hit in hits]
    by_batch, unpaired = [], []
    for answer, hit, parts in zip(answers, hits, looks, strict=True):
        by_batch.append(np.mean([hit[part].mean().item() for part in parts]))
        order = [number for part in parts for number in part][: len(y_val)]
        unpaired.append((answer[order] == y_val[: len(order)]).double().mean().item())
    got, right = np.array(got), np.array(right)
    if np.allclose(got, right, atol=1e-6):
        return
    words = apart("val_accuracy", got, right)
    before = np.r_[np.nan, right[:-1]]
    ways = {
        "yours is in per cent; a fraction is asked for": 100 * right,
        "yours is a number of images; a fraction is asked for": len(y_val) * right,
        "yours is the best so far; each epoch's own is asked for": np.maximum.accumulate(right),
        "yours is the fraction that is wrong": 1 - right,
        "yours is accuracy on the training images": np.array(on_train),
        **{f"yours is rounded to {k} digits: keep every one": right.round(k) for k in (1, 2, 3, 4, 5)},
        "yours is the mean of the batches' accuracies: a smaller last batch counts too much": by_batch,
        "the images come in another order than their labels": unpaired,
    }
    for usual, values in ways.items():
        that(not np.allclose(got, values, atol=1e-6), f"{words}: {usual}", 1)
    late = len(got) > 1 and np.allclose(got[1:], before[1:], atol=1e-6)
    that(not late, f"{words}: yours is taken before the epoch, not after it", 1)
    that(False, words, 1)


def numbers(that, follow):
    """A linear model, 11 images in batches of 4: its steps, its losses, its accuracies."""
    rng = np.random.default_rng(20)
    x, x_val = lab.numbered(11, 3, rng), -lab.numbered(2101, 3, rng)
    y, y_val = torch.tensor(rng.integers(0, 4, 11)), torch.tensor(rng.integers(0, 4, 2101))
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
        answers = [F.linear(x_val, s["weight"], s["bias"]).argmax(1) for s in ends]
        on_train = [(F.linear(x, s["weight"], s["bias"]).argmax(1) == y).double().mean().item() for s in ends]
    words = apart("train_loss", got["train_loss"], right)
    if not np.allclose(got["train_loss"], right, atol=1e-5):
        usual = summed_up(losses, 11, 4, got["train_loss"], after)
        that(False, f"{words}: {usual}" if usual else words, 2)
    counted_so(that, got["val_accuracy"], answers, y_val, looked(model), on_train)
    best_held(that, model, got["val_accuracy"], got["train_loss"])


@check("03-fit")
@torch.enable_grad()
def check_fit(that, fit):
    def follow(inner, x, y, x_val, y_val, num_epochs, batch_size, lr=0.15, number=5, mode=False):
        """Call fit on a watched model; what it must keep to is checked here, numbers by the callers."""
        model = lab.Watched(inner).train(mode)  # in evaluation mode, as a rule: whoever trains has to say so
        model.loads = Loads()
        inner.register_load_state_dict_pre_hook(model.loads)
        pieces, generator = [], torch.Generator().manual_seed(number)
        for _ in range(num_epochs):
            pieces += (torch.randperm(len(x), generator=generator) + 1).split(batch_size)
        given = [tensor.clone() for tensor in (x, y, x_val, y_val)]
        theirs = torch.Generator().manual_seed(number)
        torch.manual_seed(77_000 + number)
        with torch.enable_grad():
            try:
                got = fit(model, *given, num_epochs, lr, batch_size, theirs)
            except RuntimeError:
                that(torch.is_grad_enabled(), STILL_OFF, 2)
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
        words = (
            "PyTorch's global generator is seeded by your loop: it is the caller's, and dropout draws from it"
        )
        that(torch.initial_seed() == 77_000 + number, words, 3)
        words = "your loop seeds generator anew: draw from it as it is"
        that(theirs.initial_seed() == number, words, 3)
        drawn_so(that, len(x), batch_size, [piece.tolist() for piece in pieces], model)
        frozen = [name for name, parameter in inner.named_parameters() if not parameter.requires_grad]
        that(not frozen, f"fit leaves {frozen} without requires_grad: nobody could train on", 2)
        words = "fit leaves PyTorch without gradients: with torch.inference_mode() ends by itself"
        that(on, words, 2)
        same = all(torch.equal(a, b) for a, b in zip(given, (x, y, x_val, y_val), strict=True))
        that(same, "fit changes the data that it was given", 1)
        left = any(module.training for module in model.modules())
        came = "; it came in training mode, and that isn't to be put back" if mode else ""
        that(not left, f"at the end the model should be in evaluation mode{came}", 3)
        drawn = torch.equal(theirs.get_state(), generator.get_state())
        that(drawn, "draw each epoch's order from the very generator given, and nothing else", 3)
        every_layer(that, model)
        per = -(-len(x) // batch_size)
        epochs = [[p - 1 for p in pieces[k * per : (k + 1) * per]] for k in range(num_epochs)]
        return got, model, epochs

    def follow_to_the_end(*arguments, **options):
        got, model, _ = follow(*arguments, **options)
        best_held(that, model, got["val_accuracy"], got["train_loss"])
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
    follow_to_the_end(*lab.with_channels(np.random.default_rng(4)), 2, 4, mode=True)
