"""Lab 20's check of plans: the best of all of them, and what usual mistakes choose."""

from __future__ import annotations

import copy
import itertools

import numpy as np

from utils.ch20.checking import Suspects, in_case
from utils.ch20.design import KINDS, STREAMS, check_plan, problem, simulate
from utils.checks import check

DESIGN_SAID = {
    "beside": "kernels that don't need each other",
    "tight": "two chains whose large outputs just don't fit beside each other all the time",
    "exact": "two chains that fit beside each other to the last MB",
    "longest first": "three kernels, of which the long one is listed last",
    "launches": "kernels shorter than a launch",
    "impossible": "two kernels that no plan fits into the budget",
    "join": "two kernels that need the first, and one that needs both",
    "peaks": "several plans with the same µs, some of which hold less at once",
    "names": "four equal kernels",
    "one": "one kernel, which takes the whole budget",
    "long memory": "an output that is needed at once and at the very end",
    "pairs": "several equally good plans: the first as lists of pairs compare",
    "late need": "two chains, and a kernel that needs nothing",
    "drawn": "a drawn problem of five",
    "drawn of six": "a drawn problem of six",
}


def every_plan(kernels: list[dict]) -> list[tuple[int, int, list]]:
    """(µs, peak, plan) of all plans that can run."""
    found = []
    for order in itertools.permutations([k["name"] for k in kernels]):
        for streams in itertools.product(STREAMS, repeat=len(order)):
            plan = list(zip(order, streams, strict=True))
            got = simulate(kernels, plan)
            if got is None:
                break
            found.append((*got, plan))
    return found


def best_plan(
    plans: list[tuple[int, int, list]], kernels: list[dict], budget: int, mistake: str = ""
) -> list:
    """The plan that is asked for; with a usual mistake in it."""
    names = [k["name"] for k in kernels]
    chosen = {
        "no budget": plans,
        "less than the budget": [it for it in plans if it[1] < budget],
        "as listed": [it for it in plans if it[1] <= budget and [name for name, _ in it[2]] == names],
        "one stream": [it for it in plans if it[1] <= budget and len({s for _, s in it[2]}) == 1],
        "stops over the budget": [
            it
            for _, its in itertools.groupby(plans, key=lambda it: [name for name, _ in it[2]])
            for it in itertools.takewhile(lambda it: it[1] <= budget, its)
        ],
    }.get(mistake, [it for it in plans if it[1] <= budget])
    keys = {"least memory": lambda it: (it[1], it[0], it[2]), "peak ignored": lambda it: (it[0], it[2])}
    keys["names first"] = lambda it: (*it[:2], [name for name, _ in it[2]], [s for _, s in it[2]])
    keys["slowest"] = lambda it: (-it[0], it[1], it[2])
    if mistake == "last of equals":
        top = min((it[:2] for it in chosen), default=None)
        chosen = [max(it for it in chosen if it[:2] == top)] if chosen else []
    if mistake == "first found":
        key = lambda it: it[:2]  # noqa: E731
        return min(chosen, key=key)[2] if chosen else []
    return min(chosen, key=keys.get(mistake, lambda it: it))[2] if chosen else []


DESIGN_TOLD = {
    "no budget": ("only plans whose peak is at most the budget count", 1),
    "less than the budget": ("a peak equal to the budget is within it", 1),
    "as listed": ("the order of launches is yours to choose, too: kernels in another order may be faster", 1),
    "one stream": ("there are two streams", 1),
    "least memory": ("the fewest µs come first; the peak decides among equally fast plans only", 2),
    "peak ignored": ("of equally fast plans the one with the smaller peak is asked", 2),
    "slowest": ("the fastest plan is asked", 1),
    "first found": (
        "of equal plans the first by Python's comparison of lists is asked, not the first that you tried",
        3,
    ),
    "names first": (
        "lists compare pair by pair, so the first pair's stream comes before the second pair's name",
        3,
    ),
    "last of equals": ("of equal plans the first by Python's comparison of lists is asked", 3),
    "stops over the budget": (
        "other streams of an order may fit: break only on None, and go on (continue) over the budget",
        3,
    ),
}


@check("20-design")
def check_design(that, choose):
    rng, suspects = np.random.default_rng(206), Suspects(DESIGN_TOLD)
    for kind in [*KINDS, "drawn", "tight"]:
        kernels, budget = problem(rng, kind)
        plans, given = every_plan(kernels), copy.deepcopy(kernels)
        right = best_plan(plans, kernels, budget)
        with in_case(DESIGN_SAID[kind]):
            got = choose(given, budget)
        words = f"{DESIGN_SAID[kind]} ({_kernels_said(kernels)}; budget {budget} MB)"
        less = best_plan(plans, kernels, budget, "less than the budget")
        why = "A plan that can't run (simulate: None), or doesn't fit, ends no search: go on to the next"
        why = why if less else "A peak equal to the budget fits"
        nothing = (
            "nothing came back; is there a return?" if right else "no plan fits: return []; yours is None"
        )
        that(got is not None, f"{words}: {nothing}", 1)
        that(given == kernels, f"{words}: your code changed kernels, which belong to the caller", 1)
        if not right:
            none = isinstance(got, list | tuple) and not len(got)
            that(none, f"{words}: no plan fits, so [] is right; yours is {got!r:.80}", 2)
            continue
        empty = isinstance(got, list | tuple) and not len(got)
        that(not empty, f"{words}: there is a plan that fits, {right}; yours is empty. {why}", 1)
        try:
            check_plan(kernels, got)
        except ValueError as error:
            that(False, f"{words}: {error}", 1)
        yours = [tuple(it) for it in got]
        if yours == right:
            suspects.passed(lambda m: best_plan(plans, kernels, budget, m) == right)  # noqa: B023
            continue
        took, best = simulate(kernels, yours), simulate(kernels, right)
        that(took is not None, f"{words}: your plan {yours} launches a kernel before one that it needs", 1)
        both = f"{words}: yours {yours} takes {took[0]} µs and {took[1]} MB, {right} {best[0]} µs and {best[1]} MB"
        suspects.named(that, both, lambda m: yours == best_plan(plans, kernels, budget, m))  # noqa: B023
        if took[1] > budget:
            that(False, f"{both}. Yours is over the budget", 1)
        if took[0] > best[0]:
            that(
                False,
                f"{both}. Yours is slower: does your search try every order on every pair of streams?",
                2,
            )
        if took[1] > best[1]:
            that(False, f"{both}. The µs are equal, so the smaller peak decides", 2)
        that(False, f"{both}. µs and peak are equal: the plan that comes first decides, pair by pair", 3)


def _kernels_said(kernels: list[dict]) -> str:
    return "; ".join(
        f"{k['name']} {k['us']} µs {k['mb']} MB" + (f" needs {', '.join(k['needs'])}" if k["needs"] else "")
        for k in kernels
    )
