"""Lab 00, exercise 5: how many pairs a difference takes, usual mistakes, and words for them."""

from __future__ import annotations

import numpy as np

from utils.ch00 import lab
from utils.checks import check


def groups_of(ratios: np.ndarray, n: int, mistake: str) -> list[np.ndarray]:
    """The groups of n successive ratios, or those that a usual mistake makes of them."""
    m = len(ratios)
    if mistake == "aa_ratios":
        ratios = lab.aa_ratios[:m]
    if mistake == "sorted":
        ratios = np.sort(ratios)
    if mistake == "sliding":
        return [ratios[i : i + n] for i in range(m - n + 1)]
    if mistake == "from the end":
        return [ratios[i - n : i] for i in range(m, n - 1, -n)]
    if mistake == "in n parts":
        return list(ratios[: m // n * n].reshape(n, -1))
    if mistake == "every k-th":
        return list(ratios[: m // n * n].reshape(n, -1).T)
    if mistake == "whole":
        return [ratios[: m // n * n]]
    groups = [ratios[i : i + n] for i in range(0, m - n + 1, n)]
    if mistake == "rest" and m % n:
        groups.append(ratios[m // n * n :])
    last = {"first": 1, "first 20": 20, "no last": (m - 1) // n, "one less": m // n - 1}.get(mistake)
    return groups[:last]


def least(group: np.ndarray) -> float:
    return group.min() if len(group) > 10 else -np.inf


def tail(group: np.ndarray) -> float:
    return np.percentile(group, 0.05) if len(group) > 10 else -np.inf


def found(groups: list[np.ndarray], slowdown: float, mistake: str) -> np.ndarray:
    """Which groups find the slowdown, or seem to."""
    grown = {
        "added": lambda g: g + slowdown - 1,
        "divided": lambda g: g / slowdown,
    }.get(mistake, lambda g: slowdown * g)
    end = {"median": np.median, "mean": np.mean, "least": least, "tail": tail}.get(mistake, lab.low_end)
    bound = {"above 1": 1.0, "1.04": 1.04}.get(mistake, 1.05)
    low = np.array([end(grown(g)) for g in groups])
    if mistake == "either way":
        return (low > bound) | (np.array([-lab.low_end(-grown(g)) for g in groups]) < 1 / bound)
    return low >= bound if mistake == "just 1.05" else low > bound


def fewest(ratios: np.ndarray, slowdown: float, candidates, mistake: str = "") -> float:
    """The fewest pairs that find the slowdown, or what a usual mistake (POWER) returns."""
    tried = list(candidates) if mistake == "unsorted" else sorted(candidates)
    if mistake == "no last candidate":
        tried = tried[:-1]
    enough = {
        "nine in ten": lambda it: it.mean() >= 0.9,
        "half": lambda it: it.mean() >= 0.5,
        "more than 95": lambda it: it.mean() > 0.95,
        "rounded": lambda it: it.mean().round(2) >= 0.95,
        "any": np.any,
        "all": np.all,
        "count": lambda it: it.sum() >= 95,
        "cut": lambda it: it.sum() >= int(0.95 * len(it)),
        "20 groups": lambda it: len(it) >= 20 and it.mean() >= 0.95,
    }.get(mistake, lambda it: it.mean() >= 0.95)
    good = []
    for n in tried:
        groups = groups_of(ratios, n, mistake)
        if groups and enough(found(groups, slowdown, mistake)):
            good.append(n)
            if mistake != "falling":
                break
        elif mistake in ("stops", "smallest first"):
            break
    if mistake == "smallest":
        return min(candidates) if good else 0
    if not good:
        return max(candidates) if mistake == "largest" else 0
    return {"index": tried.index(good[0]), "falling": good[-1]}.get(mistake, good[0])


POWER: dict[str, tuple[str, int]] = {
    "median": ("you ask for the median; the low end of the interval has to be above 1.05", 3),
    "mean": ("you ask for the mean; the low end of the interval has to be above 1.05", 3),
    "least": ("you ask for the least ratio; the low end of the interval of the median is low_end(group)", 3),
    "tail": ("you ask for a percentile of the ratios; the interval of their median is low_end(group)", 3),
    "aa_ratios": ("you cut up aa_ratios, and not the ratios that were handed in", 2),
    "above 1": ("you ask for a low end above 1; it has to be above 1.05", 3),
    "1.04": ("you ask for a low end above 1.04; it has to be above 1.05", 3),
    "just 1.05": ("a low end of just 1.05 isn't above it", 3),
    "sliding": ("your groups overlap, or are out of order: the next begins where the last one ended", 2),
    "every k-th": ("your groups take every k-th ratio: n successive ones make a group", 2),
    "in n parts": ("you cut into n groups; groups of n are asked: reshape(-1, n)", 2),
    "whole": ("you took all ratios for one group: cut them into groups of n", 2),
    "sorted": (
        "you sorted the ratios: the groups are of successive ones, in the order in which they came",
        2,
    ),
    "rest": ("you count the rest at the end as a group: leave it out", 2),
    "no last": ("you leave out the last group, though it is whole", 2),
    "one less": ("you leave out the last group: len(ratios) // n are whole", 2),
    "from the end": ("you cut from the end: begin at the start, and leave out what remains at the end", 2),
    "first": ("you look at the first group alone: the share of all groups counts", 1),
    "first 20": ("you look at the first 20 groups alone: the share of all groups counts", 1),
    "any": ("a single group that finds it is enough for you: at least 95% have to", 3),
    "all": ("you ask for all groups, or nearly all: 95% are enough", 3),
    "count": ("you ask for 95 groups: 95 of 100, a fraction of 0.95, is meant", 3),
    "cut": ("you cut 95% of the groups down to a whole number: compare the fraction with 0.95", 3),
    "20 groups": ("you leave out candidates with fewer than 20 groups: one is enough", 3),
    "nine in ten": ("you are content with 90% or less: at least 95% have to find it", 3),
    "half": ("you are content with half of the groups: at least 95% have to find it", 3),
    "more than 95": ("just 95% are enough: at least 95%", 3),
    "rounded": ("you rounded the share, and less than 95% passed for 95%", 3),
    "unsorted": ("the candidates may come in any order, and the smallest that is enough is asked", 2),
    "stops": ("you stop at the first candidate that isn't enough: go on to the next", 2),
    "falling": ("you return the largest that is enough; the smallest is asked", 2),
    "no last candidate": ("you never try the largest of the candidates", 2),
    "smallest": ("you return the smallest candidate; the smallest that is enough is asked", 2),
    "index": ("you return the place of n among the candidates; n itself is asked", 3),
    "largest": ("if no candidate is enough, the answer is 0", 3),
    "added": ("you added the slowdown: what takes 1.3 times as long has a ratio 1.3 times as large", 1),
    "divided": ("you divided by slowdown: B's ratios grow", 1),
    "either way": ("you count groups in which B is faster, too", 3),
}


def power_cases() -> list[tuple]:
    """(words, ratios, slowdown, candidates, what is to be seen in it, hint)"""
    bad, good = np.full(11, 0.5), np.ones(11)  # a group of 11 that finds nothing, and one that does
    ones, halves = np.ones(110), np.full(110, 0.5)
    twenty, said = np.r_[bad, np.tile(good, 19)], "20 groups of 11, of which 19 find it"
    uneven = np.tile(np.r_[np.full(4, 0.9), np.full(7, 1.0)], 20)
    mixed = np.tile(np.r_[np.full(5, 0.5), np.ones(6)], 22)
    lone = np.tile(np.r_[0.5, np.ones(21)], 2)
    some, candidates = lab.aa_ratios[:2000], [5, 11, 21, 31, 61, 101, 201]
    few = "10 and 5 pairs have no interval: go on to the next candidate"
    nine = "in groups of 22 9 of 10 find it, in groups of 11 19 of 20: more pairs may do worse, so try all"
    return [
        ("110 ratios of 1", ones, 1.3, [11], "all 10 groups find it, 1.3 is above 1.05", 3),
        ("110 ratios of 1", ones, 1.0, [11], "without a slowdown there is nothing to find", 1),
        ("110 ratios of 0.5", halves, 2.08, [11], "0.5 × 2.08 is 1.04, not above 1.05", 3),
        ("110 ratios of 0.815", np.full(110, 0.815), 1.3, [11], "0.815 × 1.3 is 1.06, above 1.05", 3),
        ("110 ratios of 0.5", halves, 1.5, [11], "0.5 × 1.5 is 0.75, far below 1.05", 1),
        ("110 ratios of 1", ones, 1.05, [11], "a low end of just 1.05 isn't above it", 3),
        ("110 ratios of 1", ones, 0.8, [11], "B is faster here, which isn't slower", 3),
        (
            "100 ratios of 1",
            np.ones(100),
            1.3,
            [10],
            "10 pairs have no interval at 99.9%: low_end is -inf",
            1,
        ),
        ("110 ratios of 1", ones, 1.3, [5, 10, 11], few, 1),
        ("110 ratios of 1", ones, 1.3, [22, 11], "both are enough, and the smaller is asked", 2),
        (
            "242 ratios, 5 of 0.5 and 6 of 1 by turns",
            mixed,
            1.3,
            [11],
            "a low end of 0.65 isn't above 1.05",
            3,
        ),
        ("20 groups of 11, with 4 of 0.9 in each", uneven, 1.16, [11], "the low end is 0.9 × 1.16 = 1.04", 3),
        (
            "11 ratios of 1 and 5 of 0.5",
            np.r_[good, bad[:5]],
            1.3,
            [11],
            "the first 11 are the only whole group, and find it",
            2,
        ),
        (
            "5 ratios of 0.5 and 11 of 1",
            np.r_[bad[:5], good],
            1.3,
            [11],
            "the first 11 are the only group",
            2,
        ),
        (f"{said}, and 5 ratios more", np.r_[twenty, bad[:5]], 1.3, [11], "19 of 20 are 95%: enough", 2),
        (f"{said} (all but the last)", twenty[::-1].copy(), 1.3, [11], "19 of 20 are 95%: enough", 3),
        (said, twenty, 1.3, [11], "19 of 20 are 95%: enough", 3),
        ("19 groups of 11, of which 18 find it", twenty[:-11], 1.3, [11], "94.7% are less than 95%", 3),
        (
            "40 groups of 11, of which 37 find it",
            np.r_[np.tile(good, 37), np.tile(bad, 3)],
            1.3,
            [11],
            "92.5% < 95%",
            3,
        ),
        (
            "90 groups of 11, of which 85 find it",
            np.r_[np.tile(good, 85), np.tile(bad, 5)],
            1.3,
            [11],
            "94.4% < 95%",
            3,
        ),
        (
            "130 groups of 11, of which 123 find it",
            np.r_[np.tile(good, 123), np.tile(bad, 7)],
            1.3,
            [11],
            "94.6% < 95%",
            3,
        ),
        (said, twenty, 1.3, [22, 11], nine, 2),
        (
            "44 ratios, of each 22 the first 0.5",
            lone,
            1.3,
            [22],
            "a single ratio doesn't move the low end",
            3,
        ),
        ("the first 2,000 of aa_ratios", some, 1.0, candidates, "", 2),
        ("the first 2,000 of aa_ratios", some, 1.3, candidates[::-1], "", 2),
        ("the first 2,000 of aa_ratios", some, 1.1, candidates, "", 2),
        ("ratios 5,000 to 6,500 of aa_ratios", lab.aa_ratios[5000:6500], 1.1, [101, 21, 61, 31], "", 2),
    ]


@check("00-power")
def check_power(that, pairs_needed):
    cases, yours, wrong = power_cases(), [], None
    for words, ratios, slowdown, candidates, _, _ in cases:
        given, asked = ratios.copy(), list(candidates)
        try:
            got = pairs_needed(given, slowdown, asked)
        except Exception:
            if wrong is None:
                raise
            break  # what was wrong before says more
        that(got is not None, f"{words}: nothing came back; does each way through your function return?", 3)
        that(np.array_equal(given, ratios), "you changed the caller's ratios: multiply a copy", 2)
        that(asked == list(candidates), "you changed the caller's candidates: sorted() makes a copy", 2)
        whole = isinstance(got, int | np.integer) and not isinstance(got, bool)
        that(whole, f"{words}: one of the candidates is asked, or the number 0; yours is {got!r}", 3)
        yours.append(got)
        if wrong is None and got != fewest(ratios, slowdown, candidates):
            wrong = len(yours) - 1
    if wrong is None:
        return
    words, ratios, slowdown, candidates, why, hint = cases[wrong]
    got, right = yours[wrong], fewest(ratios, slowdown, candidates)
    said = f"{words}, slowdown {slowdown:g}, candidates {candidates}: {right} is right, you say {got}"
    for mistake, (its_words, its_hint) in POWER.items():
        told = zip(cases, yours, strict=False)
        that(
            not all(it == fewest(*case[1:4], mistake) for case, it in told), f"{said}. {its_words}", its_hint
        )
    fresh = pairs_needed(ratios.copy(), slowdown + 1e-9, list(candidates))
    kept = "Asked by itself you are right: a result is kept from an earlier call, with other ratios"
    that(fresh != right, f"{said}. {kept}", 2)
    nothing = "You never find anything: do you multiply by slowdown (and not the bound, too)"
    that(any(yours), f"{said}. {nothing}, and is your share a fraction, compared with 0.95?", 1)
    that(got >= 0, f"{said}. If no candidate is enough, the answer is 0", 3)
    that(got in (0, *candidates), f"{said}, which isn't among the candidates that were handed in", 2)
    if not why:
        n = got or right
        it = found(groups_of(ratios, n, ""), slowdown, "")
        why = f"in groups of {n} {it.sum()} of {len(it)} find it"
    that(False, f"{said}: {why}", hint)
