"""Lab 04's check of im2col: what PyTorch's convolution says, and what a wrong order of numbers tells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
import torch.nn.functional as F

from utils.by_hand import as_array
from utils.ch04.check_count import shape_mistakes
from utils.ch04.lab import MOST_STEPS, conv_layer, python_steps, unaided
from utils.checks import check

CASES = [  # images, kernels, k, stride, padding: each the first in which some mistake shows
    ((1, 1, 4, 4), 1, 3, 1, 0),
    ((1, 2, 3, 3), 1, 2, 1, 0),
    ((2, 1, 4, 5), 2, 2, 1, 0),
    ((2, 3, 6, 5), 4, 3, 1, 0),
    ((2, 3, 7, 6), 4, 2, 2, 0),
    ((2, 3, 8, 9), 5, 3, 3, 0),
    ((2, 2, 5, 4), 3, 3, 1, 1),
    ((3, 2, 8, 5), 4, 3, 2, 2),
    ((2, 3, 4, 6), 2, 1, 1, 0),
    ((2, 2, 4, 4), 3, 4, 1, 0),
    ((2, 2, 7, 8), 3, 2, 3, 1),  # windows with gaps
    ((2, 2, 5, 6), 3, 1, 2, 1),  # nothing but padding in a window
    ((2, 1, 3, 5), 3, 1, 1, 0),  # rows of one number
    ((1, 2, 3, 3), 2, 3, 1, 0),  # a single row
    ((2, 3, 6, 5), 4, 3, 1, 0),  # a shape for the second time
]


def convolved(
    x: np.ndarray, kernels: np.ndarray, bias: np.ndarray, stride: int, padding: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows (b * oh * ow, c * k * k) and maps (b, o, oh, ow) of images (b, c, h, w), by PyTorch in float64."""
    images, weights, shift = (torch.tensor(array, dtype=torch.float64) for array in (x, kernels, bias))
    rows = F.unfold(images, kernels.shape[-1], stride=stride, padding=padding).transpose(1, 2)
    maps = F.conv2d(images, weights, shift, stride=stride, padding=padding)
    return rows.reshape(-1, rows.shape[2]).numpy(), maps.numpy()


def row_mistakes(
    x: np.ndarray, k: int, stride: int, padding: int, rows: np.ndarray, places: tuple
) -> Iterator:
    """(rows of a mistake, its words)."""
    (b, c, _, _), (oh, ow) = x.shape, places
    windows = rows.reshape(b, oh, ow, c, k, k)

    def order(*axes) -> np.ndarray:
        return windows.transpose(axes).reshape(-1)

    yield (
        order(0, 2, 1, 3, 4, 5),
        "rows go by image, then by the window's row, then by its column; yours go by column first",
    )
    yield order(1, 2, 0, 3, 4, 5), "rows go by image first; yours go by place first"
    yield (
        order(0, 1, 2, 4, 5, 3),
        "within a row channels come first, then kernel rows and columns; yours has channels last",
    )
    yield (
        order(0, 1, 2, 3, 5, 4),
        "within a row the kernel's rows come before its columns; yours are transposed",
    )
    yield (
        order(0, 3, 4, 5, 1, 2),
        "numbers of all windows side by side, reshaped: transpose before you reshape",
    )
    yield order(3, 4, 5, 0, 1, 2), "the transposed array, reshaped: each window is a row"
    yield windows[..., ::-1, ::-1].reshape(-1), "the windows are flipped"
    pads = ((0, 0), (0, 0), (padding, padding), (padding, padding))
    modes = {
        "edge": "the border's own pixels",
        "reflect": "mirrored pixels",
        "mean": "a mean",
        "wrap": "the other side",
    }
    for mode, words in modes.items():
        if padding and (mode != "reflect" or padding < min(x.shape[2:])):
            padded = np.pad(x, pads, mode=mode)
            yield (
                convolved(padded, np.zeros((1, c, k, k)), np.zeros(1), stride, 0)[0].ravel(),
                f"around the image come zeros, not {words}",
            )
    for sides in ((0, 2 * padding), (2 * padding, 0)):
        if padding:
            padded = np.pad(x, ((0, 0), (0, 0), sides, sides))
            found = convolved(padded, np.zeros((1, c, k, k)), np.zeros(1), stride, 0)[0]
            yield found.ravel(), "the zeros lie on one side only; half of them belong on each"
    late = x[:, :, stride - 1 :, stride - 1 :]
    if stride > 1 and min(late.shape[2:]) + 2 * padding >= k:
        found = convolved(late, np.zeros((1, c, k, k)), np.zeros(1), stride, padding)[0]
        yield found.ravel(), "the first window begins at row 0 and column 0"
    yield np.trunc(rows).ravel(), "the fractions are lost: an array of whole numbers?"


