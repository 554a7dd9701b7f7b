"""What lab 05 hands its answers: PNG files, folders, probes that say where a pixel came from, and thumbnails."""

from __future__ import annotations

import builtins
import functools
import hashlib
import io
import itertools
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from scipy.stats import chi2
from sklearn.linear_model import Ridge

from utils.ch05.sevens import SIZE, write
from utils.checks import fixed
from utils.data import load_mnist

# ---- exercise 1 ----------------------------------------------------------------------------------


def png(pixels, mode="RGB", **options):
    """Pixels (h, w, 3) uint8 as the bytes of a PNG file, saved in this mode. P holds up to 256 colours."""
    kept = io.BytesIO()
    image = Image.fromarray(pixels)
    if mode == "P":
        colours, index = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True)
        image = Image.fromarray(index.reshape(pixels.shape[:2]).astype(np.uint8), "P")
        image.putpalette(colours.tobytes())
    image.convert(mode).save(kept, "PNG", **options)
    return kept.getvalue()


def exact_number(rng):
    """Pixels (6, 8, 3) whose first 8 bytes of SHA-256 are a float64 to the last bit: (pixels, u)."""
    while True:
        pixels = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
        number = int.from_bytes(hashlib.sha256(pixels.tobytes()).digest()[:8], "big")
        if number % 2**11 == 0:
            return pixels, number / 2**64


def with_other_hash(function, *arguments):
    """Call it in a Python whose hash() of text and bytes is another, as in every new process."""
    true_hash, salt = builtins.hash, str(np.random.default_rng().integers(2**60))
    builtins.hash = lambda value: true_hash((salt, value))
    try:
        return function(*arguments)
    finally:
        builtins.hash = true_hash


# ---- exercise 2 ----------------------------------------------------------------------------------

_salts = itertools.count()
_folders: list[tempfile.TemporaryDirectory] = []  # they are removed when the kernel ends


