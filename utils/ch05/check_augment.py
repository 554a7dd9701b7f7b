"""Lab 05's check of an augmentation and of its proof."""

from __future__ import annotations

import numpy as np

from utils.ch05.lab import Counted, alike, augmentations, coordinates, moved_by, some_boxes, unlikely
from utils.checks import check

SURVIVED = (  # of exercise 3's augmentations; all others destroy labels
    "nothing",
    "a move down and right as far as each digit's box allows",
    "a move up and left as far as each digit's box allows",
    "a move to the right written into the array that it got",
    "a wrap-around that cuts the ground only",
    "a black pixel beside each digit",
)
CHANCE = 9  # fewer than 1 in 10**9 right answers draw so unevenly
MIXED = np.array([[20, 20, 44, 40], [0, 0, 30, 20], [40, 50, 64, 64], [3, 10, 61, 50], [0, 1, 64, 60]] * 12)
FREE = np.array([[20, 20, 44, 40]] * 60)


def to_look_at(augment, boxes, right) -> str:
    """Of what comes out of one call, the image that tells most: whose digit is lost, or its first pixel repeated."""
    before = coordinates(len(boxes))
    after = augment(before.copy(), np.random.default_rng(2))
    for i, (top, left, bottom, last) in enumerate(boxes.tolist()):
        block, which = before[i, top:bottom, left:last], f" Image {i}, box {boxes[i].tolist()}: "
        h, w, _ = block.shape
        starts = np.argwhere((after[i] == block[0, 0]).all(axis=-1))
        if not any(np.array_equal(after[i, r : r + h, c : c + w], block) for r, c in starts):
            return f"{which}its digit isn't whole any more"
        if right and len(starts) > 1:
            words = (
                f"{which}a repeated edge repeats the block's first pixel. Do you compare at each place where "
            )
            return words + "it stands, and make the coordinates anew for each call?"
    return ""


