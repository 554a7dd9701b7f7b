"""Lab 05's check of the split by content: what is right, and what a mistaken split or clash tells."""

from __future__ import annotations

import hashlib
import io
import itertools
import operator
from collections.abc import Iterator

import numpy as np
from PIL import Image

from utils.ch05.lab import exact_number, png, with_other_hash
from utils.checks import check

THREE = {"train": 0.5, "val": 0.2, "test": 0.3}


def opened(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content))


def pixels(content: bytes) -> np.ndarray:
    return np.asarray(opened(content).convert("RGB"))


def fraction(data: bytes, order: str = "big", hashed=hashlib.sha256, begin: int = 0) -> float:
    return int.from_bytes(hashed(data).digest()[begin : begin + 8], order) / 2**64


def parted(numbers: dict[str, float], shares: dict[str, float]) -> dict[str, str]:
    """{name: part} for {name: u}."""
    ends = np.cumsum(list(shares.values()))
    parts, last = list(shares), len(shares) - 1
    return {name: parts[min(last, int(np.sum(ends <= u)))] for name, u in numbers.items()}


def other_splits(files: dict[str, bytes], shares: dict[str, float]) -> Iterator[tuple]:
    """({name: part} of a mistake, its words, hint)."""
    saved = {name: np.asarray(opened(content)) for name, content in files.items()}
    rgb = {name: pixels(content) for name, content in files.items()}
    right = {name: it.tobytes() for name, it in rgb.items()}

    def by(data: dict[str, bytes], **how) -> dict[str, str]:
        return parted({name: fraction(it, **how) for name, it in data.items()}, shares)

    def of(array, words: str, hint: int = 2) -> tuple:
        return by({name: array(it).tobytes() for name, it in rgb.items()}), words, hint

    yield by(right, begin=8), "take the first 8 bytes of the digest", 2
    yield by(right, begin=24), "take the first 8 bytes of the digest", 2
    yield by(right, order="little"), "read the 8 bytes as big-endian", 2
    for hashed in (hashlib.md5, hashlib.sha1, hashlib.sha512, hashlib.blake2b):
        yield by(right, hashed=hashed), "the hash is SHA-256, no other one", 2
    yield by(files), "you hash the file; hash what you get when you decode it", 1
    for named in ({n: n.encode() for n in files}, {n: n.split("/")[-1].encode() for n in files}):
        yield by(named), "you hash the name; it has no say", 1
        for first, last in ((named, right), (right, named)):
            yield by({n: first[n] + last[n] for n in files}), "the name goes into your hash; it has no say", 1
    words = "you hash the pixels as they were saved; make them RGB first"
    yield by({name: it.tobytes() for name, it in saved.items()}), words, 2
    for mode in ("L", "RGBA"):
        words = f"you hash the image as {mode}; RGB is asked for"
        yield by({name: opened(it).convert(mode).tobytes() for name, it in files.items()}), words, 2
    yield of(lambda it: it.transpose(1, 0, 2), "you hash column by column; row by row is asked for")
    words = "you hash channel by channel; a pixel's three bytes belong together"
    yield of(lambda it: it.transpose(2, 0, 1), words)
    yield of(lambda it: it[..., ::-1], "your channels are blue, green, red")
    words = "the pixels are bytes, uint8; you hash another type"
    for kind in ("int32", "int64", "float32", "float64"):
        yield of(operator.methodcaller("astype", kind), words)
    for kind in ("float32", "float64"):
        divided = {name: (it / 255).astype(kind).tobytes() for name, it in rgb.items()}
        yield by(divided), words, 2
    words = "the size goes into your hash; the pixels' bytes alone are asked for"
    yield by({name: str(it.shape).encode() + right[name] for name, it in rgb.items()}), words, 2
    yield (
        by({name: str(it.tolist()).encode() for name, it in rgb.items()}),
        "you hash text; hash the bytes",
        2,
    )
    digests = {name: hashlib.sha256(it).hexdigest().encode() for name, it in right.items()}
    text = {name: int.from_bytes(it[:8], "big") / 2**64 for name, it in digests.items()}
    yield parted(text, shares), "you read the digest as text; its bytes are digest()", 2
    u = {name: fraction(it) for name, it in right.items()}
    words = "shares count in the dict's own order, not sorted"
    for key in (operator.itemgetter(0), operator.itemgetter(1), lambda it: -it[1]):
        yield parted(u, dict(sorted(shares.items(), key=key))), words, 3
    kept: dict = {}
    words = "two images that differ get one part by their sum; each goes by its own u"
    own = parted(u, shares)
    yield {name: kept.setdefault(int(it.sum()), own[name]) for name, it in rgb.items()}, words, 1
    last = list(shares)[-1]
    alone = {name: next((p for p, s in shares.items() if it < s), last) for name, it in u.items()}
    yield alone, "compare u with the sum of the shares so far, not with each share", 3
    for digits in (1, 2, 3, 4):
        words = f"you round u, to {digits} digits or so; compare it as it is"
        yield parted({name: round(it, digits) for name, it in u.items()}, shares), words, 3
        low = {name: np.floor(it * 10**digits) / 10**digits for name, it in u.items()}
        yield parted(low, shares), words, 3
    ranks = {name: k / len(u) for k, name in enumerate(sorted(u, key=u.get))}
    words = "you cut the sorted hashes, so that one file moves others; u alone says where a file goes"
    yield parted(ranks, shares), words, 1
    yield parted({name: 1 - it for name, it in u.items()}, shares), "the first part gets u below its share", 3