def small_folder(rng, n, broken=()):
    """A folder of n new images, a third of them sevens; numbers of broken ones may be given."""
    _folders.append(tempfile.TemporaryDirectory())
    folder = Path(_folders[-1].name) / "pictures"
    x_val = load_mnist().x_val
    is_seven = rng.permutation(np.arange(n) < n // 3)
    digits = x_val[rng.choice(len(x_val), n, replace=False)]
    write(folder, digits, is_seven, int(rng.integers(10**9)))
    for k, i in enumerate(broken):
        (file,) = folder.glob(f"*/{i:04d}.png")
        file.write_bytes([file.read_bytes()[:2_000], b"", b"This is no picture."][k % 3])
    (folder / "seven" / "Thumbs.db").write_bytes(b"what a file manager leaves")
    good = next(file for file in sorted(folder.glob("other/*.png")) if int(file.stem) not in broken)
    (folder / "other" / f"{good.name}.bak").write_bytes(good.read_bytes())
    return folder


@functools.lru_cache
def numbered_folder(n):
    """A folder of n plain images, the last third of them sevens, and its {pixels' bytes: (position, label)}."""
    _folders.append(tempfile.TemporaryDirectory())
    folder, known = Path(_folders[-1].name) / "pictures", {}
    for k in range(n):
        label, image = int(k >= n - n // 3), np.zeros((SIZE, SIZE, 3), np.uint8)
        image[0, 0] = *divmod(k, 256), 255  # all that tells one from another
        file = folder / ("other", "seven")[label] / f"{k:04d}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file, compress_level=1)
        known[image.tobytes()] = k, label
    return folder, known


def images_in(folder, broken):
    """{pixels' bytes: (position, label)} of its readable images, class by class, by name."""
    files = [file for file in sorted(folder.glob("*/*.png")) if int(file.stem) not in broken]
    labels = [int(file.parent.name == "seven") for file in files]
    return {np.asarray(Image.open(files[i])).tobytes(): (i, label) for i, label in enumerate(labels)}


def one_epoch(dataset, known):
    """(positions, labels, right labels, sizes of the batches, how they look) of one loop."""
    positions, labels, right, sizes, looks = [], [], [], [], set()
    for batch in dataset:
        if not (isinstance(batch, tuple) and len(batch) == 2):
            looks.add((f"a {type(batch).__name__}, no pair", (), 0, ""))
            continue
        images, of = (np.asarray(part) for part in batch)
        whole = "whole" if of.dtype.kind in "iu" else of.dtype.name
        looks.add((images.dtype.name, images.shape[1:], of.ndim, whole))
        found = [known.get(image.tobytes(), (-1, -1)) for image in images]
        positions += [position for position, _ in found]
        right += [label for _, label in found]
        labels += np.ravel(of).tolist()
        sizes.append(len(images))
    return positions, labels, right, sizes, looks


def left_early(dataset):
    """How many images a loop brings after one that was left at its first batch, and so a second time."""
    counts = []
    for _ in range(2):
        for _batch in dataset:
            break
        counts.append(sum(len(images) for images, _ in dataset))
    return counts


def stays_put(dataset):
    """Whether one epoch's arrays are still the same when the next has been looped over."""
    arrays = [np.asarray(part) for batch in dataset for part in batch]
    before = [array.copy() for array in arrays]
    for _batch in dataset:
        pass
    return all(map(np.array_equal, arrays, before))


def orders_of(dataset, known, folder, count):
    """The orders of so many epochs, the folder being away after the first; and the error, if there is one."""
    orders, away = [tuple(one_epoch(dataset, known)[0])], folder.with_name("away")
    states = random.getstate(), np.random.get_state()
    folder.rename(away)
    try:
        for _ in range(count - 1):
            salt = next(_salts)
            random.seed(salt), np.random.seed(salt)  # what all programs share has no say
            orders.append(tuple(one_epoch(dataset, known)[0]))
    except Exception as error:
        return orders, type(error).__name__
    finally:
        away.rename(folder)
        random.setstate(states[0]), np.random.set_state(states[1])
    return orders, None


def follows(orders):
    """How far orders follow the files': their mean correlation, and the share of neighbours that are kept."""
    number = np.arange(len(orders[0]))
    near = np.mean([abs(np.corrcoef(order, number)[0, 1]) for order in orders])
    return near, np.mean([abs(np.diff(order)) == 1 for order in orders])


def from_one_to_the_next(orders):
    """Each epoch's order, counted in the places of the epoch before: 0, 1, 2, … where nothing is new."""
    return [np.argsort(before)[list(after)] for before, after in zip(orders, orders[1:], strict=False)]


def reach(orders):
    """How far ahead of its turn an image comes at most, as a fraction of the epoch: near 1 for a full shuffle."""
    return max(np.max(np.array(order) - np.arange(len(order))) for order in orders) / len(orders[0])


def by_one_step(orders):
    """Of neighbours in one epoch, the fraction that lies equally far apart in the next, at the best of all steps.

    1 where each epoch is the one before, times a number, plus a number, modulo n.
    """
    n, k = len(orders[0]), np.arange(1, len(orders[0]))[:, None]
    pairs = ((np.diff(a), np.diff(b)) for a, b in zip(orders, orders[1:], strict=False))
    return max(np.mean((k * one - two) % n == 0, axis=1).max() for one, two in pairs)


# ---- exercise 3 ----------------------------------------------------------------------------------


def coordinates(n: int) -> np.ndarray:
    """Probes (n, 64, 64, 3) uint8, n ≤ 256: each pixel holds its row, its column and its image's number."""
    rows, columns = np.mgrid[:SIZE, :SIZE]
    x = np.empty((n, SIZE, SIZE, 3), np.uint8)
    x[..., 0], x[..., 1], x[..., 2] = rows, columns, np.arange(n)[:, None, None]
    return x


def some_boxes(rng, n):
    """Boxes (n, 4) of digits 20 to 50 pixels high and 12 to 40 wide, anywhere."""
    height, width = rng.integers(20, 51, n), rng.integers(12, 41, n)
    top, left = rng.integers(0, 64 - height + 1), rng.integers(0, 64 - width + 1)
    return np.stack([top, left, top + height, left + width], axis=1)


def moved_by(after):
    """How far coordinates were moved, (n, 2): down, right; and whether that is all that happened, (n,)."""
    down, right = (32 - after[:, 32, 32, axis].astype(int) for axis in (0, 1))
    places, n = np.arange(SIZE), len(after)
    rows = (places - down[:, None]).clip(0, SIZE - 1)  # (n, 64)
    columns = (places - right[:, None]).clip(0, SIZE - 1)
    clean = (after[..., 0] == rows[:, :, None]).all(axis=(1, 2))
    clean &= (after[..., 1] == columns[:, None]).all(axis=(1, 2))
    clean &= (after[..., 2] == np.arange(n)[:, None, None]).all(axis=(1, 2))
    return np.stack([down, right], axis=1), clean


def unlikely(counts):
    """-log10 of the chance that equally likely values are drawn as unevenly as this; counts (axes, values)."""
    expected = counts.sum(axis=1, keepdims=True) / counts.shape[1]
    freedom = len(counts) * (counts.shape[1] - 1)
    return -chi2.logsf(np.sum((counts - expected) ** 2 / expected), freedom) / np.log(10)


def alike(moves):
    """The largest correlation, either way, of two of all draws (calls, n, 2): images and axes."""
    each = moves.reshape(len(moves), -1).T.astype(float)
    each = each[each.std(axis=1) > 0]
    return float(np.abs(np.corrcoef(each) - np.eye(len(each))).max()) if len(each) > 1 else 1.0


class Counted:
    """An augmentation that counts its calls, and asks whether it is given the right generator."""

    def __init__(self, augment, rng, fails_at=0):
        self.augment, self.rng, self.fails_at = augment, rng, fails_at
        self.calls, self.others = 0, 0

    def __call__(self, x, rng):
        self.calls += 1
        self.others += rng is not self.rng
        return x[:, :, ::-1] if self.calls == self.fails_at else self.augment(x, rng)


def augmentations(boxes: np.ndarray) -> Iterator[tuple[str, Callable]]:
    """Augmentations for digits in boxes (n, 4): a name, and ``augment(x, rng)``.

    A box is its first row and column, and those after its last; n ≥ 4, and none fills its image.
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

    def mixed(x, rng):
        x, middle = x.copy(), (boxes[1][0] + boxes[1][2]) // 2
        x[1, middle:] = x[3, middle:]
        return x

    def covered(i, row, column):
        def cover(x, rng):
            x = x.copy()
            x[i, row, column] = 255
            return x

        return cover

    (top, left, bottom, right), last = boxes[2], len(boxes) - 1
    up, to_left = (-room[0, :, axis] for axis in (0, 1))
    yield "nothing", lambda x, rng: x
    yield "a move down and right as far as each digit's box allows", by(*room[1].T)
    yield "a move up and left as far as each digit's box allows", by(up, to_left)
    yield "a move to the right written into the array that it got", _in_place(by(0, room[1, :, 1]))
    yield "a wrap-around that cuts the ground only", by(up, to_left, wrap=True)
    yield "a black pixel beside each digit", _beside(boxes)
    yield "a mirror image, left to right", lambda x, rng: x[:, :, ::-1]
    yield (
        "a mirror image written into the array that it got",
        _in_place(lambda x, rng: x[:, :, ::-1].copy()),
    )
    yield "a turn upside down", lambda x, rng: x[:, ::-1, ::-1]
    yield "a mirror image, top to bottom", lambda x, rng: x[:, ::-1]
    yield "a quarter turn", lambda x, rng: np.rot90(x, axes=(1, 2))
    yield "rows and columns swapped", lambda x, rng: x.transpose(0, 2, 1, 3)
    yield "a move that cuts a digit's last column", by(0, room[1, :, 1] + (np.arange(len(boxes)) == 1))
    yield "a move that cuts a digit's first row", by(up - (np.arange(len(boxes)) == last), 0)
    yield "a wrap-around that cuts digits in two", by(room[1, :, 0] + 3, 0, wrap=True)
    yield "the images of the batch in another order", lambda x, rng: x[::-1]
    yield "two images of the batch swapped", swapped
    yield "the lower part of one image taken from another image", mixed
    yield (
        "a pixel in the midst of one digit covered",
        covered(2, (top + bottom) // 2, (left + right) // 2),
    )
    yield "the last pixel of one digit covered", covered(last, boxes[last][2] - 1, boxes[last][3] - 1)
    yield "every other pixel, twice", lambda x, rng: x[:, ::2, ::2].repeat(2, axis=1).repeat(2, axis=2)
    yield "a mirror image in 1 call of 40", _seldom(lambda x, rng: x[:, :, ::-1])
    yield "one image in 20 mirrored", _some_mirrored
    yield "one digit moved apart from its ground, its halves swapped", _halves_swapped(boxes)


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
        for image, (top, left, bottom, right) in zip(x, boxes, strict=True):
            outside = np.ones((SIZE, SIZE), bool)
            outside[top:bottom, left:right] = False
            row, column = np.argwhere(outside)[-1]
            image[row, column] = 0
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


# ---- exercise 4 ----------------------------------------------------------------------------------

_fits: list[np.ndarray] = []  # the rows that fitted was given, call by call


def nudged(x):
    """Thumbnails (n, 49) moved to the right by one pixel."""
    return x.reshape(-1, 7, 7)[:, :, [0, 0, 1, 2, 3, 4, 5]].reshape(len(x), 49)


def fitted(x, y, penalty):
    """Least squares with a penalty on the weights: a function of rows (m, 49), which returns scores (m,)."""
    _fits.append(np.array(x))
    return Ridge(alpha=penalty).fit(x, y).predict


def best_threshold(scores, y):
    """Of all thresholds, the one with the best F1; of equals, the highest."""
    thresholds = np.unique(scores)[::-1]
    said = scores >= thresholds[:, None]  # (t, n)
    return thresholds[np.argmax(2 * np.sum(said & y, axis=1) / (said.sum(axis=1) + y.sum()))]


def rows_fitted() -> list[np.ndarray]:
    """The rows that fitted was given since this was asked for the last time, call by call."""
    rows = _fits.copy()
    _fits.clear()
    return rows


def some_rows(rng, n):
    """Thumbnails x (n, 49), y (n,), a third of them sevens, and part (n,): 3 in 5 train, 1 in 5 val and test."""
    is_seven, third = load_mnist().y_train == 7, n // 3
    chosen = [rng.choice(np.flatnonzero(is_seven), third, False)]
    chosen += [rng.choice(np.flatnonzero(~is_seven), n - third, False)]
    chosen = rng.permutation(np.concatenate(chosen))
    x = load_mnist().x_train[chosen].reshape(n, 7, 4, 7, 4).mean(axis=(2, 4)).reshape(n, 49)
    return x, is_seven[chosen], np.array(["train", "val", "test", "train", "train"])[np.arange(n) % 5]


def with_copies(x, y, part, source, into, count, turned=True):
    """The same rows, and count of one part once more in another, with the opposite labels if ``turned``."""
    chosen = np.flatnonzero(part == source)[:count]
    return (
        np.concatenate([x, x[chosen]]),
        np.r_[y, y[chosen] ^ turned],
        np.r_[part, np.full(len(chosen), into)],
    )


def reported(detector):
    """In words: its precision and recall as it reports them, and on 9,000 other rows."""
    few = some_rows(np.random.default_rng(1), 300)
    got = detector(*with_copies(*few, "test", "train", 40, False), (0.01, 1, 100))
    x, y, _ = some_rows(np.random.default_rng(2), 9_000)
    said = got["score"](x) >= got["threshold"]
    words = f"precision {got['precision']:.2f} and recall {got['recall']:.2f} as reported; "
    return words + f"{np.mean(y[said]):.2f} and {np.mean(said[y]):.2f} on 9,000 other rows"


def relabelled(y, part, **scores):
    """y, but the third of validation (test) with the highest scores is called sevens there."""
    y = y.copy()
    for which, score in scores.items():
        y[part == which] = score >= np.sort(score)[-len(score) // 3]
    return y


def changed(x, y, part, which, what):
    """(x, y) with other labels, or other rows, in one part."""
    x, y, here = x.copy(), y.copy(), part == which
    if what == "labels":
        y[here] ^= True
    else:
        x[here] = np.random.default_rng(3).uniform(0, 255, (here.sum(), 49))
    return x, y


fixed(__name__)
