"""Lab 00, exercise 3: the interval of a comparison, usual mistakes, and words for them."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
from scipy.stats import binom, norm

from utils.ch00 import lab
from utils.checks import check


def rank(n: int, confidence: float, mistake: str = "") -> int:
    """k: the k-th smallest and k-th largest of n are the ends; 0 if there is none. Or with a usual mistake."""
    if mistake == "normal":
        return max(0, math.ceil(n / 2 - norm.ppf(0.5 + confidence / 2) * math.sqrt(n) / 2))
    if mistake == "normal, rounds":
        return max(0, round(n / 2 - norm.ppf(0.5 + confidence / 2) * math.sqrt(n) / 2))
    if mistake == "normal, down":
        return max(0, int(n / 2 - norm.ppf(0.5 + confidence / 2) * math.sqrt(n) / 2))
    sides = 1 if mistake == "one-sided" else 2
    if mistake == "k = 1":
        return 1
    miss = {
        "halved": (1 - confidence) / 2,
        "always 99.9%": 0.001,
        "always 95%": 0.05,
        "confidence": confidence,
    }.get(mistake, 1 - confidence)
    if mistake == "pmf":
        return int(np.sum(2 * binom.pmf(np.arange(n // 2), n, 0.5) <= miss))
    k = int(np.sum(sides * binom.cdf(np.arange(n), n, 0.5) <= miss + 1e-12))
    return k + {"k - 1": -1, "k + 1": 1}.get(mistake, 0)


RANKS = {
    "one-sided": ("your k leaves out the factor 2: both ends can miss", 2),
    "always 99.9%": ("your k doesn't depend on confidence: 99.9% isn't always asked", 3),
    "always 95%": ("your k doesn't depend on confidence: 95% isn't always asked", 3),
    "confidence": ("you compare with confidence; what may be missed is 1 - confidence", 3),
    "halved": ("you halve 1 - confidence and double the tail: one of the two is enough", 3),
    "k = 1": ("yours are the smallest and the largest ratio: look for the largest k that fulfils it", 2),
    "pmf": ("your k comes from binom.pmf, the chance of just so many; cdf is that of so many or fewer", 3),
    "k - 1": (
        "yours are one further out: k is the largest that fulfils it, and ratio k is at [k - 1] "
        "(a bell curve in place of the binomial can do that, too)",
        3,
    ),
    "k + 1": ("yours are one further in: ratio k is at [k - 1], and binom.cdf gets k - 1, not k", 3),
}
BELL = ("normal", "normal, rounds", "normal, down")  # by one off, and not with every n


@check("00-interval")
def check_interval(that, compare_pairs):
    def ask(pairs, confidence=0.999):
        given = pairs.copy()
        got = compare_pairs(given, confidence)
        that(got is not None, "nothing came back: does your function end in a return?", 3)
        that(np.array_equal(given, pairs), "you changed the caller's pairs: work on a copy", 1)
        four = isinstance(got, tuple | list) and len(got) == 4
        that(four, f"return four things, (median, low, high, verdict); you returned {got!r}", 1)
        for name, value in zip(("median", "low", "high"), got, strict=False):
            number = isinstance(value, Real) or np.shape(value) == ()
            number = number and np.asarray(value).dtype.kind in "fiu"
            that(number, f"{name} is to be a number; yours is {value!r}", 1)
        that(isinstance(got[3], str), f"the verdict, in the fourth place, is a text; yours is {got[3]!r}", 1)
        return *map(float, got[:3]), str(got[3])

    def check_numbers(words, pairs, confidence, k, first=False):
        ratios = pairs[:, 1] / pairs[:, 0]
        ordered, n = np.sort(ratios), len(ratios)
        median, low, high, _ = ask(pairs, confidence)
        right = float(np.median(ratios))
        others = {
            "your ratio is A / B; B / A is asked": np.median(1 / ratios),
            "that is the ratio of the medians": np.median(pairs[:, 1]) / np.median(pairs[:, 0]),
            "that is the mean of the ratios": ratios.mean(),
            "that is the geometric mean of the ratios": np.exp(np.log(ratios).mean()),
            "that is the ratio of the shortest times": pairs[:, 1].min() / pairs[:, 0].min(),
            "that is by how much B takes longer, (B - A) / A; B / A is asked": right - 1,
            "that is the ratio of the sums": pairs[:, 1].sum() / pairs[:, 0].sum(),
            "you took the median before sorting": ratios[n // 2],
            "of an even number of ratios, the median is the mean of the middle two": ordered[n // 2],
            "of an even number, the median is the mean of the middle two": ordered[(n - 1) // 2],
            "you sorted both columns by themselves, and the pairs fell apart": np.median(
                np.sort(pairs[:, 1]) / np.sort(pairs[:, 0])
            ),
            "you took the median of the logarithms: of an even number that is another one": np.exp(
                np.median(np.log(ratios))
            ),
            "you took rows for columns: A is pairs[:, 0]": np.median(pairs[1] / pairs[0]),
            "that is the median of the differences, in seconds": np.median(pairs[:, 1] - pairs[:, 0]),
        }
        close = np.isclose(median, right, rtol=1e-6)
        for why, value in others.items():
            that(close or not np.isclose(median, value, rtol=1e-9), f"{words}: {why}", 1)
        for digits in range(1, 7):
            rounded = (
                [round(right, digits), *ordered[[k - 1, n - k]].round(digits)] if k else [right, low, high]
            )
            hit = not close and median == rounded[0]
            hit |= (
                not np.allclose([low, high], ordered[[k - 1, n - k]], rtol=1e-6)
                and [low, high] == rounded[1:]
            )
            that(not hit, f"{words}: you rounded to {digits} digits; leave the numbers as they are", 3)
        nearly = not close and np.isclose(median, right, rtol=1e-4)
        exact = f"the median of the {n} ratios B / A is {right:.10g}; yours is {median:.10g}"
        that(not nearly, f"{words}: {exact}, nearly: take the ratios' own, in 64 bits, and don't round", 1)
        that(close, f"{words}: the median of the {n} ratios B / A is {right:.6f}; yours is {median:.6f}", 1)
        ends = ordered[[k - 1, n - k]]
        if np.allclose([low, high], ends, rtol=1e-6):
            return
        asked = f"{words}: at {confidence:.1%} k is {k}, so the ends are ratios number {k} and {n + 1 - k} in order"
        that(not np.allclose([high, low], ends, rtol=1e-6), f"{asked}. You return high before low", 1)
        unsorted = np.allclose([low, high], ratios[[k - 1, n - k]], rtol=1e-6)
        that(not unsorted, f"{asked}. You took them from the unsorted ratios", 1)
        for mistake, (why, hint) in RANKS.items() if first else ():
            j = rank(n, confidence, mistake)
            theirs = ordered[[j - 1, n - j]] if 0 < j <= n else [-np.inf, np.inf]
            that(j == k or not np.allclose([low, high], theirs, rtol=1e-6), f"{asked}; {why}", hint)
        for mistake in BELL:
            j = rank(n, confidence, mistake)
            theirs = ordered[[j - 1, n - j]] if 0 < j <= n else [-np.inf, np.inf]
            bell = j != k and np.allclose([low, high], theirs, rtol=1e-6)
            that(not bell, f"{asked}. Does your k come from the bell curve? The binomial's is asked", 3)
        none = not np.isfinite([low, high]).any()
        that(not none, f"{asked}. You say that there is none: is your condition too strict?", 2)
        apart = np.isclose([low, high], ends, rtol=1e-6)
        places = [int(np.argmin(abs(ordered - end))) + 1 for end in (low, high)]
        for side, i in (("low", 0), ("high", 1)):
            where = ("smallest is at [k - 1]", "largest is at [n - k], or [-k],")[i] + " of the sorted ratios"
            other = f"{'high' if i == 0 else 'low'} is right; {side} is ratio number {places[i]}: the k-th {where}"
            that(not (apart[1 - i] and low in ordered and high in ordered), f"{asked}. Your {other}", 3)
        miss = (1 - confidence) / 2
        single = np.allclose([low, high], np.quantile(ratios, [miss, 1 - miss]), rtol=1e-6)
        where = (
            f"quantiles: {confidence:.0%} of the single ratios lie between; asked is where their median lies"
        )
        that(not single, f"{asked}. Yours are {where}", 2)
        for name, centre in {"mean": ratios.mean(), "median": right}.items():
            even = np.isclose((low + high) / 2, centre, rtol=1e-6)
            that(not even, f"{asked}. Yours are the {name} ± something: take two of the sorted ratios", 2)
        between = not (np.isin([low, high], ordered).all())
        that(
            not between,
            f"{asked}. Yours, {low:.4f} and {high:.4f}, are none of the ratios: take two of those that you sorted",
            3,
        )
        that(False, f"{asked}. Yours are number {places[0]} and {places[1]}", 2)

    for n, confidence, k in [(200, 0.99, 82), (61, 0.999, 18), (36, 0.999, 8), (11, 0.999, 1), (12, 0.95, 3)]:
        check_numbers(
            f"{n} pairs", lab.noise[: 2 * n].reshape(n, 2) * [1, 1.2], confidence, k, first=n == 200
        )

    def verdict(ratios, right, why, hint=1, seconds=None):
        given, seconds = seconds, np.random.default_rng(1).uniform(0.5, 2, len(ratios)).round(2)
        # Powers of 2 leave a ratio as it is: an end of just 1.05 isn't above it by rounding.
        seconds = 2.0 ** np.round(np.log2(seconds)) if given is None else given
        got = ask(np.stack([seconds, seconds * ratios], axis=1))[3]
        that(got in WORDS, f"the verdict is one of {', '.join(map(repr, WORDS))}; yours is {got!r}", 1)
        swapped = {"slower": "faster", "faster": "slower"}.get(right) == got
        that(
            not swapped,
            f"{why}: B takes {np.median(ratios):.2f} times as long, so B is {right!r}, not {got!r}",
            1,
        )
        that(got == right, f"{why}: {right!r}, and not {got!r}", hint)

    WORDS = ("slower", "faster", "no difference")
    line = np.linspace
    verdict(np.full(61, 1.3), "slower", "each ratio is 1.3")
    verdict(np.full(61, 0.7), "faster", "each ratio is 0.7")
    verdict(np.full(61, 1.0), "no difference", "each ratio is 1")
    verdict(np.full(61, 1.04), "no difference", "each ratio is 1.04, which isn't above 1.05")
    verdict(np.full(61, 0.97), "no difference", "each ratio is 0.97, which isn't below 1/1.05 = 0.952")
    verdict(np.full(61, 1.045), "no difference", "each ratio is 1.045, which isn't above 1.05")
    verdict(np.full(61, 0.957), "no difference", "each ratio is 0.957, which isn't below 1/1.05 = 0.952")
    verdict(np.full(61, 1.06), "slower", "each ratio is 1.06, above 1.05")
    verdict(np.full(61, 0.951), "faster", "each ratio is 0.951, below 1/1.05 = 0.952 (0.95 isn't the bound)")
    verdict(np.full(61, 1.05), "no difference", "each ratio is 1.05: just that isn't above it")
    verdict(
        line(1, 1.2, 31),
        "no difference",
        "the interval is 1.04 to 1.16, not all above 1.05, though the median is",
    )
    verdict(
        line(0.85, 1, 31),
        "no difference",
        "the interval is 0.88 to 0.97, not all below 0.952, though the median is",
    )
    verdict(
        line(1.03, 1.23, 31),
        "slower",
        "the interval is 1.07 to 1.19, all above 1.05, though the least ratio isn't",
    )
    verdict(
        line(0.76, 0.97, 31),
        "faster",
        "the interval is 0.80 to 0.93, all below 0.952, though the largest ratio isn't",
    )
    most = np.r_[np.full(28, 1.3), np.full(3, 0.2)]
    verdict(
        most,
        "slower",
        "28 of 31 ratios are 1.3, and in the other three pairs A was interrupted: the ratios count, not the seconds",
        seconds=np.where(most > 1, 1.0, 64.0),
    )
    for n in (5, 8, 10, 1):
        _, low, high, word = ask(lab.noise[100 : 100 + 2 * n].reshape(n, 2) * [1, 9])
        none = f"{n} pairs allow no interval at 99.9% (for k = 1 the left side is {2 * 0.5**n:.4f})"
        that(
            (low, high) == (-np.inf, np.inf),
            f"{none}: low is -inf and high inf; yours {low:.4g}, {high:.4g}",
            2,
        )
        that(word == "no difference", f"{none}, so the verdict is 'no difference', and not {word!r}", 3)
    check_numbers("6 pairs", lab.noise[:12].reshape(6, 2), 0.95, 1)
    check_numbers("61 pairs, as before", lab.noise[:122].reshape(61, 2) * [1, 1.2], 0.95, 23, first=True)
