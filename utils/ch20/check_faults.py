"""Lab 20's check of a graph's bugs: which ones a test finds, and why it is blind or raises a false alarm."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from utils.ch20.checking import in_case
from utils.ch20.lab import FAULTS, graphed_step, kinds
from utils.checks import check

BLIND = {
    "stale input": (
        "Where y isn't 0, it is 2·w·x with this call's x and the weights before it. Captured late, call 1 is right",
        3,
    ),
    "fixed rate": (
        "The weights change by lr·y/w with this call's lr; w are those before the call. Try it at a second call, too",
        3,
    ),
    "same noise": (
        "In which places is y 0? In a late capture the first call is right, so compare the second with the third",
        2,
    ),
    "overwritten output": (
        "Keep a copy of y beside y itself, and compare the two after each of three more calls",
        3,
    ),
}
SHOWN_BY = {"stale input": 0, "fixed rate": 1}  # what has to differ from the call before, of (x, lr)
FALSE = {
    "stale input": (
        "Allow for rounding (np.allclose). Each call changes the weights, even with lr = 0 if the rate is fixed: take "
        "weights() just before the call. And dropout makes half of y 0, which is no fault",
        3,
    ),
    "fixed rate": (
        "Allow for rounding (np.allclose), and take the gradient from what the step really saw, y / w, and not 2·x: an "
        "input that is stale isn't a fixed rate",
        3,
    ),
    "same noise": (
        "Compare where y is 0, not y itself, which depends on x and on the weights too; and only with the call just "
        "before: a mask may come again later",
        2,
    ),
    "overwritten output": (
        "Compare y with a copy of it that was made at once, and not with another call's output",
        2,
    ),
}


def false_alarm(fault: str, made: list[NotedStep], right: tuple[str, ...]) -> tuple[str, int]:
    """Why an answer may find a fault that isn't there."""
    if any((x == 0).any() for it in made for x, _ in it.calls):
        return "Your x holds zeros: there y is 0, and tells nothing", 1
    if "overwritten output" in right:
        return "Later calls overwrite y here: look at it, or copy it, before you call again", 2
    if fault == "stale input" and any(it.shares_x() for it in made):
        return "Your x is one array, which later calls change: note a copy of it", 1
    return FALSE[fault]


class NotedStep:
    """A graphed step that notes what it was called with."""

    def __init__(self, inner):
        self.inner, self.n, self.calls, self.given = inner, inner.n, [], []

    def weights(self) -> np.ndarray:
        return self.inner.weights()

    def __call__(self, x, lr) -> np.ndarray:
        y = self.inner(x, lr)
        self.calls.append((np.array(x, float), float(lr)))
        self.given.append(x)
        return y

    def shares_x(self) -> bool:
        """Was it called with one array, whose numbers had changed?"""
        return any(
            a is b and not np.array_equal(old, new)
            for (a, b), ((old, _), (new, _)) in zip(pairwise(self.given), pairwise(self.calls), strict=True)
        )


def blind(fault: str, made: list[NotedStep], ring: int, early: bool, once: int) -> tuple[str, int]:
    """Why these calls can't show the fault, or what to look at."""
    if not made:
        return "You never called make()", 1
    calls = max((it.calls for it in made), key=len)
    if len(calls) < 2:
        return "You call each step only once: a graph goes wrong where it is replayed, at later calls", 1
    if fault == "stale input" and all(np.allclose(x, calls[0][0]) for x, _ in calls):
        return "All your inputs are the same: a step that keeps the first one does right by them", 1
    if fault == "fixed rate" and all(lr == calls[0][1] for _, lr in calls):
        return "All your rates are the same: a step that keeps the first one does right by them", 1
    if once and fault in SHOWN_BY and len(calls) >= once:
        before, now = (calls[call][SHOWN_BY[fault]] for call in (once - 2, once - 1))
        if np.array_equal(before, now):
            what = ("inputs", "rates")[SHOWN_BY[fault]]
            return (
                f"Calls {once - 1} and {once} have equal {what}: a step that keeps the older one does right",
                1,
            )
    if fault == "same noise" and any((x == 0).any() for x, _ in calls):
        return "Your x holds zeros: there y is 0, whatever the mask", 1
    if fault == "same noise" and len(calls) < 3:
        return "The first call may run without a graph: the second and the third can have the same noise", 2
    needed = ring + (once or 1 + (not early))
    if fault == "overwritten output" and len(calls) < needed:
        which = ordinal(needed - ring)
        return f"The {which} call's output is overwritten by call {needed}; you make {len(calls)} calls", 2
    if once and fault == "overwritten output":
        return f"Only the {ordinal(once)} call's output is overwritten, by call {needed}: look at each y", 2
    if once:
        return f"It shows at the {ordinal(once)} call only: look at each call", 2
    return BLIND[fault]


def names_of(bits: int) -> tuple[str, ...]:
    """The faults that a number stands for, in the table's order."""
    return tuple(fault for i, fault in enumerate(FAULTS) if bits >> i & 1)


def ordinal(n: int) -> str:
    return {1: "first", 2: "second", 3: "third"}[n]


@check("20-faults")
def check_faults(that, faults):
    rng = np.random.default_rng(205)
    cases = sorted(kinds(), key=lambda it: (it[0].bit_count(), it[4] > 0, it[0], it[3], not it[1], it[2]))
    for case in cases:
        (bits, early, ring, once, period), made = case, []
        right, key = names_of(bits), int(rng.integers(2**31))

        def make(case=case, key=key, made=made):
            made.append(NotedStep(graphed_step(np.random.default_rng([key, len(made)]), *case)))
            return made[-1]

        has = " and ".join(right) or "no fault"
        has += ", whose masks go A, B, A, B" if period else ""
        has += f" at call {once} only" if once else ""
        words = f"a step with {has}, captured {'before' if early else 'at'} its first call"
        with in_case(words):
            got = faults(make)
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        that(
            isinstance(got, list | tuple),
            f"{words}: a list of names is asked; yours is a {type(got).__name__}",
            1,
        )
        strange = [it for it in got if it not in FAULTS]
        that(not strange, f"{words}: {strange[:1]} is no fault; there are {', '.join(FAULTS)}", 1)
        for fault in FAULTS:
            if fault in right and fault not in got:
                why, hint = blind(fault, made, ring, early, once)
                that(False, f"{words}: your list {list(got)} lacks {fault!r}. {why}", hint)
            if fault not in right and fault in got:
                why, hint = false_alarm(fault, made, right)
                that(False, f"{words}: your list {list(got)} has {fault!r}, which it hasn't. {why}", hint)
        that(len(set(got)) == len(got), f"{words}: a fault stands in your list twice: {list(got)}", 1)
        in_order = [f for f in FAULTS if f in got] == list(got)
        that(in_order, f"{words}: the order is that of the table: {list(right)}; yours {list(got)}", 1)
