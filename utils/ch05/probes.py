"""Probes of lab 05: augmentations of which it is known whether a digit's label survives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from utils.ch05.sevens import SIZE


def coordinates(n: int) -> np.ndarray:
    """Probes (n, 64, 64, 3) uint8, n ≤ 256: each pixel holds its row, its column and its picture's number."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    x = np.empty((n, SIZE, SIZE, 3), np.uint8)
    x[..., 0], x[..., 1], x[..., 2] = rows, columns, np.arange(n)[:, None, None]
    return x


def moves(boxes: np.ndarray) -> Iterator[tuple[str, bool, Callable]]:
    """Augmentations for digits in boxes (n, 4): a name, whether labels survive, and ``augment(x, rng)``.

    A box is its first row and column, and those after its last; n ≥ 4, and none fills its picture.
    """
    room = np.stack([boxes[:, :2], SIZE - boxes[:, 2:]])  # (2, n, 2): free above and left, below and right

    def by(down, right, wrap=False):
        def move(x, rng):
            return _gathered(x, np.broadcast_to(down, len(x)), np.broadcast_to(right, len(x)), wrap)

        return move

    def swapped(x, rng):
        x = x.copy()
        x[[1, 3]] = x[[3, 1]]
        return x

    def covered(i, row, column):
        def cover(x, rng):
            x = x.copy()
            x[i, row, column] = 255
            return x

        return cover

    (top, left, bottom, right), last = boxes[2], len(boxes) - 1
    up, to_left = (-room[0, :, axis] for axis in (0, 1))
    yield "nothing", True, lambda x, rng: x
    yield "a move down and right as far as each digit's box allows", True, by(*room[1].T)
    yield "a move up and left as far as each digit's box allows", True, by(up, to_left)
    yield "a move to the right written into the array that it got", True, _in_place(by(0, room[1, :, 1]))
    yield "a wrap-around that cuts the ground only", True, by(up, to_left, wrap=True)
    yield "a black pixel beside each digit", True, _beside(boxes)
    yield "a mirror image, left to right", False, lambda x, rng: x[:, :, ::-1]
    yield (
        "a mirror image written into the array that it got",
        False,
        _in_place(lambda x, rng: x[:, :, ::-1].copy()),
    )
    yield "a turn upside down", False, lambda x, rng: x[:, ::-1, ::-1]
    yield "a mirror image, top to bottom", False, lambda x, rng: x[:, ::-1]
    yield "a quarter turn", False, lambda x, rng: np.rot90(x, axes=(1, 2))
    yield "rows and columns swapped", False, lambda x, rng: x.transpose(0, 2, 1, 3)
    yield "a move that cuts a digit's last column", False, by(0, room[1, :, 1] + (np.arange(len(boxes)) == 1))
    yield "a move that cuts a digit's first row", False, by(up - (np.arange(len(boxes)) == last), 0)
    yield "a wrap-around that cuts digits in two", False, by(room[1, :, 0] + 3, 0, wrap=True)
    yield "the pictures of the batch in another order", False, lambda x, rng: x[::-1]
    yield "two pictures of the batch swapped", False, swapped
    yield (
        "a pixel in the midst of one digit covered",
        False,
        covered(2, (top + bottom) // 2, (left + right) // 2),
    )
    yield "the last pixel of one digit covered", False, covered(last, boxes[last][2] - 1, boxes[last][3] - 1)
    yield "every other pixel, twice", False, lambda x, rng: x[:, ::2, ::2].repeat(2, axis=1).repeat(2, axis=2)
    yield "a mirror image in 1 call of 40", False, _seldom(lambda x, rng: x[:, :, ::-1])
    yield "one picture in 20 mirrored", False, _some_mirrored
    yield "one digit moved apart from its ground, its halves swapped", False, _halves_swapped(boxes)


def _gathered(x: np.ndarray, down: np.ndarray, right: np.ndarray, wrap: bool) -> np.ndarray:
    i, places = np.arange(len(x))[:, None, None], np.arange(SIZE)
    rows, columns = places[:, None] - down[:, None, None], places - right[:, None, None]
    if wrap:
        return x[i, rows % SIZE, columns % SIZE]
    return x[i, rows.clip(0, SIZE - 1), columns.clip(0, SIZE - 1)]


def _in_place(augment: Callable) -> Callable:
    def write(x, rng):
        x[...] = augment(x, rng)
        return x

    return write


def _beside(boxes: np.ndarray) -> Callable:
    def dot(x, rng):
        x = x.copy()
        for picture, (top, left, bottom, right) in zip(x, boxes, strict=True):
            outside = np.ones((SIZE, SIZE), bool)
            outside[top:bottom, left:right] = False
            row, column = np.argwhere(outside)[-1]
            picture[row, column] = 0
        return x

    return dot


def _seldom(augment: Callable) -> Callable:
    calls = 0

    def now_and_then(x, rng):
        nonlocal calls
        calls += 1
        return x if calls % 40 else augment(x, rng)

    return now_and_then


def _some_mirrored(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random((len(x), 1, 1, 1)) < 0.05, x[:, :, ::-1], x)


def _halves_swapped(boxes: np.ndarray) -> Callable:
    def swap(x, rng):
        x = x.copy()
        top, left, bottom, right = boxes[0]
        middle = (left + right) // 2
        x[0, top:bottom, left:right] = np.roll(x[0, top:bottom, left:right], right - middle, axis=1)
        return x

    return swap
