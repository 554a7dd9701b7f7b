"""Lab 10's check of a residual network's cut: channels that are coupled go together."""

from __future__ import annotations

import copy

import numpy as np
import torch

from utils.ch10.check_tensors import cut, told
from utils.ch10.lab import GROUPS, KEEPS, SmallResNet, resnet
from utils.checks import check

SIDES = {  # layer → the group of its outputs, the group of its inputs
    "stem": ("stream1", None),
    "norm": ("stream1", None),
    "block0.conv1": ("inner0", "stream1"),
    "block0.norm1": ("inner0", None),
    "block0.conv2": ("stream1", "inner0"),
    "block0.norm2": ("stream1", None),
    "block1.conv1": ("inner1", "stream1"),
    "block1.norm1": ("inner1", None),
    "block1.conv2": ("stream2", "inner1"),
    "block1.norm2": ("stream2", None),
    "block1.skip": ("stream2", "stream1"),
    "block2.conv1": ("inner2", "stream2"),
    "block2.norm1": ("inner2", None),
    "block2.conv2": ("stream2", "inner2"),
    "block2.norm2": ("stream2", None),
    "head": (None, "stream2"),
}


def cut_resnet(weights: dict, keeps: dict) -> dict:
    found = {}
    for name, tensor in weights.items():
        out, into = (keeps.get(g) for g in SIDES[name.rpartition(".")[0]])
        found[name] = cut(tensor, out, into)
    return found


def wrong_groups(name: str, yours: torch.Tensor, full: torch.Tensor, keeps: dict) -> str:
    """Which other groups ``yours`` was cut by, in a sentence; else what else is plain to see."""
    out, into = SIDES[name.rpartition(".")[0]]
    should = [f"its outputs are {out or 'the ten logits, all of which stay'}"] * (full.ndim > 0)
    should += [f"its inputs are {into or 'the image, all of which stays'}"] * (full.ndim > 1)
    for first in (None, *GROUPS):
        for second in (None, *GROUPS) if full.ndim > 1 else (None,):
            if (first, second) == (out, into if full.ndim > 1 else None):
                continue
            pairs = [(d, keeps[g]) for d, g in enumerate((first, second)) if g]
            if any(max(keep) >= full.shape[d] for d, keep in pairs if d < full.ndim):
                continue
            theirs = cut(full, keeps.get(first), keeps.get(second))
            if theirs.shape == yours.shape and torch.equal(theirs, yours.to(full.dtype)):
                said = [f"its outputs by {first}" if first else "its outputs not at all"]
                said += [f"its inputs by {second}" if second else "its inputs not at all"] * (full.ndim > 1)
                return f"{' and '.join(should)}; you cut {' and '.join(said)}"
    why = told(yours, full, *([keeps.get(out), keeps.get(into)] if full.ndim > 1 else [keeps.get(out)]))
    return f"{why} ({' and '.join(should)})"


@check("10-residual")
def check_residual(that, prune):
    rng = np.random.default_rng(14)
    for number, kind in enumerate(KEEPS):
        widths = [8] * 5 if number == 0 else (rng.permutation(5) + 5).tolist()
        weights, keeps = resnet(rng, widths, kind)
        old, given = {n: t.clone() for n, t in weights.items()}, copy.deepcopy(keeps)
        got = prune(weights, given)
        that(got is not None, "prune returned nothing; is there a return?", 1)
        that(isinstance(got, dict), f"a dict, name → tensor, is asked; yours is a {type(got).__name__}", 1)
        same = weights.keys() == old.keys() and all(torch.equal(weights[n], old[n]) for n in old)
        that(
            same and got is not weights,
            "your code changed weights, which belongs to the caller: make a new dict",
            1,
        )
        that(given == keeps, "your code changed keeps, which belongs to the caller", 1)
        missing, more = [n for n in old if n not in got], [n for n in got if n not in old]
        that(not missing, f"{missing[:1]} is missing: all {len(old)} names come back", 1)
        that(not more, f"{more[:1]} is no name of weights", 1)
        right = cut_resnet(old, keeps)
        for name, full in old.items():
            yours = got[name]
            that(isinstance(yours, torch.Tensor), f"{name} is a {type(yours).__name__}, and no tensor", 1)
            yours = yours.detach()
            if yours.shape == right[name].shape and torch.equal(yours, right[name]):
                that(yours.dtype == full.dtype, f"{name} was {full.dtype}, and is {yours.dtype}", 3)
                continue
            if full.ndim == 0:
                that(False, f"{name} counts batches, {int(full)}: it has no channels and stays as it is", 3)
            hint = 3 if "skip" in name or "norm" in name else 2
            its = [f"{g} {keeps[g]}" for g in SIDES[name.rpartition(".")[0]] if g]
            why = wrong_groups(name, yours, full, keeps)
            that(False, f"{name} {tuple(full.shape)}: {why}. keeps has {', '.join(its)}", hint)
        new = {t.untyped_storage().data_ptr() for t in got.values()}
        old_places = {t.untyped_storage().data_ptr() for t in weights.values()}
        that(
            not new & old_places,
            "new tensors share memory with the old ones: clone() those that stay whole",
            1,
        )
        SmallResNet(*(len(keeps[g]) for g in GROUPS)).load_state_dict(got)
