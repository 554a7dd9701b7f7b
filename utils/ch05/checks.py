"""The visible checks of lab 05: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image
from sklearn.linear_model import Ridge
from sklearn.metrics import average_precision_score

from utils.ch05.design import SEED, BadOptions, complete, lower_end, photographed, scores_after, validation
from utils.ch05.lab import (
    augmentations,
    best_threshold,
    changed,
    coordinates,
    even,
    follows,
    from_one_to_the_next,
    images_in,
    moved_by,
    nearly,
    nudged,
    one_epoch,
    orders_of,
    png,
    relabelled,
    rows_fitted,
    small_folder,
    some_boxes,
    some_rows,
    with_copies,
    with_other_hash,
)
from utils.checks import check

SURVIVED = (  # of exercise 3's augmentations; all others destroy labels
    "nothing",
    "a move down and right as far as each digit's box allows",
    "a move up and left as far as each digit's box allows",
    "a move to the right written into the array that it got",
    "a wrap-around that cuts the ground only",
    "a black pixel beside each digit",
)


def few_files(rng, n):
    """n small random images in two classes, {name: bytes}; no two are the same."""
    return {
        f"{rng.choice(['other', 'seven'])}/{i:04d}.png": png(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
        for i in range(n)
    }


@check("05-split")
def check_split(that, split, clashes):
    def ask(files, shares):
        given = dict(files)
        got = split(given, dict(shares))
        that(isinstance(got, dict), f"split returns a dict; yours is a {type(got).__name__}", 1)
        that(given == files, "split changes the dict of files that it was given", 1)
        words = f"{len(files)} files go in, and {len(set(got) & set(files))} of their names come out"
        that(set(got) == set(files), words, 1)
        strange = {str(part) for part in got.values()} - set(shares)
        that(not strange, f"the parts are {', '.join(shares)}; yours include {', '.join(strange)}", 1)
        return got

    def same(others, old, why, hint=1):
        """others: {name: bytes}; old: which name the same image had in files."""
        two = ask(others, shares)
        moved = [new for new in others if two[new] != first[old.get(new, new)]]
        that(not moved, f"{len(moved)} of {len(others)} files change their part when {why}", hint)

    files, shares = few_files(np.random.default_rng(0), 60), {"train": 0.5, "val": 0.2, "test": 0.3}
    names, first = list(files), ask(files, shares)
    again = with_other_hash(ask, files, shares)
    that(again == first, "hash() of bytes is another one in every process, and so is your split", 2)
    that(ask(files, shares) == first, "two calls with the same files gave two splits", 1)
    same({name: files[name] for name in names[::-1]}, {}, "their order is turned")
    same({name: files[name] for name in names[::3]}, {}, "other files are taken away")
    renamed = {f"{name.split('/')[0]}/new-{i}.png": name for i, name in enumerate(names[::-1])}
    same({new: files[old] for new, old in renamed.items()}, renamed, "they are renamed")
    pixels = {name: np.asarray(Image.open(io.BytesIO(files[name]))) for name in names}
    packed = {name: png(pixels[name], compress_level=0) for name in names}
    same(packed, {}, "the same pixels are compressed otherwise")
    opaque = {name: png(pixels[name], "RGBA") for name in names}
    same(opaque, {}, "the same images are saved as RGBA", 2)
    for step, u in {0: 0.092536338, 1: 0.303676766, 3: 0.839289998, 5: 0.428892700}.items():
        little = {"seven/1.png": png((step * np.arange(48)).astype(np.uint8).reshape(4, 4, 3))}
        for edges, part in (((u + 1e-6, 0.01), "c"), ((u - 1e-6, 2e-6), "a"), ((u / 2, u / 2 - 1e-6), "b")):
            of = dict(zip("cab", (*edges, 1 - sum(edges)), strict=True))
            got = ask(little, of)["seven/1.png"]
            words = f"np.uint8({step} * np.arange(48)).reshape(4, 4, 3) has u = {u:.6f}; with shares {of} "
            that(got == part, f"{words} it goes to {part}, and you say {got}", 3)

    def expect(more, right, why):
        order = np.random.default_rng(1).permutation(list(more)).tolist()
        got = clashes({name: more[name] for name in order})
        that(isinstance(got, list), f"clashes returns a list; yours is a {type(got).__name__}", 3)
        that(got == right, f"clashes, {why}: that is {right}; yours is {got}", 3)

    one, two, three = (png(pixels[name]) for name in names[:3])
    a = {"other/a.png": one}
    expect(a | {"seven/b.png": two, "seven/a.png": three}, [], "images that differ")
    expect(a | {"other/b.png": one, "seven/c.png": three}, [], "two copies in the same class")
    ways = ("is the first without its colours", "is the first, turned", "is the first, mirrored")
    ways += ("has two values that are 1 off", "differs in blue alone", "differs in its last row alone")
    for image, way in zip(nearly(pixels[names[0]]), ways, strict=True):
        expect(a | {"seven/b.png": png(image)}, [], f"two images of which the second {way}")
    expect({"seven/b.png": one} | a, ["other/a.png", "seven/b.png"], "one image in two classes")
    more = {"seven/0.png": packed[names[1]], "other/9.png": two, "seven/1.png": two}
    expect(a | more, sorted(more), "three copies, one of them compressed otherwise")
    more = {"other/9.png": two, "seven/2.png": opaque[names[1]]}
    expect(more, sorted(more), "one image as RGB and as RGBA")


@check("05-pipeline")
def check_pipeline(that, pipeline):
    def one(dataset, known, batch_size, why):
        positions, labels, right, sizes, looks = one_epoch(dataset, known)
        n, words = len(known), f"{len(known)} readable images in batches of {batch_size}, {why}"
        that(sizes, f"{words}: no batch comes. Can your dataset be looped over again?", 3)
        kind, shape, axes = next(iter(looks))
        look = f"images (b, {shape}) {kind}, labels with {axes} axes"
        right_look = looks == {("uint8", (64, 64, 3), 1)}
        that(right_look, f"{words}: (b, 64, 64, 3) uint8 and (b,) are asked for; yours are {look}", 1)
        that(-1 not in positions, f"{words}: {positions.count(-1)} images are none of the folder's", 1)
        came = f"{len(positions)} came, {len(set(positions))} different ones"
        that(sorted(positions) == list(range(n)), f"{words}: {came}", 1)
        whole = [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
        that(sizes == whole, f"{words}: the batches are of {whole}; yours are {sizes}", 1)
        wrong = sum(mine != yours for mine, yours in zip(right, labels, strict=True))
        that(not wrong, f"{words}: {wrong} of {n} images have the wrong label", 1)
        return positions

    def ask(folder, batch_size, seed, names):
        got = pipeline(folder, batch_size, seed)
        pair = isinstance(got, tuple | list) and len(got) == 2
        that(pair, "return two things, (dataset, broken)", 1)
        that(list(got[1]) == names, f"broken should be {names}; yours is {got[1]}", 2)
        return got[0]

    rng, wrong = np.random.default_rng(0), (7, 20, 31)
    folder = small_folder(rng, 51, wrong)
    known, files = images_in(folder, wrong), sorted(folder.glob("*/*.png"))
    names = [f"{file.parent.name}/{file.name}" for file in files if int(file.stem) in wrong]
    one(ask(folder, 7, 3, names), known, 7, "first epoch")
    dataset, state = ask(folder, 7, 3, names), np.random.get_state()
    orders, error = orders_of(dataset, known, folder, 5)
    words = f"the folder is taken away after the first epoch, and then your dataset fails: {error}"
    that(error is None, words, 1)
    one(dataset, known, 7, "sixth epoch")
    near, kept = follows(orders)
    words = f"an epoch's order is {list(orders[0])}: shuffle image by image, across the whole folder"
    that(near < 0.4 and kept < 0.3, words, 2)
    near, kept = follows(from_one_to_the_next(orders))
    that(
        near < 0.4 and kept < 0.3,
        "an epoch's order is nearly that of the one before: shuffle anew, and all",
        2,
    )
    that(len(set(orders)) == 5, f"of five epochs some have the same order, {list(orders[0])}", 2)
    mates = [{frozenset(order[k : k + 7]) for k in range(0, 48, 7)} for order in orders]
    words = "batches of one epoch come again in the next: shuffle images, not batches"
    that(not mates[0] & mates[1], words, 2)
    dataset = ask(folder, 7, 3, names)
    np.random.seed(5)
    again, _ = orders_of(dataset, known, folder, 5)
    that(again == orders, "a second pipeline with the same seed brings other orders", 2)
    others, _ = orders_of(ask(folder, 7, 4, names), known, folder, 5)
    that(not set(others) & set(orders), "seeds 3 and 4 have an epoch's order in common", 2)
    np.random.set_state(state)
    for n, batch_size in ((24, 8), (6, 50), (5, 1)):
        small = small_folder(rng, n)
        one(ask(small, batch_size, 0, []), images_in(small, ()), batch_size, "first epoch")


@check("05-augment")
def check_augment(that, shifted, survives):
    def ask(boxes, most, rng, x):
        x, given = x.copy(), boxes.copy()
        x.flags.writeable = given.flags.writeable = False
        got = shifted(x, given, most, rng)
        that(isinstance(got, np.ndarray), f"shifted returns an array; yours is a {type(got).__name__}", 1)
        words = f"{x.shape} uint8 go in; {got.shape} {got.dtype} come out"
        that(got.shape == x.shape and got.dtype == x.dtype, words, 1)
        that(not np.shares_memory(got, x), "return new images, with memory of their own", 1)
        that(np.array_equal(given, boxes), "your code changed boxes, which belong to the caller", 1)
        return got

    def look(after, most, boxes):
        moves, clean = moved_by(after)
        for i in np.flatnonzero(~clean)[-1:]:
            which = f"most = {most}, box {boxes[i].tolist()}, moved by {moves[i].tolist()} (down, right)"
            that((after[i, ..., 2] == i).all(), f"{which}: what comes in is black, or another image's", 2)
            that(False, f"{which}: what comes in isn't the edge repeated. Wrapped round, or mirrored?", 2)
        for i in np.flatnonzero(((moves > 64 - boxes[:, 2:]) | (moves < -boxes[:, :2])).any(axis=1))[:1]:
            which = f"most = {most}, box {boxes[i].tolist()}"
            that(False, f"{which} is moved by {moves[i].tolist()} (down, right): that cuts the digit", 1)
        that(abs(moves).max() <= most, f"most = {most}, and an image moves by {abs(moves).max()}", 1)
        return moves

    rng = np.random.default_rng(0)
    five = [[20, 20, 44, 40], [0, 0, 30, 20], [40, 50, 64, 64], [3, 10, 61, 50], [0, 1, 64, 60]]
    boxes, batch = np.array(five * 12), coordinates(60)
    for most in (1, 12):
        found = [
            look(ask(boxes, most, rng, batch), most, boxes) for _ in range(40)
        ]  # 480 draws: none is missed by chance
        alike = all(len(np.unique(moves[::5], axis=0)) == 1 for moves in found)
        that(not alike, f"most = {most}: all images of a batch move alike; each by itself is asked for", 1)
        found = np.concatenate(found).reshape(-1, 5, 2)  # (draws, boxes, down and right)
        for k, axis in np.ndindex(5, 2):
            low, high = max(-most, -five[k][axis]), min(most, 64 - five[k][axis + 2])
            counts = np.bincount(found[:, k, axis] - low, minlength=high - low + 1)
            which = f"most = {most}, box {five[k]}, {('down', 'right')[axis]}: {low} to {high}"
            words = f"{which} are possible; in {counts.sum()} draws {(counts == 0).sum()} of them never came"
            that((counts > 0).all(), words, 3)
            that(even(counts), f"{which} should be equally likely; they came {counts.tolist()} times", 3)
        apart = abs(np.corrcoef(found[:, 0].T)[0, 1]) < 0.5
        that(apart, f"most = {most}: down and right aren't drawn each by itself", 1)
    same = [ask(boxes, 5, np.random.default_rng(1), batch) for _ in range(2)]
    that(np.array_equal(*same), "the same generator gives other images: draw from rng only", 1)
    other = ask(boxes, 5, np.random.default_rng(2), batch)
    that(not np.array_equal(other, same[0]), "another generator gives the same images: draw from rng", 1)
    noise = rng.integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)
    still = ask(boxes[:5], 0, rng, noise)
    that(np.array_equal(still, noise), "most = 0: the images should come out as they went in", 1)
    corners = [[0, 0, 30, 30], [10, 0, 40, 20], [0, 5, 31, 30], [34, 40, 64, 64]]
    boxes = np.concatenate([corners, some_boxes(rng, 2)])
    for name, augment in augmentations(boxes):
        right = name in SURVIVED
        got = survives(augment, boxes.copy(), np.random.default_rng(2))
        that(isinstance(got, bool | np.bool_), f"survives returns True or False; you returned {got!r}", 1)
        says = "labels survive it" if right else "it destroys labels"
        words = f"survives, {name}: {says}, and you say {got}. Boxes {boxes.tolist()}"
        that(got == right, words, 3 if right else 2)


@check("05-leaks")
def check_leaks(that, mended_detector):
    def ask(x, y, part, penalties):
        given = [np.array(array) for array in (x, y, part)]
        rows_fitted()
        got = mended_detector(*given, penalties)
        same = all(map(np.array_equal, given, (x, y, part)))
        that(same, "your code changed x, y or part, which belong to the caller", 1)
        that(isinstance(got, dict), f"return a dict; you returned a {type(got).__name__}", 1)
        missing = ", ".join(sorted({"score", "threshold", "precision", "recall"} - set(got)))
        that(not missing, f"the dict lacks {missing}", 1)
        scores = np.asarray(got["score"](fresh))
        that(scores.shape == (100,), f"score of 100 rows (100, 49) has shape {scores.shape}", 3)
        return scores, got

    rng, names = np.random.default_rng(0), {"val": "validation", "test": "test"}
    (x, y, part), (fresh, *_), penalties = some_rows(rng, 400), some_rows(rng, 100), (1, 300, 1e4)
    plain, got = ask(x, y, part, (300,))
    fits = rows_fitted()
    that(fits, "train by calling fitted: the check looks at what it is given", 1)
    used, train = fits[-1], x[part == "train"]
    that(len(used) == 480, f"240 training rows and 240 nudged ones: fitted is given {len(used)}", 1)
    for which, name in names.items():
        for what in ("labels", "rows"):
            scores, other = ask(*changed(x, y, part, which, what), part, (300,))
            words = f"with other {name} {what} and the same penalty, new rows score otherwise: {name} rows"
            words += " are trained on" if what == "labels" else " go into mean, std or training"
            that(np.allclose(scores, plain, atol=1e-3), words, 1)
            held = which == "val" or np.isclose(other["threshold"], got["threshold"], atol=1e-3)
            that(held, f"with other test {what} your threshold is another: choose it on validation", 3)
    mean, std = train.mean(axis=0), train.std(axis=0) + 1
    more = (np.concatenate([train, nudged(train)]) - mean) / std
    words = "fitted isn't given (row - mean) / std of training rows and of these, nudged, with mean and std"
    words += " + 1 of those that aren't nudged. Is it scaled twice, or before it is nudged?"
    that(np.allclose(np.sort(used.sum(axis=1)), np.sort(more.sum(axis=1)), atol=1e-2), words, 2)
    model = Ridge(alpha=300).fit(more, np.tile(y[part == "train"], 2))
    right = np.allclose(plain, model.predict((fresh - mean) / std), atol=1e-3)
    that(right, "new rows don't score as they should: has each row, nudged or not, its own label?", 2)
    alone = [ask(x, y, part, (penalty,)) for penalty in penalties]
    on = [{which: one["score"](x[part == which]) for which in names} for _, one in alone]
    for k, penalty in enumerate(penalties):
        y_new = relabelled(y, part, val=on[k]["val"], test=on[k - 1]["test"])
        scores, got = ask(x, y_new, part, penalties)
        table = [average_precision_score(y_new[part == "val"], of["val"]) for of in on]
        words = f"average precision on validation is {np.round(table, 3)} for the penalties {penalties}; "
        that(np.allclose(scores, alone[k][0], atol=1e-3), words + f"you don't take {penalty:g}", 3)
    right, yours = best_threshold(on[1]["val"], y[part == "val"]), alone[1][1]["threshold"]
    that(abs(yours - right) < 1e-3, f"best_threshold on validation is {right:.3f}; yours is {yours:.3f}", 3)
    for into in ("test", "train"):
        rows, labels, where = with_copies(x, y, part, "test", into, 20)
        _, got = ask(rows, labels, where, penalties)
        said, true = got["score"](rows[where == "test"]) >= got["threshold"], labels[where == "test"]
        for name, right in (("precision", said.sum()), ("recall", true.sum())):
            right = np.sum(said & true) / right
            words = f"{name} on the whole test part is {right:.3f};"
            that(np.isclose(got[name], right), f"{words} you report {got[name]:.3f}", 3)
    scores, one = ask(x, y, part, penalties)
    for k, (source, into) in enumerate([("test", "train"), ("val", "train"), ("test", "val")] * 2):
        others, two = ask(*with_copies(x, y, part, source, into, 60, k < 3), penalties)
        alike = np.allclose(scores, others, atol=1e-3) and abs(one["threshold"] - two["threshold"]) < 1e-3
        that(alike, f"60 rows of {source} lie in {into}, too, and change your detector: leave them out", 2)


@check("05-design")
def check_design(that, design, choose_threshold):
    def expect(scores, is_seven, floor, why):
        scores, is_seven = np.array(scores, float), np.array(is_seven, bool)
        best, right = -1, np.inf
        for t in sorted(set(scores.tolist()), reverse=True):
            said = scores >= t
            if lower_end(np.sum(said & is_seven), said.sum()) >= floor and np.sum(said & is_seven) > best:
                best, right = np.sum(said & is_seven), t
        for array in (scores, is_seven):
            array.flags.writeable = False
        got = choose_threshold(scores, is_seven, floor)
        that(
            got is not None and np.ndim(got) == 0,
            f"choose_threshold, {why}: return one number, not {got!r}",
            2,
        )
        yours, few = scores >= got, f" of {scores.tolist()}" if len(scores) < 12 else ""
        words = f"choose_threshold, {why}, floor {floor}: that is {right:.6g}; yours is {float(got):.6g}{few}"
        n = int(yours.sum())
        if n:
            hits = int(np.sum(yours & is_seven))
            words += f". It flags {n}, {hits} rightly: a precision of {hits / n:.3f}"
            words += f", lower end {lower_end(hits, n):.3f}"
        that(float(got) == right, words, 2)

    rng, ones = np.random.default_rng(0), np.ones
    expect(range(9, 0, -1), [1, 1, 1, 1, 0, 1, 0, 0, 0], 0.5, "scores 9 to 1")
    expect(range(40), np.arange(40) > 15, 0.8, "24 sevens above all others")
    expect(range(60, 0, -1), np.r_[ones(20), 0, 0, ones(28), np.zeros(10)], 0.8, "falls, and rises again")
    ties = np.r_[np.arange(60, 30, -1), np.full(5, 30)]
    expect(ties, np.r_[ones(31), 0, 0, 0, 0], 0.85, "a run of equal scores")
    expect([3, 2, 1], [0, 0, 1], 0.5, "nothing reaches it")
    expect([9, 8, 7, 6, 5, 4], ones(6), 0.8, "six of six: too few to be sure of")
    expect(np.arange(30) - 40.0, np.arange(30) > 9, 0.7, "scores below zero")
    expect(np.arange(30, -3, -1), np.r_[ones(30), 0, 0, 0], 0.7, "the same recall at several thresholds")
    scores = rng.normal(size=400).round(2)
    expect(scores, rng.random(400) < 1 / (1 + np.exp(-4 * scores)), 0.7, "400 scores with ties")
    options = design()
    try:
        complete(options)
    except BadOptions as error:
        that(False, f"design: {error}", 1)
    x_val, is_seven = validation()
    (scores,) = scores_after(*photographed(), options, SEED, x_val)
    said = scores >= choose_threshold(scores.copy(), is_seven.copy(), 0.8)
    precision, recall = np.mean(is_seven[said]) if said.any() else 0, np.mean(said[is_seven])
    words = f"design: on validation, precision {precision:.2f} and recall {recall:.2f}; "
    words += "a recall of 0.6 is asked for"
    that(recall >= 0.6, words, 1 if recall < 0.4 else 2)
