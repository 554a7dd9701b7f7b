"""Lab 00, exercise 2: nearest ranks, what usual mistakes return, and words for them."""

from __future__ import annotations

import math

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
        }.get(mistake, -(-n * round(10 * q) // 1000))
        found.append(ordered[min(max(rank, 1), len(ordered)) - 1])
    return np.array(found)


PERCENTILES = {  # mistake → words, hint
    "interpolates": ("you return a number between two times; the task asks for one that was recorded", 1),
    "unsorted": ("you took it from the times as they came: sort a copy first", 1),
    "falling": ("you sorted from the largest down: the smallest comes first", 1),
    "sorts the qs": ("your results are in the order of the sorted qs: keep the order that was asked", 1),
    "unique": ("equal times count each by itself: don't throw them together", 1),
    "whole qs": ("you cut q down to a whole number: 99.9 isn't 99", 2),
    "one too far": ("you are one place too far: Python counts from 0, so rank k is at [k - 1]", 3),
    "down, from 0": ("where n · q / 100 is whole, you are one too far: round up, and take [rank - 1]", 3),
    "down": ("you round the rank down, and then less than q% are ≤ it: round up", 2),
    "rounds": ("your rank was rounded down here, and then less than q% are ≤ it: always round up", 2),
    "n + 1": ("you count with n + 1; at least q% of n have to be ≤ it", 2),
    "n - 1": ("you count with n - 1; at least q% of all n have to be ≤ it", 2),
    "n - 1, down": ("you count with n - 1, and round down: at least q% of all n have to be ≤ it", 2),
    "n - 1, rounds": ("you count with n - 1, and round: at least q% of all n have to be ≤ it", 2),
}


@check("00-percentiles")
def check_percentiles(that, percentiles):
    upwards = [np.arange(1.0, n + 1) for n in (100, 1000, 750, 5000, 7)]
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
        ("1, 2, …, 5000", upwards[3], [1.1, 99.9]),
        ("1, 2, …, 7", upwards[4], [100, 14.2]),
    ]
    for words, times, qs in cases:
        given, asked = times.copy(), list(qs)
        got = percentiles(given, asked)
        that(got is not None, "nothing came back: does your function end in a return?", 3)
        kind = type(got).__name__
        that(np.array_equal(given, times), "you sorted the caller's array in place: sort a copy", 1)
        that(asked == qs, "you changed the caller's list qs: leave it as it is", 1)
        that(
            isinstance(got, np.ndarray), f"return a NumPy array; yours is a {kind}: np.array(…) makes one", 1
        )
        that(got.shape == (len(qs),), f"qs={qs} asks for the shape ({len(qs)},); yours is {got.shape}", 1)
        that(got.dtype.kind not in "iu", "your result is of whole numbers, and cuts decimals off", 1)
        that(got.dtype.kind == "f", f"an array of floats is asked; yours is of {got.dtype}", 1)
        right = nearest_rank(times, qs)
        if np.allclose(got, right, rtol=1e-6, atol=0):
            continue
        at = int(np.flatnonzero(~np.isclose(got, right, rtol=1e-6, atol=0))[0])
        q, n = qs[at], len(times)
        said = f"of {words} the p{q:g} is {right[at]:g}; yours is {got[at]:g}"
        exact = n * round(10 * q) % 1000 == 0
        if exact and got[at] == nearest_rank(times, [q], "q / 100 * n")[0] != right[at]:
            that(
                False,
                f"{said}: {q:g}% of {n} are {n * round(10 * q) // 1000}, but in floats {q:g} / 100 * {n} is "
                f"{q / 100 * n!r}, and ceil makes one more of it. Round that error off before "
                "(np.percentile's inverted_cdf has it, too)",
                3,
            )
        for formula, value in {"n * q / 100": n * q / 100, "n / 100 * q": n / 100 * q}.items():
            if exact and got[at] == nearest_rank(times, [q], formula)[0] != right[at]:
                error = f"in floats {formula} is {value!r}, and ceil makes one more of it"
                that(False, f"{said}: {error}. Round that error off before", 3)
        for mistake, (why, hint) in PERCENTILES.items():
            theirs = nearest_rank(times, qs, mistake)
            that(not np.allclose(got, theirs, rtol=1e-12), f"{said}: {why}", hint)
        wrapped = got[at] == times.max() and right[at] == times.min()
        that(not wrapped, f"{said}: your rank is 0 there, and [0 - 1] is the last: round up", 2)
        that(got[at] in times, f"{said}, which was never recorded: don't interpolate or round times", 1)
        share = f"{np.sum(times <= got[at])} of {n} are ≤ yours"
        below = np.mean(times <= got[at]) * 100 < q - 1e-9
        that(False, f"{said}: {share}, " + ("too few" if below else "but a smaller one is enough"), 2)
