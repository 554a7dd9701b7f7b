"""Lab 04's check of max pooling and its backward pass: what loops say, and what a wrong index or gradient tells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from utils.by_hand import as_array
from utils.ch04.check_count import shape_mistakes
from utils.ch04.lab import pool_layer, unaided
from utils.checks import check

CASES = {  # what it shows: images, k, stride
    "two windows": ([[1, 2, 0, 3], [4, 0, 5, 1]], 2, 2),
    "negative numbers": ([[-3, -1], [-2, -4]], 2, 2),
    "a large negative number": ([[1, -9], [2, 0]], 2, 2),
    "ties: the first counts": ([[7, 7, 1, 1], [7, 7, 1, 1]], 2, 2),
    "ties in two rows": ([[0, 9, 0, 0], [9, 0, 0, 9]], 2, 2),
    "four windows that share one largest pixel": ([[0, 0, 0], [0, 9, 0], [0, 0, 0]], 2, 1),
    "a row and a column that no window reaches": ([[1, 2, 9], [3, 4, 9], [9, 9, 9]], 2, 2),
    "a gap between windows": ([[5, 1, 9, 2, 8], [0, 2, 9, 7, 3]], 2, 3),
}


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


def windows_of(x: np.ndarray, k: int, stride: int) -> np.ndarray:
    """(b, c, oh, ow, k, k)."""
    return np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]


def y_mistakes(x: np.ndarray, k: int, stride: int) -> Iterator[tuple]:
    windows = windows_of(x, k, stride)
    yield windows.mean(axis=(4, 5)), "the mean of each window; its largest number is asked for"
    yield windows.min(axis=(4, 5)), "the smallest number of each window; the largest is asked for"
    yield (
        np.maximum(windows.max(axis=(4, 5)), 0),
        "never below 0: a maximum that starts at 0 is wrong where all numbers are negative",
    )
    yield np.abs(windows).max(axis=(4, 5)), "the largest by absolute value; −9 isn't larger than 2"
    flat = windows.reshape(*windows.shape[:4], -1)
    at = np.abs(flat).argmax(axis=-1)[..., None]
    yield np.take_along_axis(flat, at, -1)[..., 0], "the largest by absolute value; −9 isn't larger than 2"
    yield np.floor(windows.max(axis=(4, 5))), "rounded down to whole numbers"
    yield (
        pooled(x, np.zeros(windows.shape[:4]), k, stride)[1],
        "this is `where`: return (y, where), in this order",
    )


def where_mistakes(x: np.ndarray, k: int, stride: int, where: np.ndarray) -> Iterator[tuple]:
    (b, c, h, w), windows = x.shape, windows_of(x, k, stride)
    oh, ow = where.shape[2:]
    flat = windows.reshape(*windows.shape[:4], -1)
    inside, (i, j) = flat.argmax(axis=-1), np.ogrid[:oh, :ow]
    row, column = i * stride + inside // k, j * stride + inside % k
    last = k * k - 1 - flat[..., ::-1].argmax(axis=-1)
    last = (i * stride + last // k) * w + j * stride + last % k
    turned = windows.swapaxes(4, 5).reshape(flat.shape).argmax(axis=-1)
    turned = (i * stride + turned % k) * w + j * stride + turned // k
    yield inside, "that is the place in the window; the place in the image is asked for"
    yield (
        (i * stride + inside % k) * w + j * stride + inside // k,
        "place n of a window is its row n // k, column n % k",
    )
    size = np.abs(flat).argmax(axis=-1)
    size = (i * stride + size // k) * w + j * stride + size % k
    yield size, "the largest by absolute value; −9 isn't larger than 2"
    yield last, "of equal numbers the first counts, row by row; you take the last"
    yield turned, "of equal numbers the first counts, row by row; you go column by column"
    yield where + 1, "places are counted from 0; you count from 1"
    yield column * h + row, "a place is row · w + column; yours is column · h + row"
    yield row * h + column, "a row of the image has w numbers: row · w + column, not row · h + column"
    yield row * ow + column, "a row of the image has w numbers; you multiply by the number of windows"
    yield (
        (i + inside // k) * w + j + inside % k,
        "window i begins at row i · stride, not at row i; columns likewise",
    )
    yield (
        (i * k + inside // k) * w + j * k + inside % k,
        "windows begin every *stride* rows, and not every k rows",
    )
    first = inside[:1, :1]
    first = np.broadcast_to((i * stride + first // k) * w + j * stride + first % k, where.shape)
    yield first, "the places of the first map are given for all maps"
    more = np.arange(b * c).reshape(b, c, 1, 1) * h * w
    yield (
        where + more,
        "places are counted in each image and channel by itself, (h, w); yours go on over all of them",
    )
    yield (
        where + more % (c * h * w),
        "places are counted in each channel by itself, (h, w); yours go on over channels",
    )
    for kind in (np.int8, np.uint8, np.float16):
        yield (
            where.astype(kind).astype(np.int64),
            f"an {np.dtype(kind).name} doesn't hold numbers that large: use int64",
        )


def _another_value(x: np.ndarray, where: np.ndarray, yours: np.ndarray) -> Iterator[tuple]:
    """Where another place than the largest is given, what stands there."""
    flat = x.reshape(*x.shape[:2], -1)
    if yours.min() < 0 or yours.max() >= flat.shape[2] or yours.dtype.kind not in "iu":
        return
    largest, got = (
        np.take_along_axis(flat, it.reshape(*x.shape[:2], -1), 2).ravel() for it in (where, yours)
    )
    if (largest != got).any():
        at = int(np.argmax(largest != got))
        there = f"at your place, {yours.ravel()[at]}, stands {got[at]:.9g}"
        yield yours, f"the largest number, {largest[at]:.9g}, is at {where.ravel()[at]}; {there}"


def dx_mistakes(dy: np.ndarray, where: np.ndarray, shape: tuple) -> Iterator[tuple]:
    b, c, h, w = shape

    def added(gradient: np.ndarray, to: str = "add") -> np.ndarray:
        dx = np.zeros((b * c, h * w))
        index = np.arange(b * c)[:, None], where.reshape(b * c, -1)
        if to == "add":
            np.add.at(dx, index, gradient.reshape(b * c, -1))
        else:
            dx[index] = gradient.reshape(b * c, -1)
        return dx.reshape(shape)

    twice = "a pixel that is the largest of several windows gets the sum"
    yield (
        added(dy, "set"),
        f"{twice}; `dx[index] += …` adds once where an index occurs twice: np.add.at adds each time",
    )
    hits = np.maximum(added(np.ones(dy.shape)), 1)
    yield added(dy) / hits, f"{twice}, and not the mean"
    yield added(dy) / dy[0, 0].size, f"{twice}: nothing is divided"
    flat = np.zeros(b * c * h * w)
    np.add.at(flat, where.ravel(), dy.ravel())
    yield (
        flat.reshape(shape),
        "all gradients go to the first map: `where` counts within each image and channel",
    )
    yield added(np.maximum(dy, 0)), "gradients below 0 count, too"
    yield added(dy * (where > 0)), "place 0 is a pixel like any other"
    yield np.zeros(shape), "nothing arrives: all zeros"
    yield 2 * added(dy), "twice the gradient: is something left from the last call?"
    yield added(np.trunc(dy)), "the fractions are lost: an array of whole numbers?"
    yield added(np.ones(dy.shape)), "the gradient is what comes in, dy, and not 1"


@check("04-pool")
def check_pool(that, max_pool, max_pool_backward):
    def array_of(got, name):
        that(got is not None, f"{name} returned nothing: is there a `return`?", 3)
        that(not isinstance(got, list | tuple), f"{name} is a {type(got).__name__}: return an array", 1)
        return as_array(got)

    def differs(words, yours, mine, right, mistakes, hint):
        for wrong, mistake in mistakes:
            same = wrong.shape == yours.shape and np.allclose(yours, wrong, rtol=1e-6, atol=1e-9)
            that(not same, f"{words}: {mistake}", hint)
        at = tuple(map(int, np.argwhere(~right)[0]))
        near = " It is nearly right: as if rounded, or in half precision" * np.allclose(
            yours, mine, rtol=0.01
        )
        that(False, f"{words} should be {mine[at]:.7g} at {at}; yours is {yours[at]:.7g}.{near}", hint)

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
        that(got is not None, "max_pool returned nothing: is there a `return`?", 1)
        that(
            isinstance(got, tuple) and len(got) == 2, "max_pool: return a tuple of two arrays, (y, where)", 1
        )
        same = np.array_equal(kept[0], x)
        that(same, f"max_pool of {of}: your code changed x, which belongs to the caller: work on a copy", 1)
        found = [array_of(it, f"max_pool's {name}") for name, it in zip(("y", "where"), got, strict=True)]
        for name, mine, yours in zip(("y", "where"), (y, where), found, strict=True):
            words = f"max_pool of {of}{small}: {name}"
            if yours.shape != mine.shape:
                said = ""
                for (_, *sides), mistake in shape_mistakes(
                    pool_layer(k, stride), x.shape[1:], (c, *y.shape[2:])
                ):
                    said = said or f": {mistake}" * (yours.shape == (b, c, *sides))
                that(False, f"{words} should be of shape {mine.shape}; yours is {yours.shape}{said}", 1)
            right = np.isclose(yours, mine, rtol=1e-6, atol=0) if name == "y" else yours == mine
            if not right.all():
                mistakes = y_mistakes(x, k, stride) if name == "y" else where_mistakes(x, k, stride, where)
                if name == "where":
                    mistakes = [*mistakes, *_another_value(x, where, yours)]
                differs(words, yours, mine, right, mistakes, 2)
        that(found[1].dtype.kind in "iu", "where has to hold whole numbers: it is used as an index", 2)
        # Other images come through before the backward pass, of another size.
        unaided(max_pool, np.pad(x[..., ::-1], ((0, 0), (0, 0), (1, 0), (0, 2))), k, stride)
        back = array_of(unaided(max_pool_backward, *kept[1:], x.shape), "what max_pool_backward returned")
        words = f"max_pool_backward of {of}"
        that(back.shape == x.shape, f"{words}: its shape is that of x, {x.shape}; yours is {back.shape}", 3)
        same = np.array_equal(kept[1], dy) and np.array_equal(kept[2], where)
        that(same, f"{words}: your code changed dy or where, which belong to the caller: work on a copy", 1)
        right = np.isclose(back, dx, rtol=1e-5, atol=1e-6)
        if not right.all():
            sums = f"the gradients that go in sum to {dy.sum():.5g}, those that come out to {back.sum():.5g}"
            never = ~right & (dx == 0)
            more = "a pixel that was never the largest gets 0. Is something left from an earlier call?"
            mistakes = [*dx_mistakes(dy, where, x.shape), *[(back, more)] * bool(never.any())]
            shared = pooled(x, np.ones(dy.shape), k, stride)[2][~right] > 1
            several = "a pixel that is the largest of several windows gets the sum of their gradients"
            mistakes += [(back, several)] * bool(shared.all())
            differs(f"{words}: {sums}. dx", back, dx, right, mistakes, 2)

    for why, (x, k, stride) in CASES.items():
        expect(x, k, stride, why)
    rng = np.random.default_rng(0)
    expect(rng.normal(size=(2, 3, 6, 8)), 2, 2, "six maps")
    expect(rng.normal(size=(2, 3, 6, 8)), 2, 2, "six other maps")
    expect(rng.integers(-3, 3, (2, 3, 7, 9)), 3, 2, "six maps with ties and overlaps")
    expect(rng.normal(size=(1, 2, 5, 4)), 1, 1, "windows of one pixel")
    expect(rng.normal(size=(1, 2, 8, 6)), 1, 2, "pixels with gaps")
    expect(rng.normal(size=(1, 1, 20, 19)) - 1000, 3, 2, "a larger map, far below zero")
    expect(1 + 1e-7 * rng.permutation(36).reshape(6, 6), 2, 2, "numbers that hardly differ")
