"""Lab 10's check of a cut through flatten, the removed constants folded into the next bias."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from utils.ch10.check_remove import shares
from utils.ch10.lab import FLATTENS, before_flatten
from utils.checks import check


def folded(linear: nn.Linear, keep: list[int], values: torch.Tensor, mistake: str = "") -> torch.Tensor:
    """The bias (k,) into which removed channels' constants are folded; with a usual mistake in it."""
    w = linear.weight.detach().unflatten(1, (len(values), -1)).double()  # (k, c, places)
    if mistake == "places first":
        w = linear.weight.detach().unflatten(1, (-1, len(values))).double().transpose(1, 2)
    gone = [i for i in range(len(values)) if i not in keep]
    which = {"kept": keep, "all": list(range(len(values))), "the last": list(range(len(keep), len(values)))}
    which = which.get(mistake, gone)
    one = {"mean": w.mean(dim=2), "first place": w[:, :, 0], "times places": w.sum(dim=2) * w.shape[2]}
    one = one.get(mistake, w.sum(dim=2))
    values = {"relu": values.relu(), "abs": values.abs()}.get(mistake, values).clone()
    if mistake == "first values":
        values[gone] = values[: len(gone)].clone()
    if mistake == "sum of values":
        values[gone] = values[gone].sum()
    if mistake == "largest place":
        one = w.amax(dim=2)
    times = {"minus": -1, "nothing": 0, "over channels": 1 / max(1, len(gone))}.get(mistake, 1)
    more = (one * values.double())[:, which].sum(dim=1) * times
    bias = 0 if linear.bias is None or mistake == "old bias" else linear.bias.detach().double()
    return bias * (2 if mistake == "twice" else 1) + more


FOLDS = {
    "nothing": ("the removed channels' values aren't in it", 2),
    "mean": (
        "a value stands at every place of its channel: sum the weights over places, and don't average",
        2,
    ),
    "first place": ("a value stands at every place of its channel, and not at the first alone", 2),
    "times places": ("the sum of a channel's weights has all of its h·w places already; don't multiply", 2),
    "kept": ("you fold those that stay; fold those that go", 1),
    "all": ("you fold all channels; those that stay come in by their columns", 1),
    "minus": ("add it, don't take it away", 1),
    "relu": ("values are as they are, negative ones too: there is no relu here", 2),
    "abs": ("values are as they are, negative ones too: don't take the absolute value", 2),
    "the last": ("the channels that go are those that aren't in keep, and not the last ones", 1),
    "first values": (
        "values has an entry for each channel, kept ones too: take values[gone], not the first ones",
        2,
    ),
    "over channels": ("add over the removed channels, and don't average", 2),
    "sum of values": ("each channel's value belongs to its own weights: don't add the values up first", 2),
    "largest place": ("a value stands at every place: add all weights of its channel, not the largest", 2),
    "twice": ("the old bias is in it twice", 2),
    "old bias": ("the old bias is lost", 2),
    "places first": ("flatten goes channel by channel: column c · places + place", 1),
}


def columns(c: int, places: int, keep: list[int], mistake: str = "") -> list[int]:
    every = np.arange(c * places)
    if mistake == "places first":
        return every.reshape(places, c)[:, keep].ravel().tolist()
    if mistake == "a channel is a column":
        return list(keep)
    if mistake == "ascending":
        keep = sorted(keep)
    if mistake == "those that go":
        keep = [i for i in range(c) if i not in keep]
    if mistake == "places first, by channel":
        return every.reshape(places, c).T[keep].ravel().tolist()
    if mistake == "by place":
        return every.reshape(c, places)[keep].T.ravel().tolist()
    return every.reshape(c, places)[keep].ravel().tolist()


COLUMNS = {
    "a channel is a column": "a channel isn't one column, but h·w of them",
    "places first": "flatten goes channel by channel: column c · places + place",
    "places first, by channel": "flatten goes channel by channel: column c · places + place",
    "ascending": "the channels stand in keep's order, not in ascending order",
    "those that go": "you keep the channels that go",
    "by place": "the new columns, too, go channel by channel",
}


