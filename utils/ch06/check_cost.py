"""Lab 06's check of a layer's cost: outputs, MACs and bytes as PyTorch has them."""

from __future__ import annotations

from math import ceil, floor, prod

import numpy as np
import torch
from torch import nn

from utils.by_hand import whole
from utils.ch06 import lab
from utils.checks import check

NUMBER = int | float | np.number


def in_pairs(layer: nn.Module) -> list[tuple]:
    """Kernel, stride and padding of a convolution or a pooling, each as (rows, columns)."""
    all_three = layer.kernel_size, layer.stride, layer.padding
    return [it if isinstance(it, tuple) else (it, it) for it in all_three]


def wrong_outputs(layer: nn.Module, shape: tuple) -> list[tuple[str, float]]:
    """By how much usual mistakes in a side of the output multiply its numbers, each with its reply."""

    def values(sides, kernel, stride, padding, rounded=floor):
        all_four = zip(sides, kernel, stride, padding, strict=True)
        return prod(rounded((side + 2 * p - k) / step) + 1 for side, k, step, p in all_four)

    sides, (kernel, stride, padding) = shape[2:], in_pairs(layer)
    found = [
        ("padding makes the input larger, and you leave it out", values(sides, kernel, stride, (0, 0))),
        ("padding is at both ends: 2 * padding", values(sides, kernel, stride, np.divide(padding, 2))),
        ("the window moves on by its stride, and you leave that out", values(sides, kernel, (1, 1), padding)),
        ("a window that doesn't fit is left out: round down", values(sides, kernel, stride, padding, ceil)),
        (
            "a side has one window more than steps: + 1",
            values(sides, kernel, stride, padding, lambda n: floor(n) - 1),
        ),
        ("rows come first, and yours are turned round", values(sides[::-1], kernel, stride, padding)),
    ]
    for i in (0, 1):
        one_side, *one_pair = ((it[i],) * 2 for it in (sides, kernel, stride, padding))
        found += [
            (
                f"its two sides differ, and you take {sides[i]} for both",
                values(one_side, kernel, stride, padding),
            ),
            (
                "kernel, stride and padding are (rows, columns): you take one for both",
                values(sides, *one_pair),
            ),
        ]
    return [(reply, it / values(sides, kernel, stride, padding)) for reply, it in found]


def costs(layer: nn.Module, shape: tuple, size: int) -> dict:
    """FLOPs, numbers moved by kind, and the output's shape: what a roofline counts, and mistakes."""
    with torch.no_grad():
        y = layer(torch.zeros(shape))
    weights = 0 if isinstance(layer, nn.MaxPool2d) else layer.weight.numel()
    bias = 0 if getattr(layer, "bias", None) is None else layer.bias.numel()
    if isinstance(layer, nn.MaxPool2d):
        flops = (layer.kernel_size**2 - 1) * y.numel()
    else:
        flops = 2 * y.numel() * layer.weight[0].numel()
    padding = (0, 0) if isinstance(layer, nn.Linear) else in_pairs(layer)[2]
    return {
        "flops": flops,
        "x": prod(shape),
        "padded": prod(shape[:-2]) * prod(n + 2 * p for n, p in zip(shape[-2:], padding, strict=True)),
        "weights": weights,
        "bias": bias,
        "y": y.numel(),
        "size": size,
        "shape": tuple(y.shape),
    }


