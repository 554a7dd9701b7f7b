"""The visible checks of lab 04, and what is right: PyTorch's results, and loops where it promises none."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.by_hand import as_array
from utils.ch04.design import (
    MOST_MACS,
    MOST_PARAMETERS,
    BadPlan,
    build,
    cost,
    digits,
    from_table,
    moved_validation,
    table,
    trained,
)
from utils.ch04.lab import MOST_STEPS, conv_layer, dense_layer, pool_layer, python_steps, unaided
from utils.checks import check


def convolved(
    x: np.ndarray, kernels: np.ndarray, bias: np.ndarray, stride: int, padding: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows (b * oh * ow, c * k * k) and maps (b, o, oh, ow) of images (b, c, h, w), by PyTorch in float64."""
    images, weights, shift = (torch.tensor(array, dtype=torch.float64) for array in (x, kernels, bias))
    rows = F.unfold(images, kernels.shape[-1], stride=stride, padding=padding).transpose(1, 2)
    maps = F.conv2d(images, weights, shift, stride=stride, padding=padding)
    return rows.reshape(-1, rows.shape[2]).numpy(), maps.numpy()


@check("04-im2col")
def check_im2col(that, im2col, conv2d):
    def expect(shape, out, k, stride, padding, seed=0, whole=False):
        rng = np.random.default_rng(seed)
        x = np.arange(np.prod(shape)).reshape(shape) if whole else rng.normal(size=shape)
        kernels, bias = rng.normal(size=(out, shape[1], k, k)), rng.normal(size=out)
        rows, plain = convolved(x, kernels, bias, stride, padding)
        _, flipped = convolved(x, kernels[..., ::-1, ::-1].copy(), bias, stride, padding)
        kept = [array.copy() for array in (x, kernels, bias)]
        why = f"images {shape}, k = {k}, stride {stride}, padding {padding}"
        got = unaided(im2col, kept[0], k, stride, padding)
        that(got is not None, "im2col returned nothing", 1)
        got = as_array(got)
        words = f"im2col of {why}: {plain.shape[2]} · {plain.shape[3]} windows an image make"
        that(got.shape == rows.shape, f"{words} {rows.shape}; your shape is {got.shape}", 1)
        wrong = np.argwhere(~np.isclose(got, rows, rtol=1e-5, atol=1e-6))
        if len(wrong):
            same = np.allclose(np.sort(got, axis=None), np.sort(rows, axis=None), rtol=1e-5, atol=1e-6)
            order = "the right numbers, but in another order: " * same
            row, column = map(int, wrong[0])
            words = f"in row {row}, column {column} belongs {rows[row, column]:.7g}"
            that(False, f"im2col of {why}: {order}{words}; yours is {got[row, column]:.7g}", 2)
        maps = unaided(conv2d, *kept, stride, padding)
        that(maps is not None, "conv2d returned nothing", 3)
        maps, words = as_array(maps), f"conv2d of {why}, {out} kernels"
        that(maps.shape == plain.shape, f"{words}: maps are {plain.shape}; yours are {maps.shape}", 3)
        wrong = np.argwhere(~np.isclose(maps, plain, rtol=1e-4, atol=1e-4))
        if len(wrong):
            flipped_too = np.allclose(maps, flipped, rtol=1e-4, atol=1e-4)
            that(not flipped_too, "conv2d flips the kernel: deep learning doesn't", 3)
            missed = np.allclose(maps + bias[:, None, None], plain, rtol=1e-4, atol=1e-4)
            that(not missed, "conv2d forgets the bias", 3)
            at = tuple(map(int, wrong[0]))
            that(False, f"{words}: at {at} it should be {plain[at]:.7g}; yours is {maps[at]:.7g}", 3)
        same = all(map(np.array_equal, kept, (x, kernels, bias)))
        that(same, f"{words}: your code changed x, kernels or bias. They belong to the caller", 1)

    expect((1, 1, 4, 4), 1, 3, 1, 0, whole=True)
    for case in [((1, 2, 3, 3), 1, 2, 1, 0), ((2, 1, 4, 5), 2, 2, 1, 0), ((2, 3, 6, 5), 4, 3, 1, 0)]:
        expect(*case)
    for case in [((2, 3, 7, 6), 4, 2, 2, 0), ((2, 3, 8, 9), 5, 3, 3, 0), ((2, 2, 5, 4), 3, 3, 1, 1)]:
        expect(*case)
    for case in [((3, 2, 8, 5), 4, 3, 2, 2), ((2, 3, 4, 6), 2, 1, 1, 0), ((2, 2, 4, 4), 3, 4, 1, 0)]:
        expect(*case)
    for case in [((2, 2, 7, 8), 3, 2, 3, 1), ((2, 2, 5, 6), 3, 1, 2, 1), ((2, 3, 6, 5), 4, 3, 1, 0, 1)]:
        expect(*case)  # windows with gaps; nothing but padding in a window; a shape for the second time
    for shape, out in [((2000, 1, 5, 5), 2), ((1, 2, 400, 9), 2), ((1, 2, 9, 400), 2), ((2, 1, 6, 6), 1000)]:
        over = {2000: "images", 1: "places", 2: "output channels"}[shape[0]]
        arrays = np.zeros(shape), np.zeros((out, shape[1], 3, 3)), np.zeros(out)
        for stride, padding in ((1, 0), (2, 1)):
            steps = python_steps(im2col, arrays[0], 3, stride, padding)
            words = (
                f"for images {shape}, stride {stride}: a loop of Python over {over}? 2,000 or so are enough"
            )
            that(steps <= MOST_STEPS, f"im2col takes {steps:,} instructions of Python {words}", 1)
            steps = python_steps(conv2d, *arrays, stride, padding)
            that(steps <= MOST_STEPS, f"conv2d takes {steps:,} for {out} kernels, {words}", 1)


