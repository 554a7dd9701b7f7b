"""Lab 09's check of the design problem: what a file lacks, tried out."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from utils.ch09.design import (
    MOST_BYTES,
    BadNetwork,
    accuracy,
    as_arrays,
    digits,
    packed,
    smallest,
    start,
    train,
)
from utils.checks import check

AT_LEAST = 91.5  # of validation, in %: right designs reach 92 to 93.5, magnitude alone 84 to 90


def too_many(arrays: dict) -> str:
    """Why a network's file is too large."""
    count = int(np.count_nonzero(arrays["w1"]))
    if count == arrays["w1"].size:
        return "No weight of w1 is 0: only exact zeros are left out. Does train get your masks?"
    if count > 20_000:
        return "Has a training got no masks, so that weights came back, or are masks the wrong way round? True is kept"
    return "Keep fewer weights"


def what_is_wrong(network: nn.Module, arrays: dict, right: float) -> str:
    """Why a network within the budget gets only ``right`` % of images right: what helps, tried out."""
    x, _ = digits()
    w1, w2 = arrays["w1"], arrays["w2"]
    count = int(np.count_nonzero(w1))
    dim = int(np.count_nonzero(w1[:, x.pow(2).mean(dim=0).sqrt().numpy() < 0.2]))
    if count < 800:
        return f"w1 keeps {count:,} weights; there is room for more: each takes 3 bytes, its place included"
    size = np.abs(as_arrays(start())["w1"])
    larger = size[w1 != 0].mean() / size.mean()
    if larger < 1.5:
        words = (
            f"In start(), the weights that you keep of w1 are on average {larger:.1f} times as large as all"
        )
        return f"{words}: are they drawn? Choose the largest |w|, times how bright the input is"
    if dim > count / 3:
        words = f"Of w1's {count:,} weights, {dim:,} look at pixels that are black in most images"
        return (
            f"{words}: large, and seldom of use. Multiply |w| by how bright its input is (root mean square)"
        )
    if np.count_nonzero(w2) < 150:
        return (
            f"w2 keeps {np.count_nonzero(w2)} of 1,000 weights; choose the two layers' numbers by themselves"
        )
    again = copy.deepcopy(network)
    layers = [m for m in again.modules() if isinstance(m, nn.Linear)]
    train(
        nn.Sequential(layers[0], nn.ReLU(), layers[1]), [layer.weight.detach() != 0 for layer in layers], 400
    )
    better = accuracy(packed(again))
    if better > min(AT_LEAST - 1, right + 5):
        return f"400 more steps of train with your masks bring {better:.1f}%: train after pruning"
    return f"400 more steps of train with your masks bring {better:.1f}%. Choose the weights in another way"


@check("09-design")
def check_design(that, design):
    before = [float(it.sum(dtype=torch.float64)) for it in digits()]
    network = design()
    same = before == [float(it.sum(dtype=torch.float64)) for it in digits()]
    that(same, "your code changed what digits() returns, which all share: work on a copy, x.clone()", 1)
    that(network is not None, "nothing came back: return the network", 1)
    try:
        arrays, file = as_arrays(network), packed(network)
    except BadNetwork as error:
        that(False, str(error), 1)
    parts = []
    for name in ("w1", "w2"):
        how, stored = smallest(arrays[name])
        size = sum(it.nbytes for it in stored.values())
        parts.append(f"{name} has {np.count_nonzero(arrays[name]):,} weights: {size:,} bytes as {how}")
    words = f"the file has {len(file):,} bytes; {MOST_BYTES:,} are allowed"
    that(len(file) <= MOST_BYTES, f"{words} ({'; '.join(parts)}). {too_many(arrays)}", 1)
    right = accuracy(file)
    if right < AT_LEAST:
        found = f"{len(file):,} of {MOST_BYTES:,} bytes, {right:.1f}% of validation; {AT_LEAST:g}% are asked"
        that(False, f"{found}. {what_is_wrong(network, arrays, right)}", 2)