FLATTEN_SAID = {
    "bias": "with a bias",
    "no bias": "without a bias",
    "spoiled": "values of kept channels are NaN",
    "no bias, spoiled": "without a bias, values of kept channels are NaN",
    "example": "two channels and one output, as in the task",
    "one goes": "a single channel goes",
    "one place": "h·w is 1",
    "one": "a single channel stays",
    "all": "all channels stay, in another order",
    "all in order": "all channels stay where they are",
    "all, no bias": "all channels stay, and there was no bias",
}


@check("10-flatten")
def check_flatten(that, cut_linear):
    rng = np.random.default_rng(13)
    for kind in [*FLATTENS, *FLATTENS]:
        linear, keep, values = before_flatten(rng, kind)
        c = len(values)
        places, old = linear.in_features // c, copy.deepcopy(linear)
        its_keep, its_values = list(keep), values.clone()
        got = cut_linear(linear, its_keep, its_values)
        words = f"{FLATTEN_SAID[kind]}, keep={keep} of {c} channels, h·w = {places}"
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        that(
            isinstance(got, nn.Linear), f"{words}: an nn.Linear is asked; yours is a {type(got).__name__}", 1
        )
        same = torch.equal(linear.weight, old.weight) and linear.in_features == old.in_features
        same &= (linear.bias is None) == (old.bias is None)
        same &= old.bias is None or (linear.bias is not None and torch.equal(linear.bias, old.bias))
        that(same and got is not linear, f"{words}: your code changed linear, which belongs to the caller", 1)
        unchanged = its_keep == keep and torch.equal(its_values.nan_to_num(), values.nan_to_num())
        that(unchanged, f"{words}: your code changed keep or values, which belong to the caller", 1)
        weight, right = got.weight.detach(), old.weight.detach()[:, columns(c, places, keep)]
        for mistake, why in COLUMNS.items():
            theirs = old.weight.detach()[:, columns(c, places, keep, mistake)]
            wrong = (
                theirs.shape == weight.shape
                and torch.equal(theirs, weight)
                and not torch.equal(theirs, right)
            )
            that(not wrong, f"{words}: weight has the wrong columns: {why}", 1)
        shape = weight.shape == right.shape
        that(shape, f"{words}: weight is {tuple(right.shape)}; yours is {tuple(weight.shape)}", 1)
        equal = torch.equal(weight, right)
        that(equal, f"{words}: weight has other numbers than the old columns of these channels", 1)
        features = (got.in_features, got.out_features) == (right.shape[1], right.shape[0])
        that(features, f"{words}: in_features is {right.shape[1]}; yours is {got.in_features}", 3)
        none = "the removed channels' values need one, also where there was none"
        that(got.bias is not None, f"{words}: there is no bias: {none}", 3)
        biases(that, words, got.bias.detach(), old, keep, values)
        that(not shares(got, linear), f"{words}: the new layer shares memory with the old one: clone()", 3)


def biases(that, words: str, yours: torch.Tensor, old: nn.Linear, keep, values) -> None:
    shape = tuple(yours.shape) == (old.out_features,)
    that(shape, f"{words}: bias has shape {tuple(yours.shape)}; {(old.out_features,)} is right", 2)
    lost = "NaN times 0 is NaN: take the removed channels only, a mask won't do"
    that(not yours.isnan().any(), f"{words}: there is NaN in the bias. {lost}", 3)
    right = folded(old, keep, values)
    near = 1e-4 * max(1.0, float(right.abs().max()))
    if (yours - right).abs().max() <= near:
        return
    for mistake, (why, hint) in FOLDS.items():
        theirs = folded(old, keep, values, mistake)
        wrong = theirs.shape == yours.shape and (yours - theirs).abs().max() <= near
        that(not wrong, f"{words}: {why}. bias is {few(right)}; yours {few(yours)}", hint)
    bias = torch.zeros(len(right)) if old.bias is None else old.bias.detach()
    told = f"the old bias is {few(bias)}, and what the removed channels add is {few(right - bias)}"
    that(False, f"{words}: {told}; your new bias has {few(yours - bias)} more than the old one", 2)


def few(numbers: torch.Tensor) -> str:
    """The first three numbers."""
    shown = ", ".join(f"{it:.2f}" for it in numbers.tolist()[:3])
    return f"[{shown}{', …' if len(numbers) > 3 else ''}]"