def other_clashes(files: dict[str, bytes]) -> Iterator[tuple]:
    """(sorted names of a mistake, its words)."""
    rgb = {name: pixels(content) for name, content in files.items()}
    exact = {name: (it.shape, it.tobytes()) for name, it in rgb.items()}
    its_class = {name: name.split("/")[0] for name in files}

    def grouped(keys: dict, of: dict) -> list[str]:
        classes: dict = {}
        for name in files:
            classes.setdefault(keys[name], set()).add(of[name])
        return sorted(name for name in files if len(classes[keys[name]]) > 1)

    right = grouped(exact, its_class)
    words = "what lies before the / is the class; you take what lies behind it"
    yield grouped(exact, {name: name.split("/")[-1] for name in files}), words
    yield grouped(exact, {name: name for name in files}), "copies in one class are no clash"
    for length in (1, 2, 3, 4, 5):
        words = "the class is all that lies before the /, not its first letters"
        yield grouped(exact, {name: name[:length] for name in files}), words
    for word in ("seven", "other"):
        words = "the class is all that lies before the /, and there may be more than two"
        yield grouped(exact, {name: word in of for name, of in its_class.items()}), words
        yield grouped(exact, {name: word == of for name, of in its_class.items()}), words
    saved = {name: np.asarray(opened(content)).tobytes() for name, content in files.items()}
    yield grouped(saved, its_class), "you compare pixels as they were saved; make them RGB first"
    words = "you compare files; two files with the same pixels may differ in every byte"
    yield grouped(files, its_class), words
    corners = {name: (it.shape, tuple(it[0, 0])) for name, it in rgb.items()}
    yield grouped(corners, its_class), "two images of one size that begin alike may differ further on"
    grey = {name: opened(content).convert("L").tobytes() for name, content in files.items()}
    yield grouped(grey, its_class), "equal in grey isn't equal"
    sums = {name: int(it.sum()) for name, it in rgb.items()}
    means = {name: float(it.mean()) for name, it in rgb.items()}
    for keys in (sums, means):
        yield grouped(keys, its_class), "two images with the same sum or mean may differ"
    sorts = {name: np.sort(it, axis=None).tobytes() for name, it in rgb.items()}
    yield grouped(sorts, its_class), "the same pixels in other places are another image"
    for side in (2, 3, 4, 5, 6, 8):
        small = {name: Image.fromarray(it).resize((side, side)).tobytes() for name, it in rgb.items()}
        yield grouped(small, its_class), "two images may have the same thumbnail and differ"
    words = "three copies, two in one class and one in another, all belong to the list; you compare each with one "
    words += "other only"
    for latest in (True, False):
        one, found = {}, set()
        for name in files:
            other = one.setdefault(exact[name], name)
            found |= {name, other} if its_class[name] != its_class[other] else set()
            one[exact[name]] = name if latest else other
        yield sorted(found), words
    seen: dict = {}
    first = {name: seen.setdefault(exact[name], name) for name in files}
    yield [name for name in right if first[name] != name], "the first of a group belongs to the list, too"
    yield (
        [name for name in right if first[name] == name],
        "all of a group belong to the list, not its first alone",
    )
    yield sorted({name.split("/")[-1] for name in right}), "give names as they came, class and all"