def counted(layer: dict, shape: tuple) -> tuple[tuple, int, int]:
    """Shape, parameters and MACs, from a module of PyTorch that has shapes and no memory."""
    options = dict(layer)
    kind = options.pop("kind")
    if kind == "pool":
        out = F.max_pool2d(torch.zeros(1, *shape, device="meta"), layer["kernel"], layer["stride"]).shape[1:]
        return tuple(out), 0, 0
    if kind == "dense":
        module = nn.Linear(int(np.prod(shape)), layer["out"], layer["bias"], device="meta")
        out = (layer["out"],)
    else:
        sizes = {"kernel_size": options.pop("kernel"), "out_channels": options.pop("out")}
        module = nn.Conv2d(shape[0], **sizes, **options, device="meta")
        out = tuple(module(torch.zeros(1, *shape, device="meta")).shape[1:])
    places = int(np.prod(out)) // layer["out"]
    return out, sum(p.numel() for p in module.parameters()), module.weight.numel() * places


@check("04-count")
def check_count(that, count, count_network):
    def expect(got, right, why, hint=2):
        three = isinstance(got, tuple | list) and len(got) == 3
        that(three, f"{why}: return (out_shape, parameters, macs); you returned {got!r}", 3)
        shape = isinstance(got[0], tuple | list) and tuple(got[0]) == right[0]
        whole = shape and all(isinstance(side, int | np.integer) for side in got[0])
        that(whole or not shape, f"{why}: a shape holds whole numbers; yours is {got[0]}", 2)
        that(shape, f"{why}: the shape that goes out is {right[0]}; yours is {got[0]}", 2)
        for name, mine, yours in zip(("parameters", "MACs"), right[1:], got[1:], strict=True):
            words = f"{why}: {mine:,} {name}; you count"
            that(isinstance(yours, int | np.integer), f"{words} {yours!r}: return a whole number", 3)
            double = name == "MACs" and mine > 0 and yours == 2 * mine
            that(not double, f"{words} {yours:,}, twice as many: FLOPs? A MAC is two of them", 1)
            that(yours == mine, f"{words} {yours:,}", hint)

    for layer, shape in [
        (dense_layer(10), (7,)),
        (dense_layer(10, bias=False), (64, 5, 4)),
        (conv_layer(32, 3), (1, 28, 28)),
        (conv_layer(64, 3), (32, 13, 13)),
        (conv_layer(4, 3, bias=False), (2, 6, 9)),
        (pool_layer(2, 2), (8, 11, 13)),
        (pool_layer(3, 2), (4, 9, 12)),
        (conv_layer(6, 3, stride=2), (3, 8, 10)),
        (conv_layer(5, 5, padding=2), (3, 9, 7)),
        (conv_layer(7, 4, stride=3, padding=1), (2, 12, 8)),
        (conv_layer(6, 3, groups=2), (4, 7, 6)),
        (conv_layer(16, 3, padding=1, groups=8, bias=False), (8, 5, 6)),
        (conv_layer(12, 1, groups=3), (6, 4, 3)),
        (conv_layer(8, 3, stride=2, groups=2), (4, 9, 6)),
        (conv_layer(4, 1, padding=1), (3, 5, 4)),
        (conv_layer(4, 3, padding=2), (3, 5, 4)),
        (pool_layer(2, 3), (5, 9, 13)),
        (conv_layer(4095, 9, padding=4), (511, 99, 101)),
    ]:
        given = dict(layer)
        expect(count(given, shape), counted(layer, shape), f"{layer} on {shape}")
        that(given == layer, f"count changed the layer {layer} into {given}: it belongs to the caller", 1)
    chain = [
        conv_layer(32, 3),
        pool_layer(2, 2),
        conv_layer(64, 3, groups=2),
        pool_layer(2, 2),
        dense_layer(20),
        dense_layer(10, bias=False),
    ]
    right, shape = np.zeros(2, int), (1, 28, 27)
    for layer in chain:
        shape, *more = counted(layer, shape)
        right += more
    given = [dict(layer) for layer in chain]
    got = count_network(given, (1, 28, 27))
    that(given == chain, "count_network changed the list of layers, which belongs to the caller", 1)
    expect(got, (shape, *right.tolist()), "count_network of six layers on (1, 28, 27)", 3)
    got = count_network([], (3, 8, 8))
    expect(got, ((3, 8, 8), 0, 0), "count_network of no layer on (3, 8, 8)", 3)


