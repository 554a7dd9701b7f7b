"""Lab 08's check of what must stay in float32: every set tried, and usual shortcuts."""

from __future__ import annotations

import itertools
from math import inf

import numpy as np

from utils.ch08.lab import KINDS, chain, half, run
from utils.checks import check


def off_by(operations, x: np.ndarray, keep) -> float:
    exact = run(operations, x, lambda it: it)
    got = run(operations, x, half, keep)
    if not np.isfinite(got).all():
        return inf
    return peak(got - exact) / peak(exact)


def peak(values: np.ndarray) -> float:
    return float(np.abs(values).max())


def fewest(
    operations, x: np.ndarray, most_error: float, error=off_by, best=min, sizes=slice(None)
) -> list[str]:
    """The smallest set whose error is within the bound, and of these the ``best``; only these ``sizes`` are tried."""
    names = [name for name, _ in operations]
    for k in range(len(names) + 1)[sizes]:
        found = [(error(operations, x, some), some) for some in itertools.combinations(names, k)]
        if within := [it for it in found if it[0] <= most_error]:
            return list(best(within)[1])
    return []


def measured(measure, nan_passes: bool = False):
    """An error of a set, by a ``measure`` (result, exact), which may be mistaken."""

    def error(operations, x: np.ndarray, keep) -> float:
        y, exact = run(operations, x, half, keep), run(operations, x, lambda it: it)
        if not np.isfinite(y).all():
            return -1.0 if nan_passes and np.isnan(y).any() else inf
        with np.errstate(all="ignore"):
            return float(measure(y, exact))

    return error


def relative(y: np.ndarray, exact: np.ndarray) -> float:
    return peak(y - exact) / peak(exact)


def rows_of(values: np.ndarray) -> np.ndarray:
    return np.abs(values).reshape(len(values), -1).max(axis=1)


MEASURES = [  # a mistaken error of (result, exact), the words
    (lambda y, exact: peak(y - exact), "that is an absolute error; divide by the largest |exact|"),
    (lambda y, exact: peak((y - exact) / exact), "divide by the largest |exact|, not each by its own"),
    (lambda y, exact: peak(y - exact) / exact.max(), "it is the largest |exact|, not the largest exact"),
    (lambda y, exact: peak(y - exact) / abs(exact.max()), "take |exact| first, and the largest of it then"),
    (lambda y, exact: (y - exact).max() / peak(exact), "deviations below count, too: |result - exact|"),
    (lambda y, exact: abs((y - exact).max()) / peak(exact), "take |result - exact| first, its maximum then"),
    (lambda y, exact: abs(peak(y) - peak(exact)) / peak(exact), "subtract first, and take the largest then"),
    (lambda y, exact: peak(np.abs(y) - np.abs(exact)) / peak(exact), "subtract first: a flipped sign counts"),
    (lambda y, exact: peak(y - exact) / np.ptp(exact), "divide by the largest |exact|, not by the range"),
    (lambda y, exact: peak(y - exact) / peak(y), "divide by the largest |exact|, not by the result's"),
    (lambda y, exact: peak(y - exact) / max(1, peak(exact)), "results may be far below 1: no max(1, …)"),
    (lambda y, exact: peak(y - exact) / (peak(exact) + 1e-3), "add nothing to the largest |exact|"),
    (
        lambda y, exact: peak(y - exact) / np.abs(exact).mean(),
        "divide by the largest |exact|, not by the mean",
    ),
    (lambda y, exact: np.abs(y - exact).mean() / np.abs(exact).mean(), "the largest counts, not the mean"),
    (lambda y, exact: np.abs(y - exact).mean() / peak(exact), "the largest counts, not the mean"),
    (lambda y, exact: np.linalg.norm(y - exact) / np.linalg.norm(exact), "the largest counts, not a norm"),
    (lambda y, exact: relative(y, exact) ** 2, "that is a squared error"),
    (lambda y, exact: 100 * relative(y, exact), "most_error is a fraction, not in %"),
    (lambda y, exact: (rows_of(y - exact) / rows_of(exact)).max(), "over all elements, not row by row"),
    (lambda y, exact: (rows_of(y - exact) / rows_of(exact)).mean(), "over all elements, not row by row"),
    (lambda y, exact: relative(y[0], exact[0]), "over all elements, not in one row"),
    (lambda y, exact: relative(y[-1], exact[-1]), "over all elements, not in one row"),
    (lambda y, exact: relative(half(y), exact), "the result itself isn't rounded once more"),
    (lambda y, exact: relative(y, half(exact)), "exact is without half"),
]


