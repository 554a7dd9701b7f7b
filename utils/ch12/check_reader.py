"""Lab 12's check of a calibration reader: every image that it hands out is looked up."""

from __future__ import annotations

from collections import Counter

import numpy as np

from utils.ch12 import lab
from utils.ch12.design import Batches, quantized
from utils.checks import check

FIRST = "10 of each digit, 25 a batch"


def changed(x: np.ndarray, known: dict[bytes, int]) -> str:
    """What may have become of an image that isn't one of the known."""
    for factor, words in (
        (256, "divided by 256"),
        (255 * 255, "divided by 255 though nothing in it is above 1"),
    ):
        levels = np.round(factor * np.float64(x))
        if levels.max() <= 255 and levels.astype(np.uint8).tobytes() in known:
            return f": it was {words}"
    for grey in (np.frombuffer(key, np.uint8) for key in known):
        if np.allclose(np.where(grey > 1, grey / 255, grey), x.ravel(), atol=2e-3):
            return (
                ": its pixels of grey level 1 were left at 1. An image is raw as a whole, not pixel by pixel"
            )
        if np.allclose(grey / max(int(grey.max()), 1), x.ravel(), atol=2e-3):
            return ": it was divided by its own maximum"
    return ""


def copied(keys: list[bytes], images: np.ndarray, sorted_ones: bool) -> str:
    """How images came to be taken twice, where that can be told."""
    ways = {}  # grey levels: as what they came, in 0 … 1 or raw
    for image in images:
        grey = image if image.max() > 1 else 255 * image
        ways.setdefault(np.round(grey).astype(np.uint8).tobytes(), set()).add(image.tobytes())
    more = {key: n for key, n in Counter(keys).items() if n > 1}
    if all(n <= len(ways[key]) for key, n in more.items()):
        return f": {len(more)} came as an image and as its raw copy"
    return "" if sorted_ones else ": copies needn't stand side by side"


@check("12-reader")
def check_reader(that, Reader):
    def cost(batches):
        int8 = lab.accuracy(quantized(cnn_file, Batches(np.concatenate(batches).astype(np.float32))))
        words = f". Calibrated so, int8 gets {int8:.1f}% right, and fp32 {fp32:.1f}%"
        return words if fp32 - int8 >= 0.5 else ""

    def expect(images, labels, known, per_label, size, now):
        try:
            reader = Reader(images, labels, per_label, size)
        except Exception as error:
            again = now != FIRST and "Error" in type(error).__name__
            if again and not isinstance(error, NotImplementedError):
                words = f"{now}: the first Reader was made, a second one raises {error!r:.80}"
                that(False, f"{words}. Does something of the first stay on the class, or outside it?", 3)
            raise
        batches = lab.read(reader)
        some = len(batches) > 0
        that(some, f"{now}: get_next returns None at once; it should return a batch", 3)
        for x in batches:
            array = isinstance(x, np.ndarray)
            words = (
                f"{now}: a batch is a dict with an array under 'x', and nothing else; yours is a {x!s:.80}"
            )
            that(array, words, 3)
            fine = x.ndim == 4 and x.shape[1:] == (1, 28, 28) and x.dtype == np.float32
            words = f"{now}: a batch is float32 {(size, 1, 28, 28)}; yours is {x.dtype} {x.shape}"
            that(fine, words, 3)
        that(len(batches) < 100, f"{now}: get_next goes on for ever; after the last it returns None", 3)
        ended = all(reader.get_next() is None for _ in range(5))
        that(ended, f"{now}: after its None, get_next goes on; it shouldn't", 3)
        x = np.concatenate(batches)
        if x.max() > 1:
            words = f"{now}: images reach up to {x.max():.4g}, where the network is fed 0 … 1"
            that(False, f"{words}{cost(batches)}", 2)
        found, keys = lab.grey_levels(x, known)
        if -1 in found:
            k = found.index(-1)
            words = f"{now}: of those you return, image {k} is none of the collection, divided by 255 where it is raw"
            said = f"Its least and largest are {x[k].min():.4g} and {x[k].max():.4g}{changed(x[k], known)}"
            that(False, f"{words}. {said}", 2)
        if len(set(keys)) < len(keys):
            why = copied(keys, images, images is sorted_ones[0])
            that(
                False,
                f"{now}: of the {len(keys)} images {len(set(keys))} differ, and no two may be alike{why}",
                2,
            )
        count = np.bincount(found, minlength=10)
        if (count != per_label).any():
            words = (
                f"{now}: of the digits 0 to 9 there are {count.tolist()}, and {per_label} of each are asked"
            )
            if count.max() <= per_label and per_label == 16:
                words += ". There are just enough: two images that differ must not have one key"
            that(False, words, 3)
        sizes = [len(x) for x in batches]
        that(set(sizes) == {size}, f"{now}: the batches' sizes are {sizes}; {size} each are asked", 3)
        for read in (0, 1):
            reader.rewind()
            lab.read(reader, most=read)  # 0: at once again; 1: from the middle
            reader.rewind()
            again = [key for x in lab.read(reader) for key in lab.grey_levels(x, known)[1]]
            words = f"{now}: after rewind, {len(again)} images come, {len(set(again))} different ones;"
            that(sorted(again) == sorted(keys), f"{words} it should be the same {len(keys)} once more", 3)
        turns = lab.by_turns(reader, Reader(images, labels, per_label, size))
        again = [key for x in turns for key in lab.grey_levels(x, known)[1]]
        words = f"{now}: while a second Reader is read, too, the first returns {len(set(again))} different images,"
        that(sorted(again) == sorted(keys), f"{words} not its {len(keys)}: each has its own place", 3)

    cnn_file, _ = lab.cnn_files()
    fp32 = lab.accuracy(cnn_file)
    sorted_ones = lab.collection(np.random.default_rng(0), raw=(5, 7, 8, 9), faint=(0, 1, 2, 3))
    expect(*sorted_ones, 10, 25, FIRST)
    expect(*sorted_ones, 3, 10, "3 of each digit, 10 a batch")
    mixed = lab.collection(np.random.default_rng(1), raw=(0, 4, 6), faint=(0, 5, 9), shuffled=True)
    expect(*mixed, 12, 8, "a collection in no order, 12 of each digit, 8 a batch")
    expect(*mixed, 16, 4, "the same collection, all 16 of each digit, 4 a batch")
