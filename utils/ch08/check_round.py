"""Lab 08's check of rounding: the nearest number by fractions, special values, and usual mistakes."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np

from utils.ch08.lab import telling_numbers
from utils.checks import check


def nearest(x: float, e: int, m: int, more_bias: int = 0) -> float:
    """``x`` rounded, in exact fractions."""
    if x != x or abs(x) == inf or x == 0:
        return x
    bias, size = 2 ** (e - 1) - 1 + more_bias, abs(Fraction(x))
    power = 1 - bias
    while size >= Fraction(2) ** (power + 1):
        power += 1
    spacing = Fraction(2) ** (power - m)
    rounded = round(size / spacing) * spacing  # of a Fraction: ties to even
    largest = (2 - Fraction(1, 2**m)) * Fraction(2) ** bias
    return float(np.copysign(inf if rounded > largest else float(rounded), x))


ROUND_CASES = [  # numbers, exponent bits, mantissa bits, what they tell, hint
    ([1.3, 1.0992, 2.6, 100.7, 0.0012], 5, 10, "the nearest number", 2),
    ([-1.3, -1.0992, -2.6, -100.7], 5, 10, "a negative number is rounded as its positive is", 1),
    ([1 + 2**-11, 1 + 3 * 2**-11, 5 * 2**-10 + 1], 5, 10, "halfway, take the one whose last bit is 0", 2),
    ([-1 - 2**-11, -1 - 3 * 2**-11], 5, 10, "halfway and negative: the one whose last bit is 0", 2),
    ([2 - 2**-12, 4 - 2**-10], 5, 10, "just below a power of two: it rounds up to that", 2),
    ([2.0**-15, 3 * 2.0**-20, 5 * 2.0**-24], 5, 10, "below 2**-14 are subnormals, not zeros", 1),
    ([2.0**-15 * 1.2345, 2.3 * 2.0**-24], 5, 10, "below 2**-14 the spacing stays 2**-24", 2),
    ([2.0**-25 * 1.5, 2.0**-24 * 1.4], 5, 10, "numbers around the smallest, 2**-24, go to the nearest", 2),
    ([2.0**-25, 3 * 2.0**-25], 5, 10, "halfway among subnormals: the even multiple of 2**-24", 2),
    (
        [2.0**-24 * (3.5 - 2**-12)],
        5,
        10,
        "a subnormal just below a tie: round once, to multiples of 2**-24",
        3,
    ),
    ([1 + 2**-11 + 2**-40, 1 + 2**-11 - 2**-40], 5, 10, "beside a tie by less than float32 can tell", 3),
    ([65504.0, 65519.0, 65519.999], 5, 10, "less than half a spacing above the largest: the largest", 3),
    ([65520.0, 1e6, 1e30], 5, 10, "half a spacing above the largest, and beyond: inf", 3),
    ([-65519.0, -65520.0, -1e6], 5, 10, "negative and large", 3),
    ([inf, -inf], 5, 10, "infinity stays", 3),
    ([float("nan")], 5, 10, "NaN stays NaN", 3),
    ([0.0, -0.0, -(2.0**-30)], 5, 10, "0.0 keeps its sign, and so does what rounds to 0", 3),
    ([1.3, 1.0625, 240.0, 247.0, 248.0, 2.0**-9, 2.0**-10, 0.013], 4, 3, "4 and 3 bits: largest 240", 1),
    ([1.3, 57344.0, 61439.0, 61440.0, 2.0**-16, 2.0**-17], 5, 2, "5 and 2 bits: largest 57,344", 1),
    ([1.3, 3.0, 3.4, 3.5, 0.5, 0.25, 0.7, 0.75], 2, 1, "2 and 1 bits: numbers 0, 0.5, 1, 1.5, 2, 3", 1),
    ([1.003, 3.38e38, 3.4e38, 1e-39, 9.2e-41, 1e-42], 8, 7, "8 and 7 bits, bfloat16", 1),
    ([1.0001, 3e38, 1e-44, 1e-46, 1.1, 16777217.0], 8, 23, "8 and 23 bits, float32", 1),
]


def rounding_mistake(x: float, e: int, m: int, yours: float) -> str:
    """What usual mistake rounds a number so that is neither a tie nor near an end of the range."""
    smallest = 2.0 ** (2 - 2 ** (e - 1))  # normal number
    if abs(x) < smallest:
        return ". As if bias were one more" * (yours == nearest(x, e, m, 1) != nearest(x, e, m))
    spacing = np.ldexp(1.0, int(np.frexp(x)[1]) - 1 - m)
    if yours == np.trunc(x / spacing) * spacing:
        return ". That is cut off, and not rounded"
    if yours == np.floor(x / spacing) * spacing:
        return ". That is rounded down"
    if yours == nearest(x, e, m - 1):
        return f". That is with {m - 1} bits: the leading 1 isn't stored; frexp's fraction begins at 0.5, not at 1"
    if yours == nearest(x, e, m + 1):
        return f". That is with {m + 1} bits: m counts without the leading 1"
    return ""


def array_mistakes(x: np.ndarray, e: int, m: int, before: list[tuple[int, int]]):
    """What usual mistakes make of a whole array, with the words; ``before``: the formats of earlier calls."""
    with np.errstate(all="ignore"):
        spacing = np.ldexp(1.0, int(np.frexp(np.abs(x).max())[1]) - 1 - m)
        yield np.rint(x / spacing) * spacing, "All have the largest one's spacing: each number has its own"
        yield np.round(x, m), "np.round counts decimals; m counts bits"
    if m <= 10:
        yield np.array([nearest(it, m, e) for it in x]), "As if e and m were exchanged"
    for e2, m2 in [it for it in before if it != (e, m)]:
        rounded = np.array([nearest(it, e2, m2) for it in x])
        yield (
            rounded,
            f"As if e = {e2}, m = {m2}, which an earlier call had: use this call's, and keep nothing",
        )


def same_bits(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (np.isnan(a) & np.isnan(b)) | ((a == b) & (np.signbit(a) == np.signbit(b)))


@check("08-round")
def check_round(that, round_to):
    def rounded(x: np.ndarray, e: int, m: int, words: str):
        given = x.copy()
        try:
            got = round_to(given, e, m)
        except Exception as error:
            if x.ndim == 1:
                raise
            that(False, f"{words}: x may have any shape, and yours raises {type(error).__name__}: {error}", 1)
        that(got is not None, f"{words} returned nothing; is there a return?", 1)
        that(isinstance(got, np.ndarray), f"{words}: a NumPy array is asked, not {type(got).__name__}", 1)
        that(got.dtype == np.float64, f"{words}: float64 is asked; yours is {got.dtype}", 1)
        that(got.shape == x.shape, f"{words}: the shape is {x.shape}; yours is {got.shape}", 1)
        that(same_bits(given, x).all(), f"{words} changed x, which belongs to the caller", 1)
        return got

    def as_a_whole(x: np.ndarray, got: np.ndarray, e: int, m: int) -> str:
        """What mistake makes just this of the array."""
        for wrong, mistake in array_mistakes(x, e, m, formats):
            if same_bits(wrong, got).all():
                return f". {mistake}"
        return ""

    formats = []  # of the calls so far
    for numbers, e, m, why, hint in ROUND_CASES:
        x = np.array(numbers)
        right = [nearest(it, e, m) for it in numbers]
        got = rounded(x, e, m, f"round_to(x, {e}, {m})")
        for it, mine, yours in zip(numbers, right, got.tolist(), strict=True):
            same = same_bits(np.array(mine), np.array(yours))
            words = f"round_to([{it!r}], {e}, {m}) is {mine!r}; yours is {yours!r}"
            plain = why in ("the nearest number", "below 2**-14 the spacing stays 2**-24")
            told = "" if same else as_a_whole(x, got, e, m)
            told = told or (rounding_mistake(it, e, m, yours) if plain and not same else "")
            that(same, f"{words}. {why[0].upper()}{why[1:]}{told}", hint)
        formats.append((e, m))
    rows = np.linspace(-3, 3, 12).reshape(3, 4)
    words = "round_to(x (3, 4), 5, 10)"
    right = np.array([nearest(it, 5, 10) for it in rows.ravel().tolist()]).reshape(3, 4)
    ordered = same_bits(rounded(rows, 5, 10, words), right).all()
    that(ordered, f"{words}: each number keeps its place; row by row, as in one dimension, it's right", 1)
    rounded(np.zeros((2, 0)), 5, 10, "round_to(x (2, 0), 5, 10)")
    rng = np.random.default_rng(8)
    for e, m in [(5, 10), (8, 7), (4, 3), (5, 2), (8, 10), (3, 4), (6, 1), (2, 5), (8, 23)]:
        x = telling_numbers(rng, e, m)
        right = np.array([nearest(it, e, m) for it in x.tolist()])
        got = rounded(x, e, m, f"round_to(x, {e}, {m})")
        if not (same := same_bits(got, right)).all():
            i = int(np.argmin(same))
            words = (
                f"round_to([{float(x[i])!r}], {e}, {m}) is {float(right[i])!r}; yours is {float(got[i])!r}"
            )
            words += f" ({np.sum(~same)} of {len(x)} numbers are wrong in this format)"
            that(False, f"{words}{as_a_whole(x, got, e, m)}", 2)
        formats.append((e, m))