@check("05-augment")
def check_augment(that, shifted, survives):
    def ask(boxes, most, rng, x):
        x, given = x.copy(), boxes.copy()
        x.flags.writeable = False
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
            image = after[i]
            black = (image == 0).all(axis=-1).sum() > 1
            that(not black, f"{which}: what comes in is black; repeat the image's edge", 2)
            that((image[..., 2] == i).all(), f"{which}: what comes in is another image's", 2)
            edge = abs(moves[i]).max()
            words = f"{which}: what comes in isn't the edge, repeated for {edge} pixels. "
            words += "Wrapped round, mirrored, or too narrow a padding?"
            that(False, words, 2)
        for i in np.flatnonzero(((moves > 64 - boxes[:, 2:]) | (moves < -boxes[:, :2])).any(axis=1))[:1]:
            which = f"most = {most}, box {boxes[i].tolist()}"
            that(False, f"{which} is moved by {moves[i].tolist()} (down, right): that cuts the digit", 1)
        that(abs(moves).max() <= most, f"most = {most}, and an image moves by {abs(moves).max()}", 1)
        return moves

    rng, batch = np.random.default_rng(0), coordinates(60)
    moves = np.stack([look(ask(FREE, 8, rng, batch), 8, FREE) for _ in range(60)])  # (60, 60, 2)
    which = "most = 8, boxes with room"
    that(moves.any(), f"{which}: no image is moved", 1)
    that((moves != moves[:, :1]).any(), f"{which}: all images of a call move alike: draw for each image", 1)
    words = f"{which}: each call moves the images as the call before: don't make a generator of your own, "
    that((moves != moves[0]).any(), words + "draw from rng", 1)
    counts = np.stack([np.bincount(moves[..., axis].ravel() + 8, minlength=17) for axis in (0, 1)])
    ends = counts[:, -1].any() or not counts[:, :-1].all()
    that(ends, f"{which}: −8 to 7 come, and 8 never does. rng.integers leaves its upper end out: + 1", 3)
    words = f"{which}: down −8 to 8 should be equally likely; they came {counts[0].tolist()} times"
    that(unlikely(counts) < CHANCE, f"{words}. rng.integers(low, high + 1) draws so", 3)
    words = "of 60 images some always move alike, or the opposite way: draw for each image by itself"
    that(alike(moves) < 0.85, words, 1)
    for most in (1, 12):
        found = [look(ask(MIXED, most, rng, batch), most, MIXED) for _ in range(24)]
        found = np.concatenate(found).reshape(-1, 5, 2)  # (draws, boxes, down and right)
        for k, axis in np.ndindex(5, 2):
            box, way = MIXED[k].tolist(), ("down", "right")[axis]
            low, high = max(-most, -box[axis]), min(most, 64 - box[axis + 2])
            counts = np.bincount(found[:, k, axis] - low, minlength=high - low + 1)
            which = f"most = {most}, box {box}, {way}: {low} to {high}"
            never = (np.flatnonzero(counts == 0) + low).tolist()
            words = f"{which} are possible; in {counts.sum()} draws {never} never came"
            that(not never, words, 3)
            odd = high > low and unlikely(counts[None]) > CHANCE
            that(not odd, f"{which} should be equally likely; they came {counts.tolist()} times", 3)
        apart = abs(np.corrcoef(found[:, 0].T)[0, 1]) < 0.5
        that(apart, f"most = {most}: down and right aren't drawn each by itself", 1)
    dots = np.array([[31, 31, 33, 33]] * 60)
    for _ in range(3):
        look(ask(dots, 31, rng, batch), 31, dots)
    same = [ask(MIXED, 5, np.random.default_rng(1), batch) for _ in range(2)]
    that(np.array_equal(*same), "the same generator gives other images: draw from rng only", 1)
    other = ask(MIXED, 5, np.random.default_rng(2), batch)
    that(not np.array_equal(other, same[0]), "another generator gives the same images: draw from rng", 1)
    noise = rng.integers(0, 256, (5, 64, 64, 3), dtype=np.uint8)
    still = ask(MIXED[:5], 0, rng, noise)
    that(np.array_equal(still, noise), "most = 0: the images should come out as they went in", 1)
    that(len(ask(FREE[:1], 3, rng, noise[:1])) == 1, "one image goes in, and one comes out", 1)

    corners = [[0, 0, 57, 58], [10, 0, 40, 20], [0, 5, 31, 30], [34, 40, 64, 64]]
    boxes = np.concatenate([corners, some_boxes(rng, 2)])

    def judge(augment, right, words, hint, fails_at=0, look_at=""):
        generator, given = np.random.default_rng(2), boxes.copy()
        counted = Counted(augment, generator, fails_at)
        got = survives(counted, given, generator)
        that(isinstance(got, bool | np.bool_), f"survives returns True or False; you returned {got!r}", 1)
        that(np.array_equal(given, boxes), "survives changed boxes, which belong to the caller", 1)
        that(counted.calls > 0, f"survives, {words}: you never call augment", 1)
        that(not counted.others, f"survives, {words}: call augment with the rng that you were given", 1)
        that(got == right, f"survives, {words}: you say {got}.{look_at}", hint)
        calls = f"survives, {words}: 50 calls are asked for, and you made {counted.calls}"
        that(not right or counted.calls == 50, calls, 2)

    for (name, augment), (_, once_more) in zip(augmentations(boxes), augmentations(boxes), strict=True):
        right, look_at = name in SURVIVED, to_look_at(once_more, boxes, name in SURVIVED)
        says = "labels survive it" if right else "it destroys labels"
        judge(augment, right, f"{name}: {says}", 3 if right and not look_at else 2, look_at=look_at)
    same = dict(augmentations(boxes))["nothing"]
    judge(same, False, "50 calls, the last of them mirrored: it destroys labels", 2, fails_at=50)
    judge(same, True, "50 calls, and nothing is done in any of them", 2, fails_at=51)