def one_by_one(operations, x: np.ndarray, most: float) -> list[str]:
    """Greedy: the best one more, until it is enough."""
    names, kept = [name for name, _ in operations], []
    while off_by(operations, x, kept) > most:
        rest = [n for n in names if n not in kept]
        kept.append(min(rest, key=lambda it: off_by(operations, x, [*kept, it])))
    return kept


def dropped(operations, x: np.ndarray, most: float, best: bool) -> list[str]:
    """Greedy: all, then one less (the first that can be spared, or the best), as long as it is enough."""
    kept = [name for name, _ in operations]
    while True:
        less = [(off_by(operations, x, [n for n in kept if n != it]), it) for it in kept]
        spared = [it for it in less if it[0] <= most]
        if not spared:
            return kept
        kept.remove((min(spared) if best else spared[0])[1])


def worst_first(operations, x: np.ndarray, most: float) -> list[str]:
    names, kept = [name for name, _ in operations], []
    ranked = sorted(names, key=lambda it: off_by(operations, x, [n for n in names if n != it]))
    while off_by(operations, x, kept) > most:
        kept.append(ranked.pop())
    return kept


def bad_alone(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    return [it for it in names if off_by(operations, x, [n for n in names if n != it]) > most]


def bad_without(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    right = off_by(operations, x, []) <= most
    return [] if right else [it for it in names if off_by(operations, x, [it]) > most]


def complement(operations, x: np.ndarray, most: float) -> list[str]:
    right = fewest(operations, x, most)
    return [name for name, _ in operations if name not in right]


def best_of_all(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    every = [some for k in range(len(names) + 1) for some in itertools.combinations(names, k)]
    return list(min(every, key=lambda some: off_by(operations, x, some)))


def up_to(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    return next(names[:k] for k in range(len(names) + 1) if off_by(operations, x, names[:k]) <= most)


def within(**other):
    return lambda operations, x, most: fewest(operations, x, most, **other)


EVERY = "Try sets of every size, from none (return []) to all"
GREEDY = "one at a time isn't enough: the best single one need not be in the smallest set, and errors cancel"
STAY_MISTAKES = [  # what it makes of (operations, x, most_error), the words, a hint
    *[(within(error=measured(measure)), words, 1) for measure, words in MEASURES],
    (
        within(error=measured(relative, nan_passes=True)),
        "a result with NaN in it is no result: its error is inf",
        2,
    ),
    (
        lambda ops, x, most: fewest(ops, x, np.nextafter(most, 0)),
        "an error of just most_error is allowed: <=",
        1,
    ),
    (
        lambda ops, x, most: fewest(ops, x, most) or [one_best(ops, x)],
        f"Nothing may have to stay. {EVERY}",
        1,
    ),
    *[(within(sizes=slice(0, k)), f"{EVERY}; yours end too early", 1) for k in (2, 3, 4, 5, -1)],
    (complement, "these may be half; return those that stay", 1),
    (lambda ops, x, most: [name for name, _ in ops], "fewest first: you keep all", 1),
    (best_of_all, "fewest first: you take the smallest error of all sets", 1),
    (
        within(best=lambda found: found[0]),
        "of equally few, take those with the smallest error, not the first",
        3,
    ),
    (
        within(best=lambda found: found[-1]),
        "of equally few, take those with the smallest error, not the last",
        3,
    ),
    (within(best=max), "of equally few, take those with the smallest error, not the largest", 3),
    (bad_alone, "you take those that are over the bound if they alone are half", 2),
    (bad_without, "you take those without which the rest is over the bound", 2),
    (up_to, "you keep all up to some place; fewer are enough", 3),
    (one_by_one, GREEDY, 3),
    (lambda ops, x, most: dropped(ops, x, most, best=False), f"you drop while you can; {GREEDY}", 3),
    (lambda ops, x, most: dropped(ops, x, most, best=True), f"you drop while you can; {GREEDY}", 3),
    (worst_first, "worst first isn't fewest: errors add up, and cancel", 3),
]


def one_best(operations, x: np.ndarray) -> str:
    return min((off_by(operations, x, [name]), name) for name, _ in operations)[1]


SAID = {
    "norm": "squares that overflow, and their mean",
    "softmax": "powers that overflow, and their sum",
    "sum": "a total that grows so large that small numbers are lost",
    "nan": "0 / 0 in half, in one row",
    "together": "two operations, each within the bound alone, over it together",
    "opposed": "errors that cancel",
    "greedy": "three errors, the worst of which makes up for the others",
    "far": "a result nearly twice as large as the exact one",
    "fewest": "one bad operation, or two others",
    "exact": "an error of just most_error",
    "large": "results near 1,000",
    "small element": "an element that is tiny beside the largest, which is negative",
    "largest": "one element of many is too large",
    "below": "one element is too small, all others slightly too large",
    "apart": "large numbers added and taken away, twice",
    "all": "squares that overflow, their sum, and twice that",
    "none": "nothing has to stay",
    "shifted": "a large number added and taken away",
    "small row": "a row near 1,000, and one near 0.01 that is far off by itself",
    "small": "results below 0.001",
    "flipped": "results of the right size and the wrong sign",
    "beyond": "results just above 65,504, where half is infinite",
    "nan first": "0 / 0 in half, where the exact element is next to 0; the first sets of a size have NaN",
    "names": "one name is part of another, and keep holds whole names",
    "four": "six operations, the last four of which are each over the bound",
    "six": "six operations, each over the bound",
}


@check("08-stays")
def check_stays(that, must_stay):
    def answer(case, words: str) -> list[str]:
        operations, x, most = case
        names, given, its_x = [name for name, _ in operations], list(operations), x.copy()
        got = must_stay(given, its_x, half, most)
        nothing = f"{words}: nothing came back. {EVERY} {len(names)}, with which the error is 0"
        that(got is not None, f"{nothing}, and return the first that will do", 1)
        kind = type(got).__name__
        that(isinstance(got, list), f"{words}: a list of names is asked; yours is a {kind}", 1)
        that(given == operations and np.array_equal(its_x, x), "your code changed operations or x", 1)
        strange = [it for it in got if not isinstance(it, str) or it not in names]
        those = ", but of an earlier call's: keep nothing" * (bool(tried) and set(map(str, strange)) <= seen)
        that(not strange, f"{words}: {strange} are no names of these operations{those}", 1)
        seen.update(names)
        return got

    cases = [
        (kind, chain(np.random.default_rng([seed, len(kind)]), kind)) for kind in KINDS for seed in range(3)
    ]
    tried, seen = [], set()  # of each case the words, what is right, what came; names so far
    for kind, case in cases:
        names = [name for name, _ in case[0]]
        words = f"{SAID[kind]} ({', '.join(names)}, most_error {case[2]:.3g})"
        tried.append((words, fewest(*case), answer(case, words)))
    wrong = [i for i, (_, right, got) in enumerate(tried) if got != right]
    if not wrong:
        return
    words, right, got = tried[wrong[0]]
    case = cases[wrong[0]][1]
    that(sorted(got) != sorted(right), f"{words}: {right}, in the operations' order; yours {got}", 1)
    kept = f"{words}: twice the same input, {got} and then another result: keep nothing between calls"
    that(answer(case, words) == got, kept, 1)
    error, least = off_by(*case[:2], got), off_by(*case[:2], right)
    words = f"{words}: {right} stay; yours, {got}, leaves an error of {error:.3g}"
    unkept = all(not its for _, _, its in tried)
    that(
        not unkept,
        f"{words}. Yours never keeps any: does run get the names that stay? Is exact without half?",
        2,
    )
    fitting = {
        what: hint
        for mistake, what, hint in STAY_MISTAKES
        if all(sorted(mistake(*it)) == sorted(its) for (_, it), (_, _, its) in zip(cases, tried, strict=True))
    }
    what, hint = " Or: ".join(fitting), max(fitting.values(), default=2)
    that(not fitting, f"{words}. All {len(cases)} of your results fit this mistake: {what}", hint)
    that(error <= case[2], f"{words}: over the bound", 2)
    that(len(got) <= len(right), f"{words}: fewer are enough, with {least:.3g}", 3)
    that(False, f"{words}; of equally few those with the smallest error stay, with {least:.3g}", 3)