@check("06-cost")
def check_cost(that, cost, least_seconds):
    def expect(layer, shape, size=4, more=""):
        right, why = costs(layer, shape, size), f"{layer} on {shape}, {size} bytes a number{more}"
        before = lab.settings(layer)
        got = cost(layer, shape, size)
        that(
            lab.settings(layer) == before,
            f"{why}: your code changes the layer, which belongs to the caller",
            1,
        )
        that(got is not None, "cost returned nothing: is there a return?", 1)
        two = np.shape(got) == (2,)
        that(two, f"return two whole numbers, (flops, bytes); you returned {got!r}", 1)
        flops, moved = map(whole, got)
        that(None not in (flops, moved), f"{why}: whole numbers, not {got}", 1)
        in_bytes = size * (right["x"] + right["y"] + right["weights"] + right["bias"])
        turned = (moved, flops) == (right["flops"], in_bytes) != (flops, moved)
        that(not turned, f"{why}: the order is (flops, bytes); you return bytes first", 1)
        _flops(right, flops, layer, shape, why)
        _bytes(right, moved, shape, why)

    def _flops(right, flops, layer, shape, why):
        mine, out = right["flops"], right["y"]
        words = f"{why}: {mine:,} FLOPs; you count {flops:,}"
        if flops == mine:
            return
        if isinstance(layer, nn.MaxPool2d):
            that(flops != 0, f"{words}. A pooling of k · k numbers makes k · k − 1 comparisons", 3)
            that(
                flops != mine + out, f"{words}: the largest of k · k needs one comparison fewer than k · k", 3
            )
            that(flops != 2 * mine, f"{words}, twice as many: a comparison is one FLOP", 3)
        else:
            that(2 * flops != mine, f"{words}, half of it: those are MACs, and a MAC is two FLOPs", 1)
            for rows in shape[:-1] if len(shape) == 3 else ():
                left_out = flops * rows == mine
                axes = f"all axes but the last are counted, and {rows} is one of them"
                that(not left_out, f"{words}: {axes}", 2)
            one = flops * shape[0] == mine and shape[0] > 1
            that(not one, f"{words}: that is one image's, and a batch has {shape[0]}", 2)
            that(flops not in (mine + out, mine + right["bias"]), f"{words}: the bias costs none, here", 1)
            that(flops not in (3 * mine, 2 * mine), f"{words}. Backward? Forward alone is asked for", 1)
            that(flops != mine - out, f"{words}: each product is added, the first one too", 1)
            groups = getattr(layer, "groups", 1)
            that(
                flops != mine * groups or groups == 1,
                f"{words}: a group sees 1 / {groups} of the channels",
                2,
            )
        for reply, factor in [] if isinstance(layer, nn.Linear) else wrong_outputs(layer, shape):
            that(factor == 1 or flops != round(mine * factor), f"{words}. {reply.capitalize()}", 2)
        each = 2 * layer.weight[0].numel() if hasattr(layer, "weight") else layer.kernel_size**2 - 1
        that(False, f"{words}. {each} for each number of its output, which is {right['shape']}", 2)

    def _bytes(right, moved, shape, why):
        x, y, weights, bias, size = (right[key] for key in ("x", "y", "weights", "bias", "size"))
        mine, batch = size * (x + y + weights + bias), shape[0]
        words = f"{why}: {mine:,} bytes; you count {moved:,}"
        if moved == mine:
            return
        that(moved * size != mine, f"{words}: numbers, not bytes", 2)
        that(moved != 8 * mine, f"{words}, eight times as many: bits?", 2)
        stored = size * (x + y) + 4 * (weights + bias)
        that(moved != stored, f"{words}: weights and bias have {size} bytes a number, too", 2)
        that(moved * size != mine * 4 or size == 4, f"{words}: a number has {size} bytes, not 4", 2)
        for name, part in (("x", x), ("y", y), ("weights", weights), ("bias", bias)):
            told = {"y": "the output is written", "weights": "the weights are read", "x": "the input is read"}
            told = told.get(name, "the bias is read")
            that(not part or moved != mine - size * part, f"{words}: {told}, too", 2)
            that(not part or moved != mine + size * part, f"{words}: {told} once, and not twice", 2)
        that(moved != size * (x + y) or not weights, f"{words}: the weights and the bias are read, too", 2)
        padded = moved == mine + size * (right["padded"] - x)
        that(not padded, f"{words}: padding isn't stored, so it costs no bytes", 2)
        again = mine + size * (batch - 1) * (weights + bias)
        that(
            moved != again or batch == 1,
            f"{words}: weights are read once for the batch, not for each image",
            2,
        )
        less = not weights and moved < mine
        that(not less, f"{words}: the input is read whole, also what no window reaches", 2)
        that(
            moved < mine * 1.5 or moved <= again,
            f"{words}. Each number is read once, however often it is used",
            2,
        )
        reads = f"{x:,} numbers and {weights + bias:,} of its own"
        that(False, f"{words}. It reads {reads}, each once, and writes {y:,}", 2)

    expect(nn.Linear(3, 2, bias=False), (1, 3))
    expect(nn.Linear(20, 30), (8, 20))
    expect(nn.Linear(20, 30), (3, 5, 20), 2)
    expect(nn.Linear(7, 3, bias=False), (6, 7), 8)
    expect(nn.Conv2d(3, 4, 3), (2, 3, 8, 9))
    expect(nn.Conv2d(2, 6, 3, padding=1, bias=False), (4, 2, 6, 5))
    expect(nn.Conv2d(4, 6, 3, stride=2), (3, 4, 9, 8), 2)
    expect(nn.Conv2d(8, 12, 3, padding=2, groups=4), (5, 8, 6, 7))
    expect(nn.Conv2d(6, 6, 5, stride=3, padding=1, groups=6, bias=False), (2, 6, 12, 10))
    expect(nn.Conv2d(3, 5, (3, 1), stride=(2, 1), padding=(0, 2)), (2, 3, 9, 7))
    expect(nn.Conv2d(3, 5, 1, stride=2), (2, 3, 9, 7))
    expect(nn.Linear(999, 1001, bias=False), (97, 999))
    frozen = nn.Linear(5, 4).requires_grad_(False)
    expect(frozen, (3, 5), more=", its weights frozen (requires_grad is False)")
    expect(nn.MaxPool2d(2), (2, 3, 8, 9))
    expect(nn.MaxPool2d(3, stride=2), (4, 2, 9, 12), 2)
    expect(nn.MaxPool2d(3, stride=1, padding=1), (1, 2, 7, 6))
    for flops, moved, peak, bandwidth in [
        (100, 1, 10, 10), (1, 100, 10, 10), (3e9, 4e9, 2e11, 1e10), (6e10, 1e9, 1e11, 2e10), (0, 80, 9, 16),
        (4e9, 3e9, 2e11, 1e10), (3e4, 8e4, 2e11, 1e10)
    ]:  # fmt: skip
        got = least_seconds(flops, moved, peak, bandwidth)
        works, moves = flops / peak, moved / bandwidth
        why = (
            f"{flops:g} FLOPs at {peak:g}/s take {works:g} s, {moved:g} bytes at {bandwidth:g}/s {moves:g} s"
        )
        that(isinstance(got, NUMBER), f"least_seconds: return a number; you returned {got!r}", 3)
        right = max(works, moves)
        for reply, wrong in {
            "both at once, so not the sum": works + moves,
            "the slower of the two counts, and you take the faster: do you compare seconds?": min(
                works, moves
            ),
            "upside down: FLOPs are divided by peak": max(peak / max(flops, 1), bandwidth / moved),
            "peak is FLOPs a second, bandwidth bytes a second, and yours are swapped": max(
                flops / bandwidth, moved / peak
            ),
            "seconds, and yours are ms": 1e3 * right,
            "bandwidth is in bytes, not bits": max(works, 8 * moves),
            "that is FLOPs a second; seconds are asked for": flops / right,
            "you round it: layers take far less than a ms": round(right, 3),
            "you cut that to whole seconds": right // 1,
        }.items():
            same = np.isclose(got, wrong, atol=0) and not np.isclose(wrong, right, atol=0)
            that(not same, f"{why}: {reply}", 3)
        that(np.isclose(got, right, atol=0), f"{why}; you say {got:g} s", 3)