def map_mistakes(kernels: np.ndarray, bias: np.ndarray, rows: np.ndarray, shape: tuple) -> Iterator[tuple]:
    """(maps of a mistake, flat; its words)."""
    (b, o, oh, ow), k = shape, kernels.shape[-1]

    def maps(weights: np.ndarray, shift: np.ndarray | float) -> np.ndarray:
        return (rows @ weights.reshape(o, -1).T + shift).reshape(b, oh, ow, o).transpose(0, 3, 1, 2)

    right = maps(kernels, bias)
    yield maps(kernels[..., ::-1, ::-1], bias).ravel(), "conv2d flips the kernel: deep learning doesn't"
    yield maps(kernels, 0).ravel(), "conv2d forgets the bias"
    yield maps(kernels, -bias).ravel(), "the bias is subtracted: it is added"
    yield (
        maps(kernels, bias[0]).ravel(),
        "each output channel has a bias of its own; you add the first one everywhere",
    )
    yield maps(kernels, bias[::-1]).ravel(), "the biases come in the wrong order"
    yield maps(kernels, bias * k * k).ravel(), "the bias is added once to each number, not k · k times"
    yield (
        maps(kernels + bias[:, None, None, None], 0).ravel(),
        "the bias is added to each number of a map, not to each weight",
    )
    words = "the product is (b · oh · ow, o): reshape it to (b, oh, ow, o), and only then move the last axis"
    yield (rows @ kernels.reshape(o, -1).T + bias).ravel(), words
    yield (
        right.transpose(1, 0, 2, 3).ravel(),
        "images come first, then output channels; yours are the other way round",
    )
    yield right.swapaxes(2, 3).ravel(), "height and width are the other way round"
    words = (
        "the kernels' columns: kernels.reshape(o, -1).T has a kernel in each; a reshape to (…, o) mixes them"
    )
    yield (rows @ kernels.reshape(-1, o) + bias).reshape(b, oh, ow, o).transpose(0, 3, 1, 2).ravel(), words
    words = "the kernels' weights stand in another order than the rows' numbers: channels, kernel rows, kernel columns"
    for axes in ((0, 1, 3, 2), (0, 2, 3, 1), (0, 3, 2, 1), (1, 2, 3, 0), (1, 0, 2, 3)):
        yield maps(np.ascontiguousarray(kernels.transpose(axes)), bias).ravel(), words
    yield np.trunc(right).ravel(), "the fractions are lost: an array of whole numbers?"


