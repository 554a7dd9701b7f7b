"""Lab 09's check of plans: all are tried, and a mistake is named where it explains what came back."""

from __future__ import annotations

import itertools

import numpy as np

from utils.ch09.lab import SCANS, drawn_scan
from utils.checks import check


def best(kept, lost, most, raw=False, nan=None, strict=False, tie="fewest", total=sum) -> list[int] | None:
    """The right plan, or that of a mistake; None where nothing fits."""
    found = []
    for levels in itertools.product(*(range(len(k)) for k in kept)):
        left = sum(int(k[i]) for k, i in zip(kept, levels, strict=True))
        losses = [float(it[i]) for it, i in zip(lost, levels, strict=True)]
        if nan is not None:
            losses = [nan if np.isnan(it) else it for it in losses]
        loss = total(losses if raw else [it if it > 0 or np.isnan(it) else 0.0 for it in losses])
        if not np.isnan(loss) and (left < most or (left == most and not strict)):
            found.append((loss, left, levels))
    if not found:
        return None
    if tie == "first":
        return list(min(found, key=lambda it: it[0])[2])
    if tie == "last":
        return list(min(reversed(found), key=lambda it: it[0])[2])
    if tie == "most":
        return list(min(found, key=lambda it: (it[0], -it[1]))[2])
    return list(min(found)[2])


def by_limit(kept, lost, most) -> list[int] | None:
    """Each layer at the fewest weights that lose no more than a limit, the same for all: the lowest that fits."""
    for limit in sorted({float(it) for layer in lost for it in layer if not np.isnan(it)}):
        levels = []
        for k, loss in zip(kept, lost, strict=True):
            levels.append(
                min((int(n), i) for i, (n, it) in enumerate(zip(k, loss, strict=True)) if not it > limit)[1]
            )
        if sum(int(k[i]) for k, i in zip(kept, levels, strict=True)) <= most:
            return levels
    return None


def greedy(kept, lost, most, per_weight=True) -> list[int] | None:
    """Step by step from all weights, each time the layer whose next level loses least (a weight)."""
    order = [list(np.argsort(-np.asarray(k), kind="stable")) for k in kept]
    at = [0] * len(kept)
    while sum(int(k[o[i]]) for k, o, i in zip(kept, order, at, strict=True)) > most:
        moves = []
        for layer, (k, loss, o) in enumerate(zip(kept, lost, order, strict=True)):
            if at[layer] + 1 < len(o):
                a, b = o[at[layer]], o[at[layer] + 1]
                moves.append(((loss[b] - loss[a]) / (k[a] - k[b] if per_weight else 1), layer))
        if not moves:
            return None
        at[min(moves)[1]] += 1
    return [int(o[i]) for o, i in zip(order, at, strict=True)]


def alike(kept, lost, most) -> list[int] | None:
    """The best plan with the same level in each layer."""
    levels = range(min(map(len, kept)))
    found = best([np.array([sum(int(k[i]) for k in kept) for i in levels])], [sum_at(lost, levels)], most)
    return found and found * len(kept)


def sum_at(lost, levels) -> np.ndarray:
    return np.array([sum(np.maximum(it[i], 0) for it in lost) for i in levels])


def _with(**how):
    return lambda kept, lost, most: best(kept, lost, most, **how)


FEWEST = "of equal losses, take the plan with the fewest weights"
BELOW = "a loss below 0 counts as 0"
MISTAKES = (  # (what plans come of it, its words, hint)
    (
        lambda kept, lost, most: [i + 1 for i in best(kept, lost, most)],
        "levels are places in kept[l], counted from 0",
        1,
    ),
    (
        lambda kept, lost, most: best(kept, [np.where(it < 0, np.nan, it) for it in lost], most),
        f"{BELOW}: such a level may be chosen, too",
        1,
    ),
    (_with(raw=True), f"{BELOW}: it is noise, and no gain", 1),
    (
        lambda kept, lost, most: best(kept, lost, most, raw=True, total=lambda it: np.maximum(sum(it), 0)),
        f"{BELOW}, before losses are added up: one below 0 makes up for no other",
        1,
    ),
    (lambda kept, lost, most: best(kept, list(map(np.abs, lost)), most), f"{BELOW}, not as its size", 1),
    (_with(nan=0.0), "NaN is no loss of 0: a layer that fell apart at a level is never at that level", 1),
    (_with(strict=True), "a plan with just `most` weights fits, too: <=", 1),
    *((_with(tie=tie), FEWEST, 2) for tie in ("first", "last", "most")),
    (
        lambda kept, lost, most: [int(np.argmin(k)) for k in kept],
        "you prune all you can; lose as little as you can within `most`",
        1,
    ),
    (
        lambda kept, lost, most: [int(np.argmax(k)) for k in kept],
        "you prune nothing, and that is over `most`",
        1,
    ),
    (alike, "all layers have the same level; each may have its own, so try combinations", 1),
    (_with(total=max), "the sum of the losses counts, not the largest", 1),
    (by_limit, "one limit of loss for each layer isn't the least sum: try all combinations", 1),
    *(
        (
            lambda kept, lost, most, each=each: greedy(kept, lost, most, each),
            "a layer's cheapest step first leads past the best plan: try all combinations",
            1,
        )
        for each in (True, False)
    ),
    (
        lambda kept, lost, most: [int(np.nanargmin(it)) for it in lost],
        "each layer by itself loses least with all its weights: together they are over `most`",
        1,
    ),
)


