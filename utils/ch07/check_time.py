"""Lab 07's check of time to accuracy: runs with known answers, and usual mistakes."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from utils.ch07.lab import RESAMPLES, pretend_runs
from utils.checks import check


def told_by_runs(val, test, seconds, target: float) -> tuple[np.ndarray, np.ndarray, list]:
    """What each run has spent, whether it gets there, and test of those that do."""
    spent, there, tests = [], [], []
    for v, t, s in zip(val.tolist(), test.tolist(), seconds.tolist(), strict=True):
        epochs = [e for e, accuracy in enumerate(v) if accuracy >= target]
        last = epochs[0] if epochs else len(v) - 1
        spent.append(sum(s[: last + 1]))
        there.append(bool(epochs))
        tests += [t[last]] * bool(epochs)
    return np.array(spent), np.array(there), tests


def timed(val, test, seconds, target: float, draws: np.ndarray, cut: int = RESAMPLES // 40) -> tuple:
    """(seconds, low, high, test), run by run; ``draws`` (RESAMPLES, runs), of which ``cut`` go at each end."""
    spent, there, tests = told_by_runs(val, test, seconds, target)
    if not tests:
        return np.inf, np.inf, np.inf, np.nan
    again = spent[draws].sum(axis=1)
    reached = there[draws].sum(axis=1)
    means = np.sort(np.divide(again, reached, out=np.full(len(draws), np.inf), where=reached > 0))
    return spent.sum() / there.sum(), means[cut], means[-cut - 1], np.mean(tests)


def time_mistakes(val, test, seconds, target: float, draws: np.ndarray) -> Iterator[tuple[tuple, str, int]]:
    """What usual mistakes come to where a run gets there, as from ``timed``, each with its words and a hint."""
    there = (val >= target).any(axis=1)
    given = target, draws
    for decimals in (0, 1):
        words = "compare val as it is, not rounded"
        yield timed(np.round(val, decimals), test, seconds, *given), words, 1
    above = np.nextafter(target, np.inf)
    yield timed(val, test, seconds, above, draws), "a val of just target is there: >=", 1
    yield timed(test, test, seconds, *given), "the target is looked for in val, and not in test", 1
    best = np.where(val == val.max(axis=1, keepdims=True), val, -np.inf)
    yield timed(best, test, seconds, *given), "the first epoch that is there counts, not the best one", 1
    all_at_once = np.zeros_like(seconds)
    all_at_once[:, 0] = seconds.sum(axis=1)
    yield timed(val, test, all_at_once, *given), "a run stops when it is there: later epochs aren't spent", 2
    alone = np.diff(seconds, axis=1, prepend=0)
    yield timed(val, test, alone, *given), "that is one epoch's time: add up those before it", 2
    late = np.concatenate([0 * seconds[:, :1], seconds[:, :-1]], axis=1)
    yield timed(val, test, late, *given), "the epoch in which a run gets there is spent, too", 2
    free = seconds * there[:, None]
    yield timed(val, test, free, *given), "runs that never get there have spent their seconds, too", 2
    k = int(there.sum())
    some = np.random.default_rng(4).integers(0, k, (RESAMPLES, k))  # failures left out altogether
    words = "runs that never get there are drawn, too, and their seconds count"
    yield timed(val[there], test[there], seconds[there], target, some), words, 3
    passed = val.copy()
    passed[~there, -1] = target
    words = "divide by the runs that get there, not by all; test, too, is a mean over those"
    yield timed(passed, test, seconds, *given), words, 2
    at_end = np.repeat(test[:, -1:], test.shape[1], axis=1)
    yield timed(val, at_end, seconds, *given), "test is that of the epoch in which the run gets there", 1
    right = timed(val, test, seconds, *given)
    yield (right[0], right[2], right[1], right[3]), "high comes after low", 1
    yield (right[0], right[1], right[2], val.max()), "test is asked for, not val", 1
    best = np.mean(test[there].max(axis=1))
    yield (*right[:3], best), "test of the epoch in which the run gets there, not its best one", 1
    stays = np.where(np.minimum.accumulate(val[:, ::-1], axis=1)[:, ::-1] >= target, val, -np.inf)
    words = "one epoch at target is enough: a later fall doesn't undo it"
    yield timed(stays, test, seconds, *given), words, 1
    whole = timed(val, test, seconds, np.floor(target), draws)
    yield whole, "the target as it is, not cut to a whole number", 1
    for cut in (0, 49, 51, 100):
        words = f"leave out 50 at each end (95%); yours is what {cut} leave"
        yield timed(val, test, seconds, *given, cut), words, 3
    spent, _, _ = told_by_runs(val, test, seconds, target)
    last = np.where(there, (val >= target).argmax(axis=1), -1)
    words = "test of the runs that get there, and of no others"
    yield (*right[:3], test[np.arange(len(test)), last].mean()), words, 1
    again, reached = spent[draws].sum(axis=1), there[draws].sum(axis=1)
    resampled = [
        (again / np.maximum(reached, 1), "a resample in which no run gets there is inf, and not its seconds"),
        (again / len(spent), "divide a resample's seconds by its runs that get there, and not by all"),
        (spent[there][some].mean(axis=1), "runs that never get there are drawn, too, and cost seconds"),
        (again / k, "count in each resample how many of its runs get there"),
    ]
    for means, words in resampled:
        means = np.sort(means)
        yield (right[0], means[RESAMPLES // 40], means[-RESAMPLES // 40 - 1], right[3]), words, 3


@check("07-time")
def check_time(that, time_to_accuracy):
    def told(place, got, given):
        """(words, hint) of the mistake that comes to these four; where none does, what to look at."""
        if not np.isfinite(given[3]) or not (given[0] >= given[3]).any():
            return ": where no run gets there it is inf, inf, inf, nan", 1
        for part in (slice(4), slice(place + 1)):  # all four, or those up to the first that is wrong
            for wrong, words, hint in time_mistakes(*given):
                if np.allclose(wrong[part], got[part], rtol=1e-9, atol=1e-12, equal_nan=True):
                    return f": {words}", hint
        ends = ": all 2,000 drawn at once, seconds and successes counted in each, sorted, 50 left out at each end?"
        return (": which epochs are spent, and by which runs?", ends, ends, ": test where it gets there")[
            place
        ], ((1, 3, 3, 1)[place])

    def expect(val, test, seconds, target, why):
        if len(val) < 3:  # few enough to do it by hand
            why += f" (val {val}, test {test}, seconds {seconds}, target {target})"
        val, test, seconds = (np.array(them, float) for them in (val, test, seconds))
        draws = np.random.default_rng(4).integers(0, len(val), (RESAMPLES, len(val)))
        right = timed(val, test, seconds, target, draws)
        kept = val.copy(), test.copy(), seconds.copy()
        got = time_to_accuracy(*kept, target, np.random.default_rng(4))
        that(got is not None, "time_to_accuracy returned nothing; is there a return?", 1)
        four = isinstance(got, tuple | list) and len(got) == 4
        that(four, f"return four numbers, (seconds, low, high, test); you returned {got!r}", 1)
        same = all(map(np.array_equal, kept, (val, test, seconds)))
        that(same, "your code changed val, test or seconds: they belong to the caller", 1)
        for place, name in enumerate(("seconds", "low", "high", "test")):
            mine, yours = right[place], float(got[place])
            if not np.isclose(yours, mine, rtol=1e-9, atol=1e-12, equal_nan=True):
                four = [float(it) for it in got]
                words, hint = told(place, four, (val, test, seconds, target, draws))
                if np.isnan(yours) and np.isinf(mine) and (val >= target).any():
                    words = ": a resample in which no run gets there is inf, not nan; nor interpolate two inf"
                    hint = 3
                that(False, f"{why}: {name} is {mine:.6g}; yours is {yours:.6g}{words}", hint)

    expect(
        [[90, 97, 98]],
        [[99, 96, 97]],
        [[2, 3, 4]],
        98,
        "test reaches the target earlier than validation, which decides",
    )
    expect(
        [[90, 99], [99, 99]],
        [[91, 98], [97, 98]],
        [[2, 2], [3, 3]],
        99,
        "run 0 gets there in epoch 1, run 1 in 0",
    )
    expect([[99, 98, 97]], [[96, 97, 98]], [[2, 3, 4]], 98.5, "it gets there in epoch 0, and falls again")
    expect(
        [[99, 99], [90, 91]],
        [[98, 98], [91, 91]],
        [[2, 2], [5, 6]],
        99,
        "run 1 never gets there: its 11 s count",
    )
    expect([[90, 91], [92, 93]], [[99, 99]] * 2, [[1, 1]] * 2, 99, "no run gets there")
    close = "val comes close to the target before it is there"
    expect([[98.2, 98.46, 98.5]], [[97, 98, 99]], [[2, 3, 4]], 98.5, close)
    for seed in range(3):
        runs = pretend_runs(np.random.default_rng(seed), 6 + 3 * seed, 4 + seed, 98.0)
        expect(*runs, 98.0, f"{6 + 3 * seed} runs, {4 + seed} epochs, two of them never there")