@check("04-im2col")
def check_im2col(that, im2col, conv2d):
    def array_of(got, name):
        that(got is not None, f"{name} returned nothing: is there a `return`?", 1)
        that(not isinstance(got, list | tuple), f"{name} returned a {type(got).__name__}: return an array", 1)
        return as_array(got)

    def expect(shape, out, k, stride, padding, seed=0, whole=False):
        rng = np.random.default_rng(seed)
        x = np.arange(np.prod(shape)).reshape(shape) if whole else rng.normal(size=shape)
        kernels, bias = rng.normal(size=(out, shape[1], k, k)), rng.normal(size=out)
        rows, plain = convolved(x, kernels, bias, stride, padding)
        places = plain.shape[2:]
        kept = [array.copy() for array in (x, kernels, bias)]
        words = f"im2col of images {shape}, k = {k}, stride {stride}, padding {padding}"
        got = array_of(unaided(im2col, kept[0], k, stride, padding), "im2col")
        that(np.array_equal(kept[0], x), f"{words}: your code changed x, which belongs to the caller", 1)
        if got.shape != rows.shape:
            why = f"{words}: {shape[0]} · {places[0]} · {places[1]} windows make {rows.shape}"
            said = ""
            if got.shape == rows.shape[::-1]:
                said = " Each window is a row, not a column"
            elif got.size == rows.size:
                said = (
                    " Keep two axes, also where one has length 1" if got.ndim < 2 else " Flatten to two axes"
                )
            elif got.ndim == 2 and got.shape[1] == rows.shape[1]:
                layer = conv_layer(out, k, stride, padding)
                for (_, *found), mistake in shape_mistakes(layer, shape[1:], (out, *places)):
                    said = said or f" {mistake}" * (len(got) == shape[0] * found[0] * found[1])
            that(False, f"{why}; your shape is {got.shape}.{said}", 1)
        wrong = np.argwhere(~np.isclose(got, rows, rtol=1e-5, atol=1e-6))
        if len(wrong):
            for mistake, why in row_mistakes(x, k, stride, padding, rows, places):
                same = mistake.size == got.size and np.allclose(got.ravel(), mistake, rtol=1e-5, atol=1e-6)
                that(not same, f"{words}: {why}", 2)
            same = np.allclose(np.sort(got, axis=None), np.sort(rows, axis=None), rtol=1e-5, atol=1e-6)
            order = "the right numbers, but in another order: " * same
            near = np.allclose(got, rows, rtol=0.01, atol=0.01) and not same
            order += "nearly right, as if rounded or in half precision: " * near
            row, column = map(int, wrong[0])
            why = f"{order}in row {row}, column {column} belongs {rows[row, column]:.7g}"
            that(False, f"{words}: {why}; yours is {got[row, column]:.7g}", 2)
        maps = array_of(unaided(conv2d, *kept, stride, padding), "conv2d")
        several = f"{out} kernel{'s' * (out > 1)}"
        words = f"conv2d of images {shape}, {several}, k = {k}, stride {stride}, padding {padding}"
        for name, mine, theirs in zip(("x", "kernels", "bias"), (x, kernels, bias), kept, strict=True):
            that(
                np.array_equal(mine, theirs),
                f"{words}: your code changed {name}, which belongs to the caller",
                1,
            )
        if maps.shape != plain.shape:
            orders = {
                (0, 2, 3, 1): "the output channels' axis comes second",
                (0, 1, 3, 2): "height comes before width",
            }
            orders[1, 0, 2, 3] = "images come first, then output channels"
            said = [f": {why}" for axes, why in orders.items() if maps.shape == plain.transpose(axes).shape]
            that(
                False, f"{words}: maps are {plain.shape}; yours are {maps.shape}{said[0] if said else ''}", 3
            )
        wrong = np.argwhere(~np.isclose(maps, plain, rtol=1e-4, atol=1e-4))
        if len(wrong):
            for mistake, why in map_mistakes(kernels, bias, rows, plain.shape):
                that(not np.allclose(maps.ravel(), mistake, rtol=1e-4, atol=1e-4), f"{words}: {why}", 3)
            near = "nearly right, as if rounded or in half precision: " * np.allclose(
                maps, plain, rtol=0.01, atol=0.1
            )
            at = tuple(map(int, wrong[0]))
            that(False, f"{words}: {near}at {at} it should be {plain[at]:.7g}; yours is {maps[at]:.7g}", 3)

    expect(*CASES[0], whole=True)
    for seed, case in enumerate(CASES[1:]):
        expect(*case, seed=seed)
    for shape, out in [((2000, 1, 5, 5), 2), ((1, 2, 400, 9), 2), ((1, 2, 9, 400), 2), ((2, 1, 6, 6), 1000)]:
        over = {2000: "images", 1: "places", 2: "output channels"}[shape[0]]
        arrays = np.zeros(shape), np.zeros((out, shape[1], 3, 3)), np.zeros(out)
        for stride, padding in ((1, 0), (2, 1)):
            words = (
                f"for images {shape}, stride {stride}: a loop of Python over {over}? 2,000 or so are enough"
            )
            steps = python_steps(im2col, arrays[0], 3, stride, padding)
            that(steps <= MOST_STEPS, f"im2col takes {steps:,} instructions of Python {words}", 1)
            steps = python_steps(conv2d, *arrays, stride, padding)
            that(steps <= MOST_STEPS, f"conv2d takes {steps:,} for {out} kernels, {words}", 1)
