"""Lab 04's check of counting: what PyTorch's modules say, and what a wrong shape, parameter or MAC tells."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, prod

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.ch04.lab import conv_layer, dense_layer, pool_layer
from utils.checks import check

CASES = [  # each the first in which some mistake shows
    (dense_layer(10), (7,)),
    (dense_layer(10, bias=False), (64, 5, 4)),
    (conv_layer(32, 3), (1, 28, 28)),
    (conv_layer(64, 3), (32, 13, 11)),
    (conv_layer(4, 3, bias=False), (2, 6, 9)),
    (pool_layer(2, 2), (8, 11, 13)),
    (pool_layer(3, 2), (4, 9, 12)),
    (conv_layer(6, 3, stride=2), (3, 8, 10)),
    (conv_layer(5, 5, padding=2), (3, 9, 7)),
    (conv_layer(7, 4, stride=3, padding=1), (2, 12, 8)),
    (conv_layer(3, 4, padding=2), (2, 6, 9)),
    (conv_layer(4, 2, stride=2, padding=1), (2, 8, 5)),
    (conv_layer(6, 3, groups=2), (4, 7, 6)),
    (conv_layer(16, 3, padding=1, groups=8, bias=False), (8, 5, 6)),
    (conv_layer(12, 1, groups=3), (6, 4, 3)),
    (conv_layer(8, 3, stride=2, groups=2), (4, 9, 6)),
    (conv_layer(4, 1, padding=1), (3, 5, 4)),
    (conv_layer(4, 1, stride=2), (3, 9, 6)),
    (conv_layer(4, 2, stride=3), (3, 9, 7)),
    (conv_layer(4, 3, padding=2), (3, 5, 4)),
    (pool_layer(2, 3), (5, 9, 13)),
    (pool_layer(1, 2), (5, 9, 6)),
    (conv_layer(1023, 9, padding=4, bias=False), (255, 11, 11)),
    (dense_layer(2_001), (511, 7, 3)),
]

SAME = conv_layer(5, 3, padding=1)
LENET = [conv_layer(32, 3), pool_layer(2, 2), conv_layer(64, 3, groups=2), pool_layer(2, 2), dense_layer(20)]
CHAINS = {
    "two dense layers": ([dense_layer(20), dense_layer(10, bias=False)], (3, 4, 4)),
    "six layers": ([*LENET, dense_layer(10, bias=False)], (1, 28, 27)),
    "the same convolution twice": ([SAME, SAME, pool_layer(3, 2)], (5, 9, 8)),
    "large layers": ([conv_layer(255, 9, padding=4), conv_layer(301, 9), dense_layer(3)], (67, 39, 41)),
    "one layer": ([pool_layer(2, 2)], (3, 9, 8)),
}


def counted(layer: dict, shape: tuple) -> tuple[tuple, int, int]:
    """Shape, parameters and MACs, from a module of PyTorch that has shapes and no memory."""
    options = dict(layer)
    kind = options.pop("kind")
    if kind == "pool":
        out = F.max_pool2d(torch.zeros(1, *shape, device="meta"), layer["kernel"], layer["stride"]).shape[1:]
        return tuple(out), 0, 0
    if kind == "dense":
        module = nn.Linear(prod(shape), layer["out"], layer["bias"], device="meta")
        out = (layer["out"],)
    else:
        sizes = {"kernel_size": options.pop("kernel"), "out_channels": options.pop("out")}
        module = nn.Conv2d(shape[0], **sizes, **options, device="meta")
        out = tuple(module(torch.zeros(1, *shape, device="meta")).shape[1:])
    places = prod(out) // layer["out"]
    return out, sum(p.numel() for p in module.parameters()), module.weight.numel() * places


def shape_mistakes(layer: dict, shape: tuple, right: tuple) -> Iterator[tuple]:
    """(shape of a mistake, its words)."""
    if layer["kind"] == "dense":
        yield (
            (*shape[:-1], layer["out"]),
            f"a dense layer flattens whatever comes in: ({layer['out']},) goes out",
        )
        yield (layer["out"], 1, 1), "behind a dense layer a shape has one number: (n,)"
        return
    (c, *sides), k, s, p = shape, layer["kernel"], layer["stride"], layer.get("padding", 0)

    def of(rows) -> tuple:
        return (right[0], *map(rows, sides))

    if p:  # before what looks the same there, and had shown where there is no padding
        left_out = "the padding is left out" + " (a 1 × 1 kernel has it too)" * (k == 1)
        yield of(lambda n: (n - k) // s + 1), left_out
        yield of(lambda n: (n + p - k) // s + 1), "padding counts on both sides: 2 · padding"
        words = "padding says how many zeros there are, and not that the size stays the same"
        yield of(lambda n: ceil(n / s)), words
    if k == 1:
        yield of(lambda n: n + 2 * p), "a stride skips places for a 1 × 1 kernel, too"
    if s > k:
        words = "the stride may be larger than the kernel: windows have gaps between them then"
        yield of(lambda n: (n + 2 * p - k) // k + 1), words
    if layer["kind"] == "pool":
        yield (
            of(lambda n: (n + 2 * (k // 2) - k) // s + 1),
            "a pooling has no padding here: no zeros around the image",
        )
    if layer["kind"] == "pool" and s != k:
        yield of(lambda n: n // k), "windows begin every *stride* rows, and not every *kernel* rows"
    words = "a window that doesn't fit is left out, and the kernel comes off before you divide by the stride"
    yield of(lambda n: -(-(n + 2 * p - k) // s) + 1), f"you round up: {words}"
    yield of(lambda n: round((n + 2 * p - k) / s) + 1), f"you round: {words}"
    words = "one is missing: n windows have n − 1 steps between them"
    yield of(lambda n: (n + 2 * p - k) // s), words
    yield (
        of(lambda n: (n + 2 * p - k + 1) // s),
        "the 1 is added too early: first divide by the stride, then add 1",
    )
    yield of(lambda n: (n + 2 * p) // s - k // s + 1), "take the kernel off before you divide by the stride"
    yield of(lambda n: n + 2 * p - k + 1), "the stride is left out"
    yield of(lambda n: -(-n // s)), "windows have to fit: (side + 2 · padding − kernel) // stride + 1 of them"
    yield of(lambda n: n // s), "windows have to fit: (side + 2 · padding − kernel) // stride + 1 of them"
    if layer["kind"] == "pool":
        yield (1, *right[1:]), "each channel is pooled for itself: all of them go out"
    else:
        yield (
            (c, *right[1:]),
            "as many channels go out as the layer has kernels: `out`, not those that come in",
        )
    yield (right[0], right[1], right[1]), "height and width are two numbers: the image needn't be square"
    yield (right[0], right[2], right[2]), "height and width are two numbers: the image needn't be square"
    yield (right[0], right[2], right[1]), "height comes first, then width"
    yield (right[1], right[2], right[0]), "channels come first: (c, h, w)"


def number_mistakes(layer: dict, shape: tuple, right: tuple) -> Iterator[tuple]:
    """("parameters" or "MACs", value of a mistake, its words)."""
    (out_shape, parameters, macs), both = right, ("parameters", "MACs")
    if layer["kind"] == "pool":
        yield "parameters", layer["kernel"] ** 2, "a pooling has no weights: 0"
        yield (
            "MACs",
            layer["kernel"] ** 2 * prod(out_shape),
            "a pooling takes maxima and multiplies nothing: 0",
        )
        yield "MACs", prod(out_shape), "a pooling takes maxima and multiplies nothing: 0"
        return
    out, bias = layer["out"], int(layer["bias"])
    weights, places = parameters - bias * out, prod(out_shape) // out
    yield "MACs", 2 * macs, "twice as many: that is FLOPs, and a MAC is two of them"
    yield "MACs", macs + out * places, "biases are added, not multiplied: they cost no MACs"
    yield "MACs", macs + bias * out, "biases are added, not multiplied: they cost no MACs"
    if bias:
        yield "parameters", weights, "the biases are missing: one for each output"
        yield "parameters", weights + 1, "each output channel has a bias of its own"
    else:
        yield "parameters", weights + out, "bias is False here: there is none to count"
    if layer["kind"] == "dense":
        for name, extra in zip(both, (bias * out, 0), strict=True):
            yield (
                name,
                shape[0] * out + extra,
                "it flattens what comes in: each of c · h · w numbers has a weight",
            )
        return
    c, k, g = shape[0], layer["kernel"], layer["groups"]
    for name, times, extra in zip(both, (1, places), (bias * out, 0), strict=True):
        yield name, c // g * k * out * times + extra, "a kernel is square: k · k weights for each channel"
        if g > 1:
            words = f"each output channel sees only the {c // g} channels of its own group, not all {c}"
            yield name, c * k * k * out * times + extra, words
            words = f"all {out} output channels count: the groups share them, and the fan-in is {c // g} · {k} · {k}"
            yield name, c // g * k * k * (out // g) * times + extra, words
            yield name, c // g * k * k * (out // g) * times + extra // g, words
            yield name, k * k * out * times + extra, f"the fan-in has {c // g} channels of the group, not 1"
            words = f"a depthwise layer may have several kernels a channel: here {out} for {c}"
            yield name, k * k * c * times + extra, words
            yield name, k * k * c * times + bias * c, words
            yield (
                name,
                c * k * k * c // g * times + extra,
                "as many kernels as output channels, not as input channels",
            )
    if g > 1 and bias:
        yield "parameters", weights + out * g, "one bias for each output channel, whatever the groups"
        yield "parameters", weights + g, "one bias for each output channel, not for each group"
    yield "parameters", c // g * k * k + bias, f"each of the {out} kernels has its own weights"
    yield "MACs", weights, f"each weight is used at every one of {places} places"
    yield "MACs", parameters * places, "biases are added, not multiplied: they cost no MACs"
    yield (
        "MACs",
        weights * shape[1] * shape[2],
        f"a MAC is spent at each of the output's {places} places, not the input's",
    )
    yield "MACs", macs // out, f"each of the {out} output channels costs as much"
    yield "MACs", weights * out_shape[1] ** 2, "places are rows times columns: the map needn't be square"
    yield "MACs", weights * out_shape[2] ** 2, "places are rows times columns: the map needn't be square"
    yield (
        "MACs",
        macs // layer["stride"] ** 2,
        "the output's size has the stride in it already: don't divide by it again",
    )
    yield (
        "MACs",
        macs // layer["stride"],
        "the output's size has the stride in it already: don't divide by it again",
    )


def called(layer: dict) -> str:
    """The layer as a learner would say it."""
    kind, *rest = layer.items()
    named = [f"{name} {value}" for name, value in rest if name != "bias"]
    named += {True: ["bias"], False: ["no bias"]}.get(layer.get("bias"), [])
    return f"{kind[1]} ({', '.join(named)})"


@check("04-count")
def check_count(that, count, count_network):
    def whole(value: object) -> bool:
        return isinstance(value, int | np.integer) and not isinstance(value, bool | np.bool_)

    def expect(got, right, why, hint, layer=None, shape=None):
        words = f"{why}: return a tuple (out_shape, parameters, macs)"
        that(got is not None, f"{words}; yours returned nothing. Is there a `return`?", 3)
        said = f"; yours is a {type(got).__name__}" + (f" of {len(got)}" if isinstance(got, tuple) else "")
        that(isinstance(got, tuple) and len(got) == 3, words + said, 3)
        words = f"{why}: the shape is a tuple of whole numbers, {right[0]}"
        array = isinstance(got[0], list | np.ndarray | torch.Tensor)
        that(not array, f"{words}; yours is a {type(got[0]).__name__}", 2)
        that(isinstance(got[0], tuple), f"{words}; yours is {got[0]!r}", 2)
        that(all(map(whole, got[0])), f"{words}; yours is {got[0]}: / makes fractions, // doesn't", 2)
        if got[0] != right[0]:
            words = f"{why}: {right[0]} goes out; yours is {got[0]}"
            for wrong, mistake in shape_mistakes(layer, shape, right[0]) if layer else ():
                that(got[0] != wrong, f"{words}: {mistake}", 2)
            that(False, words, hint)
        for name, mine, yours in zip(("parameters", "MACs"), right[1:], got[1:], strict=True):
            words = f"{why}: {mine:,} {name}; you count"
            that(whole(yours), f"{words} {yours!r}, a {type(yours).__name__}: return a whole number", 2)
            if yours == mine:
                continue
            for which, wrong, mistake in number_mistakes(layer, shape, right) if layer else ():
                that(which != name or yours != wrong, f"{words} {yours:,}: {mistake}", 1)
            overflowed = mine >= 2**31 and yours == (mine + 2**31) % 2**32 - 2**31
            that(not overflowed, f"{words} {yours:,}: that number is too large for int32", 2)
            near = mine > 2**24 and abs(int(yours) - mine) < 1e-5 * mine
            that(not near, f"{words} {yours:,}: float32 has 24 bits, too few. Count in whole numbers", 2)
            that(False, f"{words} {yours:,}", hint)

    for layer, shape in CASES:
        given, right = dict(layer), counted(layer, shape)
        got = count(given, shape)
        why = f"{called(layer)} on {shape}"
        that(given == layer, f"{why}: count changed the layer into {given}: it belongs to the caller", 1)
        expect(got, right, why, 2, layer, shape)
    for name, (chain, start) in CHAINS.items():
        shape, parts = start, []
        for layer in chain:
            shape, *more = counted(layer, shape)
            parts.append(more)
        right = shape, *np.sum(parts, axis=0).tolist()
        given = [dict(layer) for layer in chain]
        got = count_network(given, start)
        why = f"count_network of {name} on {start}"
        that(
            given == chain,
            f"{why}: your code changed the list or a layer in it. They belong to the caller",
            1,
        )
        if isinstance(got, tuple) and len(got) == 3:
            _network_mistakes(that, got, why, right, parts)
        expect(got, right, why, 3)
    why = "count_network of no layer on (3, 8, 8)"
    got = count_network([], (3, 8, 8))
    if isinstance(got, tuple) and len(got) == 3 and isinstance(got[1], int) and got[1] > 0:
        that(False, f"{why}: you count {got[1]:,} parameters: sums from earlier calls are still in it", 3)
    expect(got, ((3, 8, 8), 0, 0), f"{why}, what comes in goes out", 3)


def _network_mistakes(that, got: tuple, why: str, right: tuple, parts: list) -> None:
    """Sums that tell how they came about."""
    for k, name in enumerate(("parameters", "MACs")):
        mine, yours, column = right[k + 1], got[k + 1], [part[k] for part in parts]
        if len(parts) > 1 and isinstance(yours, int | np.integer) and yours != mine:
            words = f"{why}: {mine:,} {name}; you count {yours:,}"
            that(yours != column[-1], f"{words}: only those of the last layer. Add them up", 3)
            that(yours != column[0], f"{words}: only those of the first layer. Add them up", 3)
            that(yours != sum(set(column)), f"{words}: a layer that comes twice costs twice", 3)
            close = abs(int(yours) - mine) < 1e-4 * mine or mine >= 2**31
            more = "Each layer gets what the last one put out: hand the whole shape on"
            that(close, f"{words}. {more}", 3)
