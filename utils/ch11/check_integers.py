"""Lab 11's check of a layer on integers only."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from utils.by_hand import ByHand, as_array
from utils.ch11 import lab
from utils.ch11.replies import in_case, takes
from utils.checks import check


@check("11-integers")
def check_integers(that, fixed_point, integer_linear):
    def expect_point(factors):
        given = np.array(factors, np.float64)
        with ByHand("quantize"):
            got = fixed_point(given)
        that(isinstance(got, tuple | list) and len(got) == 2, "fixed_point: return (m0, shift)", 1)
        got = [as_array(value) for value in got]
        for now, value in zip(("fixed_point: m0", "fixed_point: shift"), got, strict=True):
            that(value.shape == given.shape, f"{now} is {given.shape}; yours {value.shape}", 2)
            that(value.dtype == np.int64, f"{now} holds int64; yours {value.dtype}", 1)
        that(np.array_equal(given, factors), "fixed_point changes factor, which isn't yours", 2)
        for factor, m0, shift in zip(factors, *(value.tolist() for value in got), strict=True):
            right = next(s for s in range(-40, 110) if round(Fraction(factor) * Fraction(2) ** s) >= 2**30)
            exact = Fraction(factor) * Fraction(2) ** right
            words = f"fixed_point of {factor!r}: m0 is {round(exact)}, shift {right}; yours {m0}, {shift}"
            that(m0 != 2**31, f"{words}. 2**31 needs a bit more than int32 has", 2)
            ways = [(shift < right, "m0 has to reach 2**30: shift further")]
            ways += [(shift > right, "m0 has to stay below 2**31: that is shifted too far")]
            ways += [(m0 == math.floor(exact), "cut off, where the nearest is asked for")]
            ways += [(m0 == math.ceil(exact), "rounded up, where the nearest is asked for")]
            why = next((f": {it}" for so, it in ways if so), "")
            that((m0, shift) == (round(exact), right), words + why, 3)

    def expect(case, why):
        plain = [value.tolist() if isinstance(value, np.ndarray) else value for value in case]
        x, x_zero, w, b, m0, shift, y_zero = plain  # Python's own whole numbers: they have no end

        def sums(i, j):
            return sum((u - x_zero) * v for u, v in zip(x[i], w[j], strict=True)) + b[j]

        raw = np.zeros((len(x), len(b)), object)
        for i, j in np.ndindex(raw.shape):
            raw[i, j] = ((sums(i, j) * m0[j] + 2 ** (shift[j] - 1)) >> shift[j]) + y_zero
        right = np.clip(raw, 0, 255).astype(int)
        given = lab.watched(case)
        now = f"integer_linear, {why}"
        rule = "acc is (batch, n): b, m0 and shift (n,) belong to its last axis as they are"
        with lab.OnIntegers("quantize"), np.errstate(all="ignore"), in_case(now, rule):
            got = integer_linear(*given)
        that(got is not None, "integer_linear returned nothing", 1)
        got = as_array(got)
        that(got.shape == right.shape, f"{now}: y is {right.shape}; yours is {got.shape}", 3)
        that(got.dtype == np.uint8, f"{now}: y is uint8; yours is {got.dtype}", 1)
        same = all(np.array_equal(old, new) for old, new in zip(case, given, strict=True))
        that(same, f"{now}: an argument has changed, which belongs to the caller", 2)
        if (wrong := np.argwhere(got != right)).size:
            i, j = map(int, wrong[0])
            acc, exact = sums(i, j), Fraction(sums(i, j) * m0[j], 2 ** shift[j])
            words = f"{now}, image {i}, output {j}: acc {acc:,}, acc · m0 / 2**shift {float(exact):.4f}"
            words += " (less a hair, which no float holds)" * (exact.denominator > 2**53)
            words += f", so y is {raw[i, j]}" + f", clipped {right[i, j]}" * int(raw[i, j] != right[i, j])
            old = [with_weights(plain, it) for it in seen if np.shape(it) == np.shape(w)]
            that(False, f"{words}; yours is {got[i, j]}{slips(plain, got, old)}", 1)
        seen.append(w)

    def with_weights(case, w):
        x, x_zero, _, b, m0, shift, y_zero = (np.array(it, object) for it in case)
        acc = (x - x_zero) @ np.array(w, object).T + b
        return ((acc * m0 + np.array([1 << int(s - 1) for s in shift], object)) >> shift) + y_zero

    seen: list = []  # the weights of earlier calls
    words = "leave the first lines of fixed_point and integer_linear, and their arguments, as they were"
    that(takes(fixed_point, 1) and takes(integer_linear, *range(7)), words, 1)
    expect_point([0.75, 0.5, 0.3, 1.0, 3.7, 0.0012, 1e-6, 1e-12, 100.0])
    expect_point([1 - 2.0**-40, 2 - 2.0**-45, 0.25 - 2.0**-36, 2.0**-20, 0.1, 0.7])
    expect_point(np.random.default_rng(1).uniform(1e-5, 2, 40).tolist())
    x, b = np.array([[3, 9], [20, 1]], np.uint8), np.array([7, -31, 3], np.int32)
    w = np.array([[10, -4], [-3, 8], [5, 6]], np.int8)
    m0, shift = np.array([3 * 2**29, 5 * 2**28, 7 * 2**28]), np.array([33, 32, 34])
    expect((x, 5, w, b, m0, shift, 100), "two images, two inputs, three outputs")
    rng, ends = np.random.default_rng(9), ({"zeros": (0, 255)}, {"zeros": (255, 0)})
    for options in ({}, {}, {}, *ends, {"batch": 4, "k": 300}, {"batch": 4, "k": 2000}):
        expect(
            case := lab.layer_case(rng, **options),
            f"{case[0].shape[1]} inputs, zero points {case[1]} and {case[6]}",
        )


def slips(case: list, got: np.ndarray, earlier: list) -> str:
    """What went wrong, if one of the usual slips gives exactly this y (batch, n): its words after a colon."""
    x, w, b, m, s = (np.array(case[k], object) for k in (0, 2, 3, 4, 5))  # Python's own whole numbers
    x_zero, y_zero = case[1], case[6]
    half, plain = np.array([1 << (bits - 1) for bits in s], object), x @ w.T
    acc = plain - x_zero * w.sum(axis=1) + b

    def wrapped(v, bits):
        return (v + (1 << (bits - 1))) % (1 << bits) - (1 << (bits - 1))

    def y(acc, m=m, s=s, half=half, zero=y_zero):
        return ((acc * m + half) >> s) + zero

    def above(acc):
        return np.where(acc > 0, acc, 0)

    raw, bare = y(acc), y(acc, zero=0)
    ways = [
        (raw % 256, "uint8 wraps round: clip first, convert then"),
        (y(acc, half=0), "the shift rounds down: add half of 2**shift before it"),
        (bare, "y_zero is left out"),
        (np.clip(bare, 0, 255) + y_zero, "nothing is cut off at 0 before y_zero is added"),
        ((np.clip(bare, 0, 255) + y_zero) % 256, "nothing is cut off at 0 before y_zero is added"),
        (bare % 256 + y_zero, "clip before you convert to uint8, and after y_zero is added"),
        ((bare % 256 + y_zero) % 256, "clip before you convert to uint8, and after y_zero is added"),
        (y(acc - b), "b is left out"),
        (y(acc - b) + b, "b is on acc's scale: it comes before the multiplier"),
        (y(plain + b), "x_zero is left out"),
        (y(acc + 2 * x_zero * w.sum(axis=1)), "x_zero is to be taken off, not added"),
        (y(((x - x_zero) % 256) @ w.T + b), "x − x_zero has wrapped round in uint8: convert x first"),
        (y(wrapped(x - x_zero, 8) @ w.T + b), "x − x_zero takes 9 bits: int8 has wrapped round"),
        (y(acc, half=half * (acc > 0)), "half of 2**shift is added below 0, too"),
        (np.where(acc < 0, -y(-acc, zero=0), bare) + y_zero, "a tie goes up, below 0 too"),
        (-((-acc * m - half) >> s) + y_zero, ">> rounds down, below 0 too"),
        (y((x - x_zero) @ w.reshape(w.T.shape) + b), "w.T has w's rows as columns; reshape doesn't do that"),
        (
            (wrapped((acc + half) * m, 64) >> s) + y_zero,
            "half of 2**shift is added to the product, not to acc",
        ),
        (y(acc, m=m[0]), "each output has a multiplier of its own; that is the first one's"),
        (y(acc, s=s[0], half=half[0]), "each output has a shift of its own; that is the first one's"),
        (y(acc, half=1 << 30), "half is 2**(shift − 1), and shifts differ"),
        (y(acc, half=2 * half), "half of 2**shift is 2**(shift − 1)"),
        (y(above(acc)), "acc may be below 0, and nothing is cut off there"),
        (y(np.clip(acc, -(2**15), 2**15 - 1)), "acc takes 32 bits, not 16"),
        (y(wrapped(plain - x_zero * w.sum(axis=1), 16) + b), "the sum has wrapped round in int16"),
        (y(wrapped(plain - x_zero * w.sum(axis=1), 8) + b), "the sum has wrapped round in int8"),
        ((wrapped(wrapped(acc * m, 32) + half, 32) >> s) + y_zero, "acc · m0 needs int64: int32 has wrapped"),
        ((acc * m + half + y_zero) >> s, "y_zero comes after the shift"),
        (np.clip(raw, -128, 127) % 256, "y is uint8: it is clipped to 0 … 255"),
        (y(plain - wrapped(x_zero, 8) * w.sum(axis=1) + b), "a zero point goes to 255: too much for int8"),
        (y(plain - (x_zero or 128) * w.sum(axis=1) + b), "a zero point of 0 is a number like any other"),
        (y(acc, zero=y_zero or 128), "a zero point of 0 is a number like any other"),
        (np.where(raw > y_zero, raw, y_zero), "clip at 0, not at y_zero: no ReLU is asked for"),
        (np.clip(raw, y_zero, 255), "clip at 0, not at y_zero: no ReLU is asked for"),
        *((old, "these are an earlier call's weights") for old in earlier if old.shape == raw.shape),
    ]
    for value, words in ways:
        if np.array_equal(np.clip(value, 0, 255).astype(int), got):
            return f": {words}"
    return ""
