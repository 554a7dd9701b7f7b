"""Lab 00's checks: what is right, what usual mistakes return, and what is wrong in a learner's own terms."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
from scipy.stats import binom, norm

from utils.ch00 import lab
from utils.checks import check

# ---- 1 · timer -----------------------------------------------------------------------------------


def timed(device: lab.PretendDevice, repeats: int, warmup: int, mistake: str = "") -> np.ndarray:
    """The seconds of each call, as a timer with this usual mistake (TIMER) would tell them."""
    clock, wait, run = device.clock, device.wait, device.run
    early = 0.0
    if mistake == "starts at once":
        early = clock()
    for _ in range(warmup):
        run()
        if mistake == "waits in the warm-up":
            wait()
    if mistake not in ("waits in the warm-up", "warm-up leaks", "starts at once"):
        wait()
    found, begun = [], clock()
    for i in range(repeats):
        start = clock()
        if mistake == "the first start" or (mistake == "starts at once" and not i):
            start = early or begun
        run()
        if mistake == "starts behind the call":
            start = clock()
        stop = clock()
        if mistake != "stops too early":
            wait()
            stop = clock()
        wait()
        found.append(stop - start)
    found = np.array(found)
    if mistake == "average":
        return np.full(repeats, (clock() - begun) / repeats)
    return found


TIMER = {  # mistake → words, hint
    "stops too early": (
        "you stopped the clock before the work was done: a call returns at once, so wait() before you stop",
        1,
    ),
    "starts behind the call": ("your clock starts after the call: handing over the work is a part of it", 1),
    "warm-up leaks": (
        "your first time holds work that was queued before it: wait() before you read the clock the first time",
        2,
    ),
    "waits in the warm-up": (
        "the device was busy when you began, and without warm-up calls nobody waited for it",
        2,
    ),
    "the first start": ("all your times run from the first start: read the clock anew for each call", 3),
    "starts at once": (
        "your first time runs from before the warm-up: read the clock right before the call",
        3,
    ),
    "average": ("all your times are the same, their mean: each call has a time of its own", 3),
}
SECONDS = [
    9.1234567,
    0.7654321,
    2.5123457,
    1.2501234,
    4.0087654,
    0.0007351,
]  # of the first call, the second, …


@check("00-timer")
def check_timer(that, time_calls):
    for repeats, warmup, queued in [
        (3, 2, 0.0),
        (2, 0, 0.0),
        (2, 0, 100.0),
        (1, 1, 7.0),
        (6, 0, 0.0),
        (4, 3, 3.0),
    ]:
        device = lab.PretendDevice(SECONDS, queued)
        words = f"repeats={repeats}, warmup={warmup}"
        busy = f", and the device busy for {queued:g} s more" if queued else ""
        got = time_calls(device.run, repeats, warmup, device.clock, device.wait)
        that(got is not None, "nothing came back: does your function end in a return?", 3)
        kind = type(got).__name__
        that(
            isinstance(got, np.ndarray), f"return a NumPy array; yours is a {kind}: np.array(…) makes one", 1
        )
        that(
            device.calls == repeats + warmup,
            f"{words}: {warmup} calls that don't count and {repeats} that do are {warmup + repeats}; "
            f"you made {device.calls}",
            3,
        )
        more = warmup and got.shape == (repeats + warmup,)
        that(not more, f"{words}: your array holds the times of the warm-up calls, too", 3)
        that(got.shape == (repeats,), f"{words}: shape ({repeats},) is asked; yours is {got.shape}", 3)
        that(device.looks > 0, "you read another clock than the one that you were given, clock()", 1)
        that(got.dtype.kind not in "iu", "your array is of whole numbers: it cuts the seconds off", 3)
        that(got.dtype.kind == "f", f"an array of floats is asked; yours is of {got.dtype}", 3)
        calls = np.array([SECONDS[(warmup + i) % len(SECONDS)] for i in range(repeats)])
        right = calls + 1e-3
        if np.allclose(got, right, rtol=1e-6, atol=0):
            continue
        said = f"{words}{busy}: {right.tolist()} s are right; you returned {got.tolist()}"
        for mistake, (why, hint) in TIMER.items():
            theirs = timed(lab.PretendDevice(SECONDS, queued), repeats, warmup, mistake)
            same = np.allclose(got, theirs, rtol=1e-5) and not np.allclose(theirs, right, rtol=1e-4, atol=0)
            that(not same, f"{words}{busy}: {why}", hint)
        for digits in range(7):
            rounded = np.array_equal(got, right.round(digits))
            that(not rounded, f"{words}: you rounded to {digits} digits; a time is asked as it was read", 3)
        that(
            not np.allclose(got, -right),
            f"{words}: your times are negative: the second reading minus the first",
            3,
        )
        mixed = np.allclose(np.sort(got), np.sort(right))
        that(not mixed, f"{words}: the right times in another order; leave them in that of the calls", 3)
        that(not np.allclose(got, calls), f"{words}: handing over the work, a millisecond, belongs to it", 1)
        close = np.allclose(got, right, rtol=1e-3, atol=1e-5)
        that(not close, f"{said}: nearly. Take the difference first, in 64 bits, and don't round", 3)
        times = float(np.mean(got / right))
        scaled = np.allclose(got, times * right)
        that(
            not scaled,
            f"{said}. All of yours are {times:.4g} times the right ones: seconds of one call are asked",
            3,
        )
        more = float(np.mean(got - right))
        that(not np.allclose(got, right + more), f"{said}. All of yours are {more:g} s too long", 3)
        alike = repeats > 1 and np.ptp(got) == 0
        that(not alike, f"{said}. All of yours are the same: each call has a time of its own", 3)
        at = int(np.flatnonzero(~np.isclose(got, right, rtol=1e-6, atol=0))[0])
        off = got[at] - right[at]
        that(False, f"{said}. Time number {at + 1} is {abs(off):g} s too {'long' if off > 0 else 'short'}", 2)


# ---- 2 · percentiles -----------------------------------------------------------------------------


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


# ---- 3 · interval --------------------------------------------------------------------------------


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
    "k - 1": ("yours are one further out: k is the largest that fulfils it, and ratio k is at [k - 1]", 3),
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
            that(number and value is not None, f"{name} is to be a number; yours is {value!r}", 1)
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
            "you took rows for columns: A is pairs[:, 0]": np.median(pairs[1] / pairs[0]),
            "that is the median of the differences, in seconds": np.median(pairs[:, 1] - pairs[:, 0]),
        }
        close = np.isclose(median, right, rtol=1e-6)
        for why, value in others.items():
            that(close or not np.isclose(median, value, rtol=1e-6), f"{words}: {why}", 1)
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
            other = f"{'high' if i == 0 else 'low'} is right; {side} is ratio number {places[i]}"
            that(not (apart[1 - i] and low in ordered and high in ordered), f"{asked}. Your {other}", 3)
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
    for n in (5, 8, 10, 1):
        _, low, high, verdict = ask(lab.noise[100 : 100 + 2 * n].reshape(n, 2) * [1, 9])
        none = f"{n} pairs allow no interval at 99.9% (for k = 1 the left side is {2 * 0.5**n:.4f})"
        that(
            (low, high) == (-np.inf, np.inf),
            f"{none}: low is -inf and high inf; yours {low:.4g}, {high:.4g}",
            2,
        )
        that(verdict == "no difference", f"{none}, so the verdict is 'no difference', and not {verdict!r}", 3)
    ask(lab.noise[:12].reshape(6, 2), 0.95)  # k = 1
    check_numbers("6 pairs", lab.noise[:12].reshape(6, 2), 0.95, 1)

    def verdict(ratios, right, why, hint=1):
        seconds = np.random.default_rng(1).uniform(0.5, 2, len(ratios)).round(2)
        # Powers of 2 leave a ratio as it is: an end of just 1.05 isn't above it by rounding.
        seconds = 2.0 ** np.round(np.log2(seconds))
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


# ---- 4 · review ----------------------------------------------------------------------------------

ASYNCHRONOUS, BLOCKS, COLD, FEW = FAULTS = ("asynchronous", "blocks", "cold", "few")
NONE = {  # why a log doesn't have the fault
    ASYNCHRONOUS: "between each call and the next reading of the clock there is a wait",
    BLOCKS: "of a and of b, neither has all of its timed calls before the other's",
    COLD: "a and b were both called before they were timed",
    FEW: "a and b have 11 timed calls or more",
}


@check("00-review")
def check_review(that, review):
    def ask(name, log, *faults, why="", hint=2):
        given = list(log)
        got = review(given)
        that(got is not None, "nothing came back: does your function end in a return?", 1)
        that(given == log, "you changed the caller's log: work on a copy", 1)
        that(isinstance(got, list), f"return a list; yours is a {type(got).__name__}", 1)
        got, again = list(got), review(list(log))
        kept = f"of {name} you say {got}, and once more of the same log {again}"
        that(got == again, f"{kept}: something is kept from one call to the next", 1)
        because = f" ({why})" if why else ""
        for fault in got:
            known = isinstance(fault, str) and fault in FAULTS
            that(known, f"{fault!r} is none of the four words: mind the spelling", 1)
            fine = NONE[fault] + (f": {why}" if why and not faults else "")
            that(fault in faults, f"{name} isn't {fault!r}, and you say so ({fine})", hint)
        for fault in faults:
            that(fault in got, f"{name} is {fault!r}, and you didn't see it{because}", hint)
        that(len(set(got)) == len(got), f"of {name} you say {got}: each fault once", 1)
        that(got == list(faults), f"of {name} you say {got}: sort by the alphabet", 1)

    warm, untimed = ["a", "b", "wait"], ["a", "b", "wait"]
    a, b = ["start", "a", "wait", "stop"], ["start", "b", "wait", "stop"]
    hurry = ["start", "a", "stop", "wait", "start", "b", "stop", "wait"]
    turns = (a + b) * 11
    # The five of the lab's page, by what they do.
    ask("one_after_the_other", warm + a * 30 + b * 30, BLOCKS, why="each timed a comes before each timed b")
    ask("honest", warm + (a + b + b + a) * 15, why="30 timed calls each, warm, by turns, all waited for")
    ask("straight_away", (a + b) * 30, COLD, why="no call came before the timed ones")
    ask(
        "in_a_hurry",
        warm + hurry * 30,
        ASYNCHRONOUS,
        why="the stop comes right behind the call, the wait later",
    )
    weekend = (
        "b was never called before it was timed, and each has 5 timed calls: there may be several faults"
    )
    ask("the_weekend_one", ["a", "wait"] + (a + b) * 5, COLD, FEW, why=weekend)

    ask("a log of all b, then all a", warm + b * 12 + a * 30, BLOCKS, why="either of them may come first")
    ask("a log of 12 b between 6 and 6 a", warm + a * 6 + b * 12 + a * 6, why="a comes before b and after it")
    ask("a log of 2 a, then b and a by turns", warm + a * 2 + (b + a) * 12 + b)
    ask("a log of 11 a, then b and a by turns", warm + a * 11 + (b + a) * 12, why="a comes after b, too")
    calls = warm + a * 12 + ["b", "wait"] + b * 12
    ask(
        "a log of all a, then an untimed b, then all b",
        calls,
        BLOCKS,
        why="only timed calls count for blocks",
    )
    calls = warm + a * 12 + b * 12 + ["a", "wait"]
    ask(
        "a log of all a, then all b, then an untimed a",
        calls,
        BLOCKS,
        why="only timed calls count for blocks",
    )
    calls = warm + ["b", "wait", "a", "wait"] + b * 12 + a * 12
    ask(
        "a log of b and a untimed, then all b, then all a",
        calls,
        BLOCKS,
        why="only timed calls count for blocks",
    )

    ask("a log of 10 timed calls each", warm + (a + b) * 10, FEW, why="10 are fewer than 11", hint=1)
    ask("a log of 11 timed calls each", warm + turns, why="11 aren't fewer than 11", hint=1)
    ask("a log of 20 timed b and 10 a", warm + (a + b + b) * 10, FEW, why="a alone has too few")
    ask("a log of 20 timed a and 10 b", warm + (a + b + a) * 10, FEW, why="b alone has too few")
    long = ["start", "a", "b", "wait", "stop"]
    ask("a log that times a and b in one span", warm + a + b + long * 11, why="all calls of a span are timed")
    ask(
        "a log that times a, waits, times b, in one span",
        warm + a + b + ["start", "a", "wait", "b", "wait", "stop"] * 11,
        why="all calls of a span are timed",
    )
    ask(
        "a log of 10 timed calls each, and 10 untimed",
        warm + (untimed + a + b) * 10,
        FEW,
        why="untimed ones don't count",
    )
    calls = warm + a + ["start", "wait", "a", "wait", "stop", *b] * 11
    ask("a log whose spans begin with a wait", calls, why="a is timed there, too")

    late = ["start", "wait", "a", "stop"]
    calls = warm + turns + late
    why = "it waits before that call, and not behind it"
    ask("a log of 22 calls and one more that isn't waited for", calls, ASYNCHRONOUS, why=why)
    ask(
        "a log of 120 calls and one that isn't waited for",
        warm + (a + b) * 60 + late,
        ASYNCHRONOUS,
        why="one is enough",
    )
    ask(
        "a log whose first stop is too early",
        warm + late + ["wait"] + turns,
        ASYNCHRONOUS,
        why="one is enough",
    )
    first = ["start", "a", "wait", "b", "stop", "wait"]
    ask(
        "a log with a call, a wait, a call in one span",
        warm + turns + first,
        ASYNCHRONOUS,
        why="the last call isn't waited for",
    )
    ask(
        "a log whose warm-up isn't waited for",
        ["a", "b"] + turns,
        ASYNCHRONOUS,
        why="the clock starts while b is at work: 'start' is a reading, too",
    )
    calls = warm + turns + ["b"] + a
    ask(
        "a log with an untimed b right before a start",
        calls,
        ASYNCHRONOUS,
        why="b is at work when the clock starts",
    )
    ask(
        "a log that ends in a call nobody waits for",
        warm + turns + ["a"],
        why="the clock isn't read any more",
    )
    ask("a log with two untimed calls before a wait", warm + turns + ["a", "b", "wait", *a])
    ask(
        "a log with a span of a wait alone", warm + turns + ["start", "wait", "stop"], why="no call, no fault"
    )
    ask("a log with an empty span", warm + turns + ["start", "stop", *a], why="no call, no fault")

    ask(
        "a log that warms b after a was timed",
        ["a", "wait"] + a + ["b", "wait"] + b + turns,
        why="b was called before it was timed",
    )
    ask(
        "a log that warms up after it has timed",
        (a + b + untimed) * 11,
        COLD,
        why="the first calls are timed",
        hint=3,
    )
    ask("a log that warms a twice and b never", ["a", "a", "wait"] + turns, COLD, why="b is cold")
    ask("a log that warms b alone", ["b", "wait"] + turns, COLD, why="a is cold")
    ask("a log that starts with a wait", ["wait", *warm] + turns, why="both were called before")
    ask(
        "a log that starts with an empty span",
        ["start", "wait", "stop", *warm] + turns,
        why="both were called before",
    )
    ask("a log with every fault", ["start", "b", "stop"] + b * 9 + a * 3, *FAULTS, why="look at all four")


# ---- 5 · power -----------------------------------------------------------------------------------


def groups_of(ratios: np.ndarray, n: int, mistake: str) -> list[np.ndarray]:
    """The groups of n successive ratios, or those that a usual mistake makes of them."""
    m = len(ratios)
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


def found(groups: list[np.ndarray], slowdown: float, mistake: str) -> np.ndarray:
    """Which groups find the slowdown, or seem to."""
    grown = {
        "added": lambda g: g + slowdown - 1,
        "divided": lambda g: g / slowdown,
    }.get(mistake, lambda g: slowdown * g)
    end = {"median": np.median, "mean": np.mean}.get(mistake, lab.low_end)
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
    nothing = "You never find anything: do you multiply by slowdown (and not the bound, too)"
    that(any(yours), f"{said}. {nothing}, and is your share a fraction, compared with 0.95?", 1)
    that(got >= 0, f"{said}. If no candidate is enough, the answer is 0", 3)
    that(got in (0, *candidates), f"{said}, which isn't among the candidates that were handed in", 2)
    if not why:
        n = got or right
        it = found(groups_of(ratios, n, ""), slowdown, "")
        why = f"in groups of {n} {it.sum()} of {len(it)} find it"
    that(False, f"{said}: {why}", hint)
