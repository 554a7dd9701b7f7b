"""Lab 09's check of two of four: packed and unpacked, right and with each mistake."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from utils.ch09.lab import drawn_matrix
from utils.checks import check


def chosen(w: np.ndarray, key=np.abs, last=False, first_two=False) -> np.ndarray:
    """Places (rows, columns / 4, 2) of the two that are kept of each group, in order of place."""
    size = key(w).reshape(w.shape[0], -1, 4)
    if last:
        order = 3 - np.argsort(-size[..., ::-1], axis=-1, kind="stable")
    else:
        order = np.argsort(-size, axis=-1, kind="stable")
    return order[..., :2] if first_two else np.sort(order[..., :2], axis=-1)


def shrunk(w: np.ndarray, places: np.ndarray, high_first: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(values float16, index uint8) of these places."""
    values = np.take_along_axis(w.reshape(*places.shape[:2], 4), places, axis=-1)
    four = places.reshape(len(w), -1, 4)
    powers = np.array([64, 16, 4, 1] if high_first else [1, 4, 16, 64])
    return values.reshape(len(w), -1).astype(np.float16), (four @ powers).astype(np.uint8)


def _places(index: np.ndarray) -> np.ndarray:
    """(rows, columns / 8, 4): what a byte holds, from its lowest bits."""
    return (index[..., None] >> np.array([0, 2, 4, 6])) & 3


def grown(values: np.ndarray, index: np.ndarray, how=lambda places, group: places + 4 * group) -> np.ndarray:
    """The whole matrix (rows, columns), float32; ``how`` columns come of places and groups."""
    group = np.arange(values.shape[1]) // 2
    out = np.zeros((len(values), 2 * values.shape[1]), np.float32)
    columns = how(_places(index).reshape(values.shape), group) % out.shape[1]
    np.put_along_axis(out, columns, values.astype(np.float32), axis=1)
    return out


MISREAD = (
    (
        lambda places, group: places.reshape(len(places), -1, 4)[..., ::-1].reshape(places.shape) + 4 * group,
        "in a byte the first place is in the lowest two bits",
    ),
    (lambda places, group: places + 0 * group, "a place counts within its group: add 4 · the group"),
    (lambda places, group: (places + 4 * group) % 256, "columns overflow in uint8: index.astype(int) first"),
    (lambda places, group: places % 2 + 4 * group, "a place has two bits: & 3, and not & 1"),
    (
        lambda places, group: np.arange(places.shape[1]) % 2 + 4 * group + 0 * places,
        "you put the two at the first places of their group: index tells which",
    ),
)