@check("05-split")
def check_split(that, split, clashes):
    def ask(files, shares):
        given, parts = dict(files), dict(shares)
        got = split(given, parts)
        that(isinstance(got, dict), f"split returns a dict; yours is a {type(got).__name__}", 1)
        that(given == files, "split changes the dict of files that it was given", 1)
        that(parts == shares, "split changes the dict of shares that it was given", 1)
        turned = set(got) <= set(shares) and set(got)
        that(not turned, "return {name: part}; yours is {part: names}", 1)
        words = f"{len(files)} files go in, and {len(got)} names come out, {len(set(got) - set(files))} of them of "
        words += "earlier calls: begin each call with an empty dict"
        that(not set(got) > set(files), words, 1)
        words = f"{len(files)} files go in, and {len(set(got) & set(files))} of their names come out"
        that(set(got) == set(files), words, 1)
        strange = {str(part) for part in got.values()} - set(shares)
        that(not strange, f"the parts are {', '.join(shares)}; yours include {', '.join(strange)}", 1)
        return got

    def compare(files, shares, words):
        u = {name: fraction(pixels(content).tobytes()) for name, content in files.items()}
        right, got = parted(u, shares), ask(files, shares)
        if got == right:
            return
        for wrong, why, hint in other_splits(files, shares):
            that(got != wrong, f"{words}: {why}", hint)
        name = next(name for name in files if got[name] != right[name])
        ends = ", ".join(f"{end:.4g}" for end in np.cumsum(list(shares.values())))
        told = f"{name} has u = {u[name]:.6f}, and the sums of the shares are {ends}"
        that(False, f"{words}: {told}; so it goes to {right[name]}, and you say {got[name]}", 3)

    def same(others, old, why, hint=1):
        """others: {name: bytes}; old: which name the same image had in files."""
        two = ask(others, THREE)
        moved = [new for new in others if two[new] != first[old.get(new, new)]]
        that(not moved, f"{len(moved)} of {len(others)} files change their part when {why}", hint)

    rng = np.random.default_rng(0)
    shapes = [(6, 8, 3), (8, 6, 3), (5, 5, 3)]  # a folder holds images of several sizes
    images = [rng.integers(0, 256, shapes[k % 3], dtype=np.uint8) for k in range(60)]
    files = {f"{('other', 'seven')[k % 7 == 0]}/{k:04d}.png": png(it) for k, it in enumerate(images)}
    names, first = list(files), ask(files, THREE)
    again = with_other_hash(ask, files, THREE)
    that(again == first, "hash() of bytes is another one in every process, and so is your split", 2)
    that(ask(files, THREE) == first, "two calls with the same files gave two splits", 1)
    same({name: files[name] for name in names[::-1]}, {}, "their order is turned")
    same({name: files[name] for name in names[::3]}, {}, "other files are taken away")
    renamed = {f"{name.split('/')[0]}/new-{i}.png": name for i, name in enumerate(names[::-1])}
    same({new: files[old] for new, old in renamed.items()}, renamed, "they are renamed")
    packed = {name: png(it, compress_level=0) for name, it in zip(names, images, strict=True)}
    same(packed, {}, "the same pixels are compressed otherwise")
    compare(files, THREE, "60 files, half of them for train")
    for mode, what in (("RGBA", "with an alpha channel (RGBA)"), ("P", "with a palette (P)")):
        kept = {name: png(it, mode) for name, it in zip(names, images, strict=True)}
        same(kept, {}, f"the same images are saved {what}: convert to RGB", 2)
    greys = {f"other/{k}.png": images[k][..., :1].repeat(3, axis=2) for k in range(12)}
    first = ask({name: png(it) for name, it in greys.items()}, THREE)
    for mode, what in (("L", "in grey (L)"), ("LA", "in grey with alpha (LA)"), ("P", "with a palette (P)")):
        kept = {name: png(it, mode) for name, it in greys.items()}
        same(kept, {}, f"grey images, saved as RGB, are saved {what}: convert to RGB", 2)
    compare(files, {"a": 0.2, "z": 0.3, "m": 0.1, "b": 0.4}, "four parts")
    compare(files, {"all": 1.0}, "one part, with all")
    compare(files, dict.fromkeys("fbdaec", 1 / 6), "six parts")
    one, u = exact_number(rng)
    little = {"seven/1.png": png(one)}
    for near, where in ((u - 1e-10, "c"), (u, "c"), (u + 1e-10, "b")):
        shares = {"b": near, "c": 1 - near}
        words = f"u is {u:.12f} and the first share {near:.12f}"
        told = (
            "u below the share is asked for: equal isn't below"
            if near == u
            else "take all 8 bytes, don't round, nor use float32"
        )
        got = ask(little, shares)["seven/1.png"]
        that(got == where, f"{words}: that is part {where}, and you say {got}; {told}", 3)

    def expect(more, right, why, order=None):
        order = order or np.random.default_rng(1).permutation(list(more)).tolist()
        given = {name: more[name] for name in order}
        got = clashes(given)
        that(isinstance(got, list), f"clashes returns a list; yours is a {type(got).__name__}", 3)
        that(list(given) == order, "clashes changes the dict of files that it was given", 1)
        if got == right:
            return
        that(all(isinstance(it, str) for it in got), f"clashes, {why}: a list of names; yours is {got}", 3)
        that(sorted(got) != right, f"clashes, {why}: sort the names", 3)
        that(sorted(set(got)) != right, f"clashes, {why}: each name comes once; yours are {got}", 3)
        for wrong, words in other_clashes(given):
            that(got != wrong, f"clashes, {why}: {words}. That is {right}; yours is {got}", 3)
        that(False, f"clashes, {why}: that is {right}; yours is {got}", 3)

    a, b, c = images[0], images[3], images[1]
    expect(
        {"other/a.png": png(a), "seven/b.png": png(b), "seven/c.png": png(c)}, [], "three images that differ"
    )
    expect(
        {"other/a.png": png(a), "other/b.png": png(a), "seven/c.png": png(c)}, [], "two copies in one class"
    )
    pair = {"seven/b.png": png(a), "other/a.png": png(a)}
    expect(pair | {"seven/c.png": png(c)}, sorted(pair), "one image in two classes")
    two_one = {"a/1.png": png(a), "a/2.png": png(a), "b/1.png": png(a)}
    for order in itertools.permutations(two_one):
        expect(two_one, list(two_one), "two copies in class a and one in b", list(order))
    three = pair | {"seven/0.png": png(a, compress_level=0)}
    expect(three, sorted(three), "three copies, one of them compressed otherwise")
    for mode in ("RGBA", "P"):
        both = {"other/9.png": png(a), "seven/2.png": png(a, mode)}
        expect(both, sorted(both), f"one image as RGB and as {mode}")
    grey = a[..., :1].repeat(3, axis=2)
    both = {"other/9.png": png(grey, "LA"), "seven/2.png": png(grey, "L"), "seven/c.png": png(c)}
    expect(both, ["other/9.png", "seven/2.png"], "one grey image as L and as LA")
    for one, two in (("six", "seven"), ("seven", "sevens"), ("other", "others"), ("one", "two")):
        both = {f"{one}/1.png": png(a), f"{two}/2.png": png(a)}
        expect(both | {"seven/c.png": png(c)}, sorted(both), f"classes {one} and {two}")
    for other, what in (
        (a[:, ::-1], "an image and its mirror image"),
        (a[..., [1, 0, 2]], "an image and one with red and green swapped"),
        (a ^ np.uint8(1), "an image and one with each last bit turned"),
    ):
        expect({"other/a.png": png(a), "seven/m.png": png(np.ascontiguousarray(other))}, [], what)
    red, blue = np.zeros((2, 6, 8, 3), np.uint8)
    red[..., 0], blue[..., 2] = 38, 100  # both 11 in grey
    expect({"other/r.png": png(red), "seven/b.png": png(blue)}, [], "a red and a blue image, equal in grey")
    large = np.arange(64 * 64 * 3).reshape(64, 64, 3).astype(np.uint8)
    dot = large.copy()
    dot[40, 20] ^= 1
    expect({"other/a.png": png(large), "seven/m.png": png(dot)}, [], "two images, one pixel apart by 1")
