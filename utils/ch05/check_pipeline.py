"""Lab 05's check of the input pipeline: labels, orders, epochs."""

from __future__ import annotations

import numpy as np

from utils.ch05.lab import (
    by_one_step,
    follows,
    from_one_to_the_next,
    images_in,
    left_early,
    numbered_folder,
    one_epoch,
    orders_of,
    reach,
    small_folder,
    stays_put,
)
from utils.checks import check
from utils.processes import without_stderr

EPOCHS = 30


def look_of_batches(looks: set) -> str:
    """What is wrong with how batches look, "" where nothing is."""
    for kind, shape, axes, whole in sorted(looks):
        if "no pair" in kind:
            return f"a batch is a tuple (images, labels); yours is {kind.split(',')[0]}"
        if kind != "uint8" or shape != (64, 64, 3):
            return f"images are (b, 64, 64, 3) uint8; yours are (b, {', '.join(map(str, shape))}) {kind}"
        if axes != 1:
            return f"labels are (b,); yours have {axes} axes"
        if whole != "whole":
            return f"labels are whole numbers; yours are {whole}"
    return ""


@check("05-pipeline")
def check_pipeline(that, pipeline):
    def one(dataset, known, batch_size, why):
        positions, labels, right, sizes, looks = one_epoch(dataset, known)
        n, words = len(known), f"{len(known)} readable images in batches of {batch_size}, {why}"
        that(looks, f"{words}: no batch comes. Can your dataset be looped over again?", 3)
        wrong = look_of_batches(looks)
        that(not wrong, f"{words}: {wrong}", 1)
        that(-1 not in positions, f"{words}: {positions.count(-1)} images are none of the folder's", 1)
        came = f"{len(positions)} came, {len(set(positions))} different ones"
        that(sorted(positions) == list(range(n)), f"{words}: {came}", 1)
        whole = [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
        mixed = sizes != whole and sorted(sizes) == sorted(whole)
        that(
            not mixed, f"{words}: the batches are of {whole}; yours are {sizes}: shuffle before you batch", 2
        )
        that(sizes == whole, f"{words}: the batches are of {whole}; yours are {sizes}", 1)
        wrong = sum(mine != yours for mine, yours in zip(right, labels, strict=True))
        turned = ": other is 0, and seven is 1" if wrong == n else ""
        that(not wrong, f"{words}: {wrong} of {n} images have the wrong label{turned}", 1)
        return positions

    def ask(folder, batch_size, seed, names):
        got = pipeline(folder, batch_size, seed)
        pair = isinstance(got, tuple) and len(got) == 2
        that(pair, f"return a tuple (dataset, broken); yours is a {type(got).__name__}", 1)
        broken = got[1]
        that(isinstance(broken, list), f"broken is a list; yours is a {type(broken).__name__}", 2)
        text = all(isinstance(name, str) for name in broken)
        that(text, f"broken holds text such as 'seven/0012.png'; yours is {broken}", 2)
        that(sorted(broken) != names or broken == names, f"sort broken; yours is {broken}", 2)
        that(broken == names, f"broken should be {names}; yours is {broken}", 2)
        return got[0]

    def full_shuffle(orders, least):
        n = len(orders[0])
        words = f"of {n} images in {len(orders)} epochs none comes more than {round(n * reach(orders))} places before "
        words += "its turn: the shuffle buffer must hold the whole dataset, shuffle(len(images))"
        that(reach(orders) > least, words, 2)

    rng, wrong = np.random.default_rng(0), (7, 20, 31)
    folder = small_folder(rng, 51, wrong)
    known, files = images_in(folder, wrong), sorted(folder.glob("*/*.png"))
    names = [f"{file.parent.name}/{file.name}" for file in files if int(file.stem) in wrong]
    dataset = ask(folder, 7, 3, names)
    one(dataset, known, 7, "first epoch")
    one(dataset, known, 7, "second epoch")
    counts = left_early(dataset)
    words = f"a loop is left at its first batch, and the next brings {counts[0]} of {len(known)} images: "
    words += "each loop begins anew. __iter__ returns a new iterator each time, not self"
    that(counts == [len(known)] * 2, words, 3)
    words = "an epoch's arrays change when the next is looped over: hand out copies, not views of what you shuffle"
    that(stays_put(dataset), words, 1)

    dataset = ask(folder, 7, 3, names)
    with without_stderr():  # TensorFlow says there that it finds no file
        orders, error = orders_of(dataset, known, folder, EPOCHS)
    words = f"the folder is taken away after the first epoch, and then your dataset fails: {error}"
    that(error is None, words, 1)
    near, kept = follows(orders[:5])
    that(list(orders[0]) != list(range(48)), "an epoch has the order of the files: shuffle them", 2)
    labels = dict(known.values())
    first = [labels[position] for position in orders[0]]
    that(np.sum(np.diff(first) != 0) > 1, "the classes come one after the other: shuffle across both", 2)
    words = f"an epoch follows the order of the files, {list(orders[0])[:9]} …: shuffle image by image, across the "
    words += "whole folder. Is your buffer too small?"
    that(near < 0.4 and kept < 0.3, words, 2)
    words = "each epoch has the same order: shuffle anew in each (is it cached behind the shuffle, or seeded anew "
    that(len(set(orders)) > 1, words + "in each loop?)", 1)
    near, kept = follows(from_one_to_the_next(orders[:5]))
    words = "an epoch's order is nearly that of the one before: shuffle anew, and all"
    that(near < 0.4 and kept < 0.3, words, 2)
    first = next((k for k, order in enumerate(orders) if order in orders[:k]), None)
    words = f"of {EPOCHS} epochs {len(set(orders))} have an order of their own: epoch {first} brings an earlier one's"
    that(first is None, words, 2)
    mates = [{frozenset(order[k : k + 7]) for k in range(0, 48, 7)} for order in orders]
    words = "batches of one epoch come again in the next: shuffle images, not batches"
    that(not mates[0] & mates[1], words, 2)
    full_shuffle(orders, 0.84)
    words = "each epoch is the one before, multiplied and shifted modulo n: draw a new permutation"
    that(by_one_step(orders) < 0.6, words, 2)
    again, _ = orders_of(ask(folder, 7, 3, names), known, folder, EPOCHS)
    words = "a second pipeline with the same seed brings other orders: draw from a generator that seed alone begins "
    words += "(random.seed and np.random.seed were called between)"
    that(again == orders, words, 2)
    others, _ = orders_of(ask(folder, 7, 4, names), known, folder, EPOCHS)
    that(others != orders, "seeds 3 and 4 bring the same orders: seed has no say in yours", 2)
    same = next((k for k, order in enumerate(others) if order in orders), None)
    words = f"epoch {same} with seed 4 has the order of an epoch with seed 3: seed + epoch isn't enough; "
    words += "[seed, epoch] is"
    that(same is None, words, 2)
    large, known = numbered_folder(2_500)
    dataset = ask(large, 100, 0, [])
    orders = [one(dataset, known, 100, f"{which} epoch") for which in ("first", "second")]
    full_shuffle(orders, 0.9)
    near, _ = follows(from_one_to_the_next(orders))
    words = "of 2,500 images most come near their place in the epoch before: the shuffle buffer must hold the whole "
    that(near < 0.2, words + "dataset, shuffle(len(images))", 2)
    for n, batch_size in ((24, 8), (6, 50), (5, 1)):
        small = small_folder(rng, n)
        one(ask(small, batch_size, 0, []), images_in(small, ()), batch_size, "first epoch")