def _made(by, kept, lost, most) -> list | None:
    """What comes of it, from copies; None where nothing does."""
    try:
        return list(by([it.copy() for it in kept], [it.copy() for it in lost], most))
    except Exception:
        return None


def explains(mistake, plan, cases: list[tuple]) -> bool:
    """Whether the answer does what the mistake would wherever both come to something, and not in one case alone."""
    pairs = ((_made(mistake, *scan), _made(plan, *scan)) for _, *scan in cases)
    return all(wrong is None or its is None or its == wrong for wrong, its in pairs)


SAID_PLAN = {
    "one": "one layer",
    "exact": "a plan that just fits",
    "whole": "a budget for all weights",
    "greedy": "three layers",
    "largest": "the largest layer minds most",
    "negative": "a loss below 0",
    "noise": "a loss below 0, again",
    "nan": "NaN among the losses",
    "tie": "equal losses",
    "levels": "layers with different numbers of levels",
    "order": "levels in no order",
    "apart": "four layers",
    "none": "nothing fits",
    "none but nan": "nothing fits but what is NaN",
    "lossless": "several plans lose nothing",
    "tie below 0": "equal losses, some from below 0",
    "tie of sums": "equal losses, again",
    "twins": "two levels with as many weights",
    "nothing": "a budget of 0",
    "nan first": "NaN at level 0",
    "five": "five layers",
}


EXAMPLES = (
    ("two layers", [[100, 40, 10], [50, 20, 5]], [[0.0, 1, 9], [0.0, 4, 6]], 95),
    ("the example", [[100, 40, 10], [50, 20]], [[0.0, 1, 9], [0.0, 4]], 90),
)
LARGE = ("apart", "largest", "levels", "order", "whole")  # after those that can be read


def scans() -> list[tuple[str, list, list, int]]:
    """(words, kept, lost, most): the examples, then drawn ones."""
    made = [(words, list(map(np.array, k)), list(map(np.array, it)), most) for words, k, it, most in EXAMPLES]
    for kind in sorted(SCANS, key=lambda kind: kind in LARGE):
        for seed in range(3):
            scan = drawn_scan(np.random.default_rng([seed, 5, len(kind)]), kind)
            made.append((SAID_PLAN[kind], *scan))
    return made


@check("09-plan")
def check_plan(that, plan):
    def expect(words, kept, lost, most):
        given = [it.copy() for it in kept], [it.copy() for it in lost]
        right = best(kept, lost, most)
        shown = f"kept {[k.tolist() for k in kept]}, lost {[it.tolist() for it in lost]}, most {most}"
        words = f"{words} ({shown})" if sum(map(len, kept)) <= 10 else f"{words} (most {most:,})"
        if right is None:
            try:
                did = f"return {plan(*given, most)}"
            except ValueError:
                return
            except Exception as error:
                did = f"raise {type(error).__name__}"
            that(False, f"{words}: no plan fits, so raise ValueError; you {did}", 3)
        try:
            got = plan(*given, most)
        except ValueError as error:
            that(False, f"{words}: a plan fits, {right}; your code raised ValueError: {error}", 1)
        that(got is not None, f"{words}: nothing came back; {right} is right", 1)
        pairs = zip([*given[0], *given[1]], [*kept, *lost], strict=True)
        same = all(np.array_equal(a, b, equal_nan=True) for a, b in pairs)
        that(same, f"{words}: your code changed kept or lost, which belong to the caller", 1)
        kind = type(got).__name__
        that(isinstance(got, list), f"{words}: return a list of levels; yours is a {kind}", 1)
        that(len(got) == len(kept), f"{words}: a level for each of {len(kept)} layers; yours are {got}", 1)
        ints = all(isinstance(it, int | np.integer) and not isinstance(it, bool) for it in got)
        that(ints, f"{words}: levels are whole numbers; yours are {got}", 1)
        got = [int(it) for it in got]
        if got == right:
            return
        inside = all(0 <= i < len(k) for i, k in zip(got, kept, strict=True))
        that(inside, f"{words}: levels are places in kept[l], from 0; yours are {got}, right is {right}", 1)

        def its(levels):
            left = sum(int(k[i]) for k, i in zip(kept, levels, strict=True))
            loss = sum(float(np.maximum(it[i], 0)) for it, i in zip(lost, levels, strict=True))
            return f"{levels} (loss {loss:g}, {left:,} weights)"

        answer = f"{words}: {its(right)} is right; yours is {its(got)}"
        fell = [layer for layer, i in enumerate(got) if np.isnan(lost[layer][i])]
        that(not fell, f"{answer}. Layers {fell} fell apart at that level: NaN is never chosen", 1)
        for mistake, why, hint in MISTAKES:  # named where it explains every plan, and not this one alone
            if _made(mistake, kept, lost, most) == got and explains(mistake, plan, cases):
                that(False, f"{answer}. {why[0].upper()}{why[1:]}", hint)
        over = sum(int(k[i]) for k, i in zip(kept, got, strict=True)) > most
        that(not over, f"{answer}: it is over `most`", 1)
        both = [sum(np.maximum(it[i], 0) for it, i in zip(lost, at, strict=True)) for at in (right, got)]
        that(both[0] < both[1], f"{answer}: {FEWEST}", 2)
        that(False, f"{answer}: another plan that fits loses less; try all combinations", 1)

    cases = scans()
    for case in cases:
        expect(*case)
