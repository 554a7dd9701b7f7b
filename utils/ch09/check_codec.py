"""Lab 09's check of streams: written and read code by code, right and with each mistake."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np

from utils.ch09.lab import LONG, TENSORS, drawn_stream, drawn_tensor
from utils.checks import check


def codes_of(w: np.ndarray, most: int = 15, first: int = 0, rest: bool = False) -> list[int]:
    """The 4-bit codes of an array (n,): zeros before each number, 15 for fifteen zeros and no number."""
    codes, zeros = [], 0
    for it in w.tolist():
        if it == 0:
            zeros += 1
            continue
        codes += [15] * (zeros // most) + [zeros % most + first]
        zeros = 0
    return codes + ([15] * (zeros // most) + [zeros % most] if rest else [])


def written(values: np.ndarray, codes: list[int], order="<", high_first=False, pad=15, count=None) -> bytes:
    """A stream from its values and codes, or that of a mistake."""
    codes = [*codes, *[pad] * (len(codes) % 2)]
    pairs = [(b, a) if high_first else (a, b) for a, b in zip(codes[::2], codes[1::2], strict=True)]
    head = np.array(len(values) if count is None else count, f"{order}u4").tobytes()
    return head + values.astype(f"{order}f4").tobytes() + bytes((a & 15) + 16 * (b & 15) for a, b in pairs)


def encoded(w: np.ndarray) -> bytes:
    """The stream of exercise 4."""
    flat = np.ascontiguousarray(w).ravel()
    return written(flat[flat != 0], codes_of(flat))


def _parted(flat: np.ndarray, limit: int) -> list[int]:
    """Codes of one who writes 15 only where more than ``limit`` zeros are left."""
    codes, zeros = [], 0
    for it in flat.tolist():
        if it == 0:
            zeros += 1
            continue
        while zeros > limit:
            codes, zeros = [*codes, 15], zeros - 15
        codes, zeros = [*codes, zeros], 0
    return codes


def _fillers(flat: np.ndarray) -> bytes:
    """The stream of one who stores a 0 with each code of 15, as Han et al. (2016) do."""
    codes, values, zeros = [], [], 0
    for it in flat.tolist():
        if it != 0 or zeros == 15:
            codes, values, zeros = [*codes, zeros], [*values, it], 0
        else:
            zeros += 1
    return written(np.array(values, np.float32), codes)


def encode_mistakes(w: np.ndarray) -> Iterator[tuple]:
    """(stream of a mistake, its words, hint)."""
    flat = np.ascontiguousarray(w).ravel()
    values, codes = flat[flat != 0], codes_of(flat)
    yield written(values, codes, pad=0), "the four bits left over at the end are 15, not 0", 2
    if len(codes) % 2:
        words = "a last code without a partner is stored, too, with 15 in the byte's high four bits"
        yield written(values, codes[:-1]), words, 2
    for extra in ([], [15] * (len(codes) % 2)):
        apart = written(values, codes)[: 4 + 4 * len(values)] + bytes([*codes, *extra])
        yield apart, "two codes share a byte", 2
    yield written(values, codes, high_first=True), "the first code of a byte stands in its low four bits", 2
    yield (
        written(values, codes, high_first=True, pad=0),
        "the first code of a byte stands in its low four bits",
        2,
    )
    yield written(values, codes, order=">"), "least significant byte first: '<u4' and '<f4'", 1
    yield (
        written(values, _parted(flat, 15)),
        "just 15 zeros are the codes 15 and 0: a 15 has no value of its own",
        2,
    )
    sixteen = codes_of(flat, most=16)
    yield written(values, sixteen), "a 15 stands for fifteen zeros, and not for fifteen zeros and a number", 2
    tail = flat.size - 1 - max(np.flatnonzero(flat), default=-1)
    yield written(values, codes + [15] * (tail // 15)), "zeros after the last number are not stored", 1
    yield written(values, codes_of(flat, rest=True)), "zeros after the last number are not stored", 1
    yield (
        written(values, codes_of(flat, first=1)),
        "a code counts the zeros before a number: next to it is 0",
        1,
    )
    yield written(values, codes)[4:], "the stream begins with the number of values, four bytes", 1
    yield written(values, codes, count=len(codes)), "the first four bytes count values, not codes", 1
    padded = len(codes) + len(codes) % 2
    yield written(values, codes, count=padded), "the first four bytes count values, not codes", 1
    yield written(values, codes, count=flat.size), "the first four bytes count the values that aren't 0", 1
    above = np.where(flat > 0, flat, 0)
    yield (
        written(above[above != 0], codes_of(above)),
        "negative numbers aren't 0, either: != 0, and not > 0",
        1,
    )
    bits = np.signbit(flat) | (flat != 0)
    marks = codes_of(bits.astype(float))
    yield written(flat[bits], marks), "-0.0 is a zero: it isn't stored", 2
    other = w.ravel("F")
    yield written(other[other != 0], codes_of(other)), "numbers go row by row, the last index fastest", 1
    memory = w.ravel("K")
    yield (
        written(memory[memory != 0], codes_of(memory)),
        "numbers go row by row, however they lie in memory",
        1,
    )
    places = np.flatnonzero(flat)
    yield (
        written(values, [int(p) for p in places]),
        "codes count zeros since the last number, not from the start",
        1,
    )
    cut = [min(int(p), 15) for p in np.diff(places, prepend=-1) - 1]
    if len(places):
        words = "zeros before the first number are counted from the start: np.diff(places, prepend=-1) - 1"
        for first in (places[0] - 1, 0):
            ahead = [0.0] * max(int(first), 0)
            yield written(values, codes_of(np.concatenate([ahead, flat[places[0] :]]))), words, 2
    yield (
        written(values, [min(it, 14) for it in cut]),
        "more than fourteen zeros need a code 15 for each fifteen",
        2,
    )
    yield written(values, cut), "more than fourteen zeros need a code 15 for each fifteen", 2
    yield (
        _fillers(flat),
        "a code of 15 stores no value: fifteen zeros, and among the values only what isn't 0",
        2,
    )
    held = []
    for code in codes:
        held.append(0.0 if code == 15 else 1.0)
    full = np.array(held)
    full[full == 1] = values
    words = "a code of 15 stores no value: only numbers that aren't 0 are among the values"
    yield written(full.astype(np.float32), codes), words, 2
    yield written(full.astype(np.float32), codes, count=len(values)), words, 2
    for kind in ("<f2", "<f8"):
        start = written(values, codes)[:4] + values.astype(kind).tobytes()
        yield start + written(values, codes)[4 + 4 * len(values) :], "values are float32: four bytes each", 1
    yield (
        written(values.astype(np.float16).astype(np.float32), codes),
        "values are float32, all 4 bytes of them",
        1,
    )
    zeros = [int(it) for it in np.diff(places, prepend=-1) - 1]
    for most in (256, 65_536):
        short = itertools.chain(*([15] * (it % most // 15) + [it % most % 15] for it in zeros))
        yield written(values, list(short)), f"a gap of {most} zeros or more: its length overflows", 2
    once = itertools.chain(*([15] * (it > 14) + [it % 15] for it in zeros))
    yield written(values, list(once)), "each fifteen zeros take a code 15 of their own; you write one 15", 2
    swapped = written(values, codes)
    swapped = swapped[:4] + swapped[4 + 4 * len(values) :] + swapped[4 : 4 + 4 * len(values)]
    yield swapped, "all values come before the codes", 1
    dropped = np.where(np.abs(flat) < 1e-6, 0, flat)
    yield written(dropped[dropped != 0], codes_of(dropped)), "a small number isn't 0: it is stored", 1
    yield written(values, [*codes, *[15] * (len(codes) % 2), 15, 15]), "a byte too many at the end", 2
    pad = len(codes) % 2 == 0
    yield written(values, codes) + b"\xff" * pad, "nothing is padded where the number of codes is even", 2


def _read(stream: bytes, shape: tuple, high=False, fifteen=15, more=1, start=-1, bits=63) -> np.ndarray:
    """What a stream stands for, code by code, or what a mistake makes of it."""
    k, w = int.from_bytes(stream[:4], "little"), np.zeros(int(np.prod(shape)), np.float32)
    values, place = iter(np.frombuffer(stream[4 : 4 + 4 * k], "<f4").tolist()), start
    for byte in stream[4 + 4 * k :]:
        for code in (byte >> 4, byte & 15) if high else (byte & 15, byte >> 4):
            place += fifteen if code == 15 else code + more
            if code < 15:
                w[place % 2**bits % w.size] = next(values)
    return w.reshape(shape)


MISREAD = (
    ({"high": True}, "The first code of a byte stands in its low four bits: byte & 15, then byte >> 4"),
    ({"fifteen": 16}, "A code of 15 is fifteen zeros and no number: the place moves by 15, not by 16"),
    ({"more": 0}, "After the zeros stands the number itself: the place moves by code + 1"),
    ({"start": 0}, "Before the first number nothing has been passed: the place starts at -1"),
    *(({"bits": n}, f"Places are added up in {n} bits, and overflow: astype(int) first") for n in (8, 16)),
)


SAID_TENSOR = {
    "sparse": "a tensor (6, 6, 8), 12% not zero",
    "gaps": "zeros before numbers: 0, 1, 14, 15, 16, 29, 30 …, in some order",
    "dense": "no zeros at all",
    "zero": "nothing but zeros, (3, 7)",
    "ends": "numbers at both ends",
    "order": "a transposed view (8, 6)",
    "one": "one number in 40",
    "empty": "a tensor (0, 4)",
    "signed zero": "zeros that are -0.0",
    "small": "numbers from 1e-3 down to 1e-40, which aren't 0",
    "long": "some 70,000 zeros between two numbers",
    "many": "some 66,000 numbers",
}


def _short(w: np.ndarray) -> str:
    numbers = [f"{it:g}" for it in w.ravel()[:24].tolist()] + ["…"] * (w.size > 24)
    return f"[{', '.join(numbers)}]" + f", shape {w.shape}" * (w.ndim > 1)


def _said(stream: bytes) -> str:
    return stream.hex(" ") if len(stream) <= 40 else f"{stream[:12].hex(' ')} … {stream[-6:].hex(' ')}"


def _encodes(that, encode, w, words):
    right, kept = encoded(w), w.copy()
    got = encode(w)
    if w.size <= 40:
        words = f"{words}, {_short(w)}"
    that(got is not None, f"encode of {words}: nothing came back", 1)
    that(isinstance(got, bytes), f"encode of {words}: bytes are asked; yours is {type(got).__name__}", 1)
    same = np.array_equal(w, kept) and np.array_equal(np.signbit(w), np.signbit(kept))
    that(same, f"encode of {words}: your code changed w", 1)
    if got == right:
        return
    for wrong, why, hint in encode_mistakes(w):
        that(got != wrong, f"encode of {words}: {why}. Right: {_said(right)}; yours: {_said(got)}", hint)
    k = int(np.count_nonzero(w))
    parts = [("the number of values", 0, 4, 1), ("the values, float32", 4, 4 + 4 * k, 1)]
    for part, a, b, hint in [*parts, ("the codes", 4 + 4 * k, None, 2)]:
        mine, its = right[a:b], got[a:b]
        that(its == mine, f"encode of {words}: {part} should be {_said(mine)}; yours: {_said(its)}", hint)


def _decodes(that, decode, stream, right, words):
    got = decode(stream, right.shape)
    if len(stream) <= 40:
        words = f"{words}, {stream.hex(' ')}, shape {right.shape}"
    that(got is not None, f"decode of {words}: nothing came back", 1)
    kind = getattr(got, "dtype", type(got).__name__)
    fine = isinstance(got, np.ndarray) and got.dtype == np.float32
    that(fine, f"decode of {words}: an array of float32 is asked; yours is {kind}", 1)
    its = got.shape
    that(its == right.shape, f"decode of {words}: its shape is {right.shape}; yours is {its}", 1)
    signs = np.signbit(got[got == 0])
    that(not signs.any(), f"decode of {words}: zeros come back as 0.0; {signs.sum()} of yours are -0.0", 1)
    if np.array_equal(got, right):
        return
    mine = _short(right) if right.size <= 24 else f"{np.count_nonzero(right)} numbers"
    flat, asked = got.ravel(), right.ravel()
    k = int(np.flatnonzero(flat != asked)[0])
    yours = f"{mine} are right; at place {k} belongs {asked[k]:g}; yours is {flat[k]:g}"
    for how, why in MISREAD:
        wrong = _read(stream, right.shape, **how)
        that(not np.array_equal(got, wrong), f"decode of {words}: {yours}. {why}", 3)
    moved = np.array_equal(flat[flat != 0], asked[asked != 0])
    late = " The values are right, their places aren't: add up codes, and 1 for each value" * moved
    that(False, f"decode of {words}: {yours}.{late}", 3)


@check("09-codec")
def check_codec(that, encode, decode):
    def tensor(*numbers, shape=(-1,)):
        return np.array(numbers, np.float32).reshape(shape)

    example = tensor(0, 0, 5, *[0] * 17, -1, 0)
    cases = [
        (example, "the example"),
        (tensor(1, 2, 3, 4), "no zeros"),
        (tensor(0, 3, 0), "one number"),
        (tensor(*[0] * 14, 2, 1), "14 zeros"),
        (tensor(*[0] * 15, 2, 1, 3), "15 zeros"),
        (tensor(*[0] * 30, 2, 1), "30 zeros"),
        (tensor(0, 1, 2, 0, 0, 3, shape=(2, 3)), "two rows"),
        (tensor(0, 0), "zeros alone"),
        (tensor(1, *[0] * 33), "33 zeros at the end"),
    ]
    for w, words in cases:
        _encodes(that, encode, w, words)
    near = tensor(0, 0, 5, 0, 0, 0, 0, 0, 1, 0)
    for w, words in [(near, "two numbers"), *cases]:
        _decodes(that, decode, encoded(w), w, words)
    for kind in (*TENSORS, *LONG):
        for seed in range(2):
            w = drawn_tensor(np.random.default_rng([seed, len(kind)]), kind)
            _encodes(that, encode, w, SAID_TENSOR[kind])
            _decodes(that, decode, encoded(w), w + 0, f"the stream of {SAID_TENSOR[kind]}")
    for entries, shape in [(3, (200,)), (40, (9, 30)), (0, (2, 2)), (7, (1, 7))]:
        stream = drawn_stream(np.random.default_rng(entries), entries, shape)
        right = _read(stream, shape)
        kept = bytes(stream)
        _decodes(that, decode, kept, right, f"a stream of {entries} values for {shape}")
    got = decode(encoded(example), example.shape)
    decode(encoded(0 * example), example.shape)
    that(
        np.array_equal(got, example),
        "decode's second call changes what the first returned: make a new array",
        1,
    )