def two_mistakes(w: np.ndarray) -> Iterator[tuple]:
    """(values and index of a mistake, its words, hint)."""
    values, index = shrunk(w, chosen(w))
    yield (np.abs(values), index), "numbers keep their signs: sizes are only for choosing", 1
    zero = np.where(values == 0, 0, chosen(w).reshape(values.shape))
    yield (
        (values, shrunk(w, zero.reshape(len(w), -1, 2))[1]),
        "a 0 that is kept has its place in the index, too",
        2,
    )
    yield shrunk(w, chosen(w, key=lambda it: it)), "you compare the weights themselves, not their sizes", 1
    yield shrunk(w, chosen(w, key=lambda it: -np.abs(it))), "you keep the two smallest of each four", 1
    yield shrunk(w, chosen(w, last=True)), "of equal sizes the first comes first; you keep the last", 2
    half = w.astype(np.float16)
    yield shrunk(w, chosen(half)), "choose by the float32 numbers, and round those to float16 after that", 2
    yield (
        shrunk(w, chosen(w, first_two=True)),
        "the two stand in order of their places, not of their sizes",
        2,
    )
    yield (
        shrunk(w, chosen(w), True),
        "in a byte the first place takes the lowest two bits, the last the highest",
        2,
    )
    places = np.broadcast_to(np.array([0, 1]), (len(w), w.shape[1] // 4, 2))
    yield shrunk(w, places), "you keep the first two of each four; keep the two largest", 1
    rows = chosen(np.ascontiguousarray(w.reshape(len(w), 4, -1).transpose(0, 2, 1)).reshape(w.shape))
    spread = np.take_along_axis(w.reshape(len(w), 4, -1).transpose(0, 2, 1), rows, axis=-1)
    wrong = spread.reshape(len(w), -1).astype(np.float16), shrunk(w, rows)[1]
    yield wrong, "a group is four neighbours in a row", 1


@check("09-two")
def check_two(that, compress, product):
    def packs(w, words):
        right, kept = shrunk(w, chosen(w)), w.copy()
        got = compress(w)
        if w.size <= 16:
            words = f"{words}, {w.tolist()}"
        two = isinstance(got, tuple) and len(got) == 2
        that(two, f"compress of {words}: return a tuple (values, index); yours is a {type(got).__name__}", 1)
        that(np.array_equal(w, kept), f"compress of {words}: your code changed w", 1)
        for name, mine, its in zip(("values", "index"), right, got, strict=True):
            array = isinstance(its, np.ndarray)
            that(array, f"compress of {words}: {name} is a NumPy array; yours is a {type(its).__name__}", 1)
            kind = f"{its.dtype} {its.shape}"
            same = its.dtype == mine.dtype and its.shape == mine.shape
            that(same, f"compress of {words}: {name} is {mine.dtype} {mine.shape}; yours is {kind}", 2)
        if all(map(np.array_equal, got, right)):
            return
        for wrong, why, hint in two_mistakes(w):
            that(not all(map(np.array_equal, got, wrong)), f"compress of {words}: {why}", hint)
        at = tuple(map(int, np.argwhere(_places(got[1]) != _places(right[1]))[:1].ravel()))
        if at:
            row, byte, _ = at
            eight = w[row, 8 * byte : 8 * byte + 8].tolist()
            mine, its = (_places(it)[row, byte].tolist() for it in (right[1], got[1]))
            why = f"row {row} has {eight} in columns {8 * byte} to {8 * byte + 7}: places {mine[:2]} and {mine[2:]}"
            why += f", byte {right[1][row, byte]}. Yours is {got[1][row, byte]}: {its[:2]} and {its[2:]}"
            that(False, f"compress of {words}: index: {why}", 2)
        row, column = map(int, np.argwhere(got[0] != right[0])[0])
        group = 4 * (column // 2)
        four, size = w[row, group : group + 4].tolist(), abs(right[0][row, column])
        why = f"of the four {four} belongs {right[0][row, column]}; yours is {got[0][row, column]}"
        why += ". Small numbers are kept, too: float16 goes down to 6e-8" * bool(0 < size < 1e-3)
        why += ". Round to the nearest: astype(np.float16)" * bool(
            abs(abs(got[0][row, column]) - size) < 0.02 * size
        )
        that(False, f"compress of {words}: values at {(row, column)}: {why}", 2)

    def multiplies(w, b, words, seed=0):
        values, index = shrunk(w, chosen(w))
        x = np.random.default_rng(seed).normal(size=(b, w.shape[1])).astype(np.float32)
        whole = grown(values, index)
        given = x.copy(), values.copy(), index.copy()
        got = product(*given)
        words = f"product of x {x.shape} and {words} {w.shape}"
        that(isinstance(got, np.ndarray), f"{words}: an array is asked; yours is {type(got).__name__}", 3)
        right = x @ whole.T
        turned = got.shape == right.shape[::-1] != right.shape
        that(not turned, f"{words}: {right.shape} is asked, yours is its transpose, {got.shape}: x @ w2.T", 3)
        that(got.shape == right.shape, f"{words}: its shape is {right.shape}; yours is {got.shape}", 3)
        its = got.dtype
        that(
            its == np.float32,
            f"{words}: float32 is asked; yours is {its}: turn the values into float32 first",
            3,
        )
        same = all(map(np.array_equal, given, (x, values, index)))
        that(same, f"{words}: your code changed x, values or index", 1)
        if np.allclose(got, right, rtol=1e-4, atol=1e-4):
            earlier[whole.shape] = whole
            return
        for how, why in MISREAD:
            wrong = grown(values, index, how)
            that(
                np.array_equal(wrong, whole) or not np.allclose(got, x @ wrong.T, 1e-3, 1e-3),
                f"{words}: {why}",
                3,
            )
        old = earlier.get(whole.shape)
        again = old is not None and np.allclose(got, x @ old.T, 1e-4, 1e-4)
        that(not again, f"{words}: yours is the product with an earlier call's matrix", 3)
        near = np.allclose(got, right, rtol=2e-2, atol=2e-2)
        that(not near, f"{words}: near, but something is rounded: values, x and sums are float32", 3)
        at = tuple(map(int, np.argwhere(~np.isclose(got, right, rtol=1e-4, atol=1e-4))[0]))
        why = f"at {at} belongs {right[at]:.5g}; yours is {got[at]:.5g}. A place is 4 · its group + its two bits"
        that(False, f"{words}: {why}", 3)

    earlier: dict[tuple, np.ndarray] = {}
    small = np.array([[3, -5, 1, 4, 0, 0, 2, 0]], np.float32)
    packs(small, "the example")
    packs(np.array([[1, -9, 2, 3, -4, 1, 2, -8]], np.float32), "negative numbers")
    packs(np.array([[1, 1, -1, 1, 0, 0, 0, 0]], np.float32), "equal sizes, and zeros")
    packs(np.array([[1, 2, 3, 4, 8, 7, 6, 5], [4, 1, 3, 2, 0, 1, 0, 2]], np.float32), "two rows")
    multiplies(small, 1, "the example")
    packs(
        np.array([[1e-30, -2e-30, 0, 3e-30, 2e-5, -1e-6, 300, 0]], np.float32),
        "tiny numbers, and a large one",
    )
    rng = np.random.default_rng(3)
    for rows, columns in [(1, 16), (3, 8), (3, 8), (24, 16), (5, 48), (16, 64)]:
        w = drawn_matrix(rng, rows, columns)
        packs(w, f"a matrix {w.shape}")
        packs(np.asfortranarray(w * rows), f"a transposed view {w.shape}")
        multiplies(w, 7, "a matrix", rows)
    w = drawn_matrix(rng, 3, 8)
    x, (values, index) = np.ones((2, 8), np.float32), shrunk(w, chosen(w))
    got = product(x, values, index)
    kept = got.copy()
    product(2 * x, values, index)
    that(
        np.array_equal(got, kept),
        "product's second call changes what the first returned: make a new array",
        1,
    )
    multiplies(drawn_matrix(rng, 4, 4096) * 4, 2, "a wide matrix")