def pooled(x: np.ndarray, dy: np.ndarray, k: int, stride: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Largest values and where they were, both shaped as ``dy`` (b, c, oh, ow), and the gradient with respect to x.

    Of equals the first counts, row by row: PyTorch promises that nowhere, so it is done by loops.
    """
    y, where, dx = np.zeros(dy.shape), np.zeros(dy.shape, int), np.zeros(x.shape)
    for n, m, i, j in np.ndindex(y.shape):
        window = x[n, m, i * stride : i * stride + k, j * stride : j * stride + k]
        row, column = divmod(int(window.argmax()), k)
        row, column = row + i * stride, column + j * stride
        y[n, m, i, j], where[n, m, i, j] = x[n, m, row, column], row * x.shape[3] + column
        dx[n, m, row, column] += dy[n, m, i, j]
    return y, where, dx


@check("04-pool")
def check_pool(that, max_pool, max_pool_backward):
    def expect(x, k, stride, why):
        x = np.array(x, float)
        x = x.reshape((1,) * (4 - x.ndim) + x.shape)
        (b, c, h, w), rng = x.shape, np.random.default_rng(1)
        dy = rng.normal(size=(b, c, (h - k) // stride + 1, (w - k) // stride + 1))
        y, where, dx = pooled(x, dy, k, stride)
        kept = x.copy(), dy.copy(), where.copy()
        of = f"{why}, {x.shape}, k = {k}, stride {stride}"
        small = f", x = {x[0, 0].tolist()}" if x.size <= 30 else ""
        got = unaided(max_pool, kept[0], k, stride)
        that(isinstance(got, tuple | list) and len(got) == 2, "max_pool: return two things, (y, where)", 1)
        for name, mine, yours in zip(("y", "where"), (y, where), map(as_array, got), strict=True):
            words = f"max_pool of {of}{small}: {name} should be"
            that(yours.shape == mine.shape, f"{words} of shape {mine.shape}; yours is {yours.shape}", 1)
            right = np.isclose(yours, mine, rtol=1e-6, atol=0) if name == "y" else yours == mine
            at = None if right.all() else tuple(map(int, np.argwhere(~right)[0]))
            that(at is None, f"{words} {mine[at]} at {at}; yours is {yours[at]}", 2)
        whole = as_array(got[1]).dtype.kind in "iu"
        that(whole, "where has to hold whole numbers: it is used as an index", 2)
        unaided(
            max_pool, x[..., ::-1].copy(), k, stride
        )  # other images come through before the backward pass
        back = unaided(max_pool_backward, *kept[1:], x.shape)
        that(back is not None, "max_pool_backward returned nothing", 3)
        back, words = as_array(back), f"max_pool_backward of {of}"
        that(back.shape == x.shape, f"{words}: its shape is that of x, {x.shape}; yours is {back.shape}", 3)
        same = all(map(np.array_equal, kept, (x, dy, where)))
        that(same, f"{words}: your code changed x, dy or where. They belong to the caller", 1)
        kept_sum = np.isclose(back.sum(), dy.sum(), rtol=1e-4, atol=1e-5)
        more = f"the gradients that go in sum to {dy.sum():.5g}, those that come out to {back.sum():.5g}"
        that(kept_sum, f"{words}: {more}. Does a pixel that is the largest twice get both?", 2)
        close = np.allclose(back, dx, rtol=1e-5, atol=1e-6)
        that(close, f"{words}: the sum is right, but some go to the wrong pixels", 3)

    expect([[1, 2, 0, 3], [4, 0, 5, 1]], 2, 2, "two windows")
    expect([[-3, -1], [-2, -4]], 2, 2, "negative numbers")
    expect([[7, 7, 1, 1], [7, 7, 1, 1]], 2, 2, "ties: the first counts")
    expect([[0, 9, 0, 0], [9, 0, 0, 9]], 2, 2, "ties in two rows")
    expect([[0, 0, 0], [0, 9, 0], [0, 0, 0]], 2, 1, "four windows that share one largest pixel")
    expect([[1, 2, 9], [3, 4, 9], [9, 9, 9]], 2, 2, "a row and a column that no window reaches")
    expect([[5, 1, 9, 2, 8], [0, 2, 9, 7, 3]], 2, 3, "a gap between windows")
    rng = np.random.default_rng(0)
    expect(rng.normal(size=(2, 3, 6, 8)), 2, 2, "six maps")
    expect(rng.integers(-3, 3, (2, 3, 7, 9)), 3, 2, "six maps with ties and overlaps")
    expect(rng.normal(size=(1, 2, 5, 4)), 1, 1, "windows of one pixel")
    expect(rng.normal(size=(1, 2, 8, 6)), 1, 2, "pixels with gaps")
    expect(rng.normal(size=(1, 1, 20, 19)) - 1000, 3, 2, "a larger map, far below zero")
    expect(1 + 1e-7 * rng.permutation(36).reshape(6, 6), 2, 2, "numbers that hardly differ")


@check("04-design")
def check_design(that, design):
    got = design()
    two = isinstance(got, tuple | list) and len(got) == 2
    that(two and isinstance(got[1], dict), "return a tuple (plan, options): a list and a dict", 3)
    (plan, options), before = got, repr(got)
    try:
        plan = from_table(table(plan))
        parameters, macs = cost(build(plan))
        costs = f"your plan has {parameters:,} parameters and takes {macs:,} MACs"
        fits = parameters <= MOST_PARAMETERS and macs <= MOST_MACS
        that(fits, f"{costs}: {MOST_PARAMETERS:,} and {MOST_MACS:,} are allowed", 2)
        network = trained(plan, options)
    except BadPlan as error:
        that(False, str(error), 1)
    that(repr(design()) == before, "design returns something else each time: decide, then return that", 1)
    *images, labels = moved_validation()
    right, plain = (100 * np.mean(digits(network, x) == labels) for x in images)
    words = f"{costs}. It gets {right:.1f}% of the moved validation images right; 94.5% can be had"
    unmoved_only = plain > right + 10
    if unmoved_only:
        words += f" (unmoved: {plain:.1f}%. It hasn't learned that a moved digit is the same digit)"
    that(right >= 94.5, words, 1 if unmoved_only else 2)
