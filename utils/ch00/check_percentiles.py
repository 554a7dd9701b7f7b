"""Lab 00, exercise 2: nearest ranks, what usual mistakes return, and words for them."""

from __future__ import annotations

import math
from fractions import Fraction
from numbers import Real

import numpy as np

from utils.ch00 import lab
from utils.checks import check


def nearest_rank(times: np.ndarray, qs, mistake: str = "") -> np.ndarray:
    """Percentiles by whole numbers, q in tenths; or with a usual mistake (PERCENTILES) in them."""
    n, ordered, found = len(times), np.sort(times), []
    if mistake == "sorts the qs":
        qs = sorted(qs)
    if mistake == "unsorted":
        ordered = times
    if mistake == "falling":
        ordered = ordered[::-1]
    if mistake == "unique":
        ordered = np.unique(times)
        n = len(ordered)
    if mistake == "interpolates":
        return np.percentile(times, qs)
    if mistake == "the nearest":
        return np.array([times[np.argmin(np.abs(times - it))] for it in np.percentile(times, qs)])
    if mistake in METHODS:
        return np.percentile(times, qs, method=mistake)
    if mistake == "by shares":
        return np.array([ordered[np.argmax(np.arange(1, n + 1) / n >= q / 100)] for q in qs])
    for q in qs:
        q = int(q) if mistake == "whole qs" else q  # 0.1 becomes 0, and [0 - 1] is the last one
        if not q:
            found.append(ordered[-1])
            continue
        rank = {
            "": -(-n * round(10 * q) // 1000),
            "down": n * round(10 * q) // 1000,
            "rounds": round(n * q / 100),
            "one too far": -(-n * round(10 * q) // 1000) + 1,
            "down, from 0": n * round(10 * q) // 1000 + 1,
            "n + 1": math.ceil((n + 1) * q / 100),
            "n - 1": math.ceil((n - 1) * q / 100) + 1,
            "n - 1, down": int((n - 1) * q / 100) + 1,
            "n - 1, rounds": round((n - 1) * q / 100) + 1,
            "q / 100 * n": math.ceil(q / 100 * n),
            "n * q / 100": math.ceil(n * q / 100),
            "n / 100 * q": math.ceil(n / 100 * q),
            "q as a float": math.ceil(Fraction(q) * n / 100),
        }.get(mistake, -(-n * round(10 * q) // 1000))
        found.append(ordered[min(max(rank, 1), len(ordered)) - 1])
    return np.array(found)


METHODS = ("lower", "higher", "nearest", "midpoint", "closest_observation", "averaged_inverted_cdf")
METHODS += ("interpolated_inverted_cdf", "hazen", "weibull", "median_unbiased", "normal_unbiased")
PERCENTILES = {  # mistake → words, hint
    "interpolates": ("you return a number between two times; the task asks for one that was recorded", 1),
    "the nearest": ("you interpolate, and take the time that is nearest to that: count how many are ≤ it", 1),
    "unsorted": ("you took it from the times as they came: sort a copy first", 1),
    "falling": ("you sorted from the largest down: the smallest comes first", 1),
    "sorts the qs": ("your results are in the order of the sorted qs: keep the order that was asked", 1),
    "unique": ("equal times count each by itself: don't throw them together", 1),
    "whole qs": ("you cut q down to a whole number: 99.9 isn't 99", 2),
    "one too far": ("you are one place too far: Python counts from 0, so rank k is at [k - 1]", 3),
    "down, from 0": ("where n · q / 100 is whole, you are one too far: round up, and take [rank - 1]", 3),
    "down": ("you round the rank down, and then less than q% are ≤ it: round up", 2),
    "rounds": (
        "your rank was rounded down here, and then less than q% are ≤ it: round up, with a small tolerance",
        2,
    ),
    "n + 1": ("you count with n + 1; at least q% of n have to be ≤ it", 2),
    "n - 1": ("you count with n - 1; at least q% of all n have to be ≤ it", 2),
    "n - 1, down": ("you count with n - 1, and round down: at least q% of all n have to be ≤ it", 2),
    "n - 1, rounds": ("you count with n - 1, and round: at least q% of all n have to be ≤ it", 2),
}


def near(a: np.ndarray, b: np.ndarray) -> bool:
    """To the digits of float32, which an answer may use."""
    return np.allclose(a, b, rtol=1e-6, atol=0)


@check("00-percentiles")
def check_percentiles(that, percentiles):
    upwards = [np.arange(1.0, n + 1) for n in (100, 1000, 750, 5000, 7, 3111)]
    cases = [
        ("30.5, 10.5, 20.5, 50.5, 40.5", np.array([30.5, 10.5, 20.5, 50.5, 40.5]), [55, 41, 100]),
        ("1, 2, 3, 4", np.arange(1.0, 5), [75, 50, 51]),
        ("1, 1, 1, 2", np.array([1.0, 1, 1, 2]), [75, 75, 76]),
        ("the single time 7", np.array([7.0]), [100]),
        ("0, 1, …, 1000, upside down,", np.arange(1001.0)[::-1], [99.9]),
        ("0, 1, …, 1000, upside down,", np.arange(1001.0)[::-1], [0.1, 90]),
        ("1, 2, 3, 4", np.arange(1.0, 5), [0.1]),
        ("1, 2, …, 10, shuffled,", np.array([3.0, 9, 1, 10, 4, 2, 8, 6, 5, 7]), [5, 95, 90, 91, 20]),
        ("the first 4,000 times of lesson 00", lab.noise[:4000], [99, 50, 99.9]),
        ("1, 2, …, 100", upwards[0], [7, 14, 55, 99]),
        ("1, 2, …, 1000", upwards[1], [99.9, 1.1]),
        ("1, 2, …, 750", upwards[2], [4.4]),
        ("1, 2, …, 750", upwards[2], [0.4]),
        ("1, 2, …, 5000", upwards[3], [1.1, 99.9]),
        ("1, 2, …, 7", upwards[4], [100, 14.2]),
        ("1, 2, …, 3111", upwards[5], [99.1]),  # 0.001 above a whole number: no tolerance may be so large
    ]
    yours, wrong = [], None
    for _, times, qs in cases:
        given, asked = times.copy(), list(qs)
        try:
            got = percentiles(given, asked)
        except Exception:
            if wrong is None:
                raise
            break  # what was wrong before says more
        that(got is not None, "nothing came back: does your function end in a return?", 3)
        one = f"qs={qs} asks for an array of the shape ({len(qs)},), one time a q; you returned one number"
        that(not isinstance(got, Real), one, 1)
        kind = type(got).__name__
        that(np.array_equal(given, times), "you sorted the caller's array in place: sort a copy", 1)
        that(asked == qs, "you changed the caller's list qs: leave it as it is", 1)
        that(
            isinstance(got, np.ndarray), f"return a NumPy array; yours is a {kind}: np.array(…) makes one", 1
        )
        that(got.shape == (len(qs),), f"qs={qs} asks for the shape ({len(qs)},); yours is {got.shape}", 1)
        that(got.dtype.kind not in "iu", "your result is of whole numbers, and cuts decimals off", 1)
        that(got.dtype.kind == "f", f"an array of floats is asked; yours is of {got.dtype}", 1)
        yours.append(got)
        if wrong is None and not near(got, nearest_rank(times, qs)):
            wrong = len(yours) - 1
    if wrong is None:
        return
    words, times, qs = cases[wrong]
    got, right, n = yours[wrong], nearest_rank(times, qs), len(times)
    at = int(np.flatnonzero(~np.isclose(got, right, rtol=1e-6, atol=0))[0])
    q, k = qs[at], n * round(10 * qs[at]) // 1000
    said = f"of {words} the p{q:g} is {right[at]:g}; yours is {got[at]:g}"
    off = "and ceil makes one more of it. Round that error off before"
    whole = f"{q:g}% of {n} are {k}"
    known = {
        **PERCENTILES,
        "q / 100 * n": (
            f"{whole}, but in floats {q:g} / 100 * {n} is {q / 100 * n!r}, {off} "
            "(np.percentile's inverted_cdf has it, too)",
            3,
        ),
        "n * q / 100": (f"{whole}, but in floats n * q / 100 is {n * q / 100!r}, {off}", 3),
        "n / 100 * q": (f"{whole}, but in floats n / 100 * q is {n / 100 * q!r}, {off}", 3),
        "q as a float": (
            f"{whole}, but the float {q:g} is {float(Fraction(q) - Fraction(str(q))):.0e} more than {q:g}, "
            "and Fraction or Decimal keeps that: make it of str(q)",
            3,
        ),
        "by shares": (
            f"you compare a share with q / 100, in floats: {q / 100!r} is more than {k} / {n}. Compare whole numbers",
            3,
        ),
        **{
            method: (f"that is NumPy's {method!r}: take the smallest time that q% are ≤", 1)
            for method in METHODS
        },
    }
    for several in (len(yours), wrong + 1):  # what explains all results, then what explains those up to here
        told = list(zip(cases, yours, strict=False))[:several]
        for mistake, (why, hint) in known.items():
            same = all(near(it, nearest_rank(*case[1:], mistake)) for case, it in told)
            that(not same, f"{said}: {why}", hint)
    wrapped = got[at] == times.max() and right[at] == times.min()
    that(not wrapped, f"{said}: your rank is 0 there, and [0 - 1] is the last: round up", 2)
    that(
        np.isclose(got[at], times, rtol=1e-6).any(),
        f"{said}, which was never recorded: don't interpolate or round times",
        1,
    )
    for formula, value in {"q / 100 * n": q / 100 * n, "n * q / 100": n * q / 100}.items():
        one_more = q * n % 100 < 1e-6 and got[at] == nearest_rank(times, [q], formula)[0]
        that(not one_more, f"{said}: {whole}, but in floats {formula} is {value!r}, {off}", 3)
    tenths = n * round(10 * qs[at])
    swallowed = 0 < tenths % 1000 < 100 and k and got[at] == np.sort(times)[k - 1]
    more = f"{said}: {q:g}% of {n} are {tenths / 1000}, more than {k}, so the rank is {k + 1}"
    that(not swallowed, f"{more}. Your rounding takes that away: tolerate 0.000001, no more", 3)
    share = f"{np.sum(times <= got[at])} of {n} are ≤ yours"
    below = np.mean(times <= got[at]) * 100 < q - 1e-9
    that(
        False,
        f"{said}: {share}, "
        + ("too few: round the rank up, with a small tolerance" if below else "but a smaller one is enough"),
        2,
    )
