"""Chapter 05's folder of PNG files: "is it a 7?", drawn from MNIST when first asked for, on coloured, textured grounds.

Nobody collected these pictures: this module draws them, so that they need no download. What it does to
them is what life does: the digit lies anywhere, in any size and colour, and the ground isn't plain.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from utils.data import load_mnist
from utils.making.bars import progress
from utils.models import kept

KEPT = {"sevens": "make"}
SIZE = 64  # pixels each way
COUNTS = {"train": 3_000, "val": 2_000, "test": 3_000}
CLASSES = ("other", "seven")  # folders, in the order in which Keras numbers them
BROKEN, MISLABELLED = "0700.png", "1403.png"  # in train; which class they lie in is for learners to find


def sevens_folder() -> Path:
    """The folder: ``train``, ``val`` and ``test``, in each ``other`` and ``seven``, in these 0000.png …

    8,000 images, 94 MB: drawn now, in some ten seconds, if they aren't there.
    """
    return kept(__name__, "sevens")


def ground(rng: np.random.Generator) -> np.ndarray:
    """A textured ground (64, 64, 3), float32, grey levels 0…255: one colour, stripes and blotches on it."""
    colour = rng.uniform(40, 215, 3)
    y, x = np.mgrid[:SIZE, :SIZE]
    angle, length = rng.uniform(0, np.pi), rng.uniform(5, 20)  # radians, pixels
    stripes = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / length)
    blotches = rng.normal(size=(8, 8)).repeat(8, axis=0).repeat(8, axis=1)
    texture = rng.uniform(4, 20) * stripes + rng.uniform(4, 12) * blotches  # (64, 64)
    return (colour + texture[..., None] + rng.normal(0, 6, (SIZE, SIZE, 3))).astype(np.float32)


def draw(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A picture (64, 64, 3) uint8 of a digit (28, 28) uint8.

    It lies anywhere, is 36 to 56 pixels wide, and lighter or darker than its ground.
    """
    size = int(rng.integers(36, 57))
    ink = np.asarray(Image.fromarray(digit).resize((size, size), Image.Resampling.BILINEAR))  # (size, size)
    top, left = rng.integers(0, SIZE - size + 1, 2)
    share = np.zeros((SIZE, SIZE, 1), np.float32)  # of each pixel, how much is ink
    share[top : top + size, left : left + size, 0] = ink / 255
    behind = ground(rng)
    way = 1 if behind.mean() < 128 else -1  # towards the side with more room
    colour = behind.mean(axis=(0, 1)) + way * rng.uniform(60, 140, 3)
    return np.clip(behind * (1 - share) + colour * share, 0, 255).astype(np.uint8)


def write(folder: Path, digits: np.ndarray, is_seven: np.ndarray, seed: int) -> None:
    """Draw digits (n, 28, 28) into FOLDER/other and FOLDER/seven; picture 0012.png shows digits[12]."""
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
    for i, (digit, seven) in enumerate(zip(digits, is_seven, strict=True)):
        picture = draw(digit, np.random.default_rng([seed, i]))
        Image.fromarray(picture).save(folder / CLASSES[int(seven)] / f"{i:04d}.png", compress_level=1)


def make(folder: Path) -> None:
    """Draw the whole folder: 8,000 pictures, about 94 MB; one of them is broken, one in the wrong place."""
    data = load_mnist()
    for seed, (part, count) in enumerate(COUNTS.items()):
        progress(seed, len(COUNTS), f"drawing {count:,} images")
        digits, labels = (getattr(data, f"{axis}_{part}")[:count] for axis in "xy")
        write(folder / part, digits, labels == 7, seed)
    (broken,) = (folder / "train").glob(f"*/{BROKEN}")
    broken.write_bytes(broken.read_bytes()[:2_000])  # as a copy that was cut off leaves it
    (wrong,) = (folder / "train").glob(f"*/{MISLABELLED}")
    wrong.rename(folder / "train" / ("seven" if wrong.parent.name == "other" else "other") / MISLABELLED)
