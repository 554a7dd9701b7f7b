"""Lab 06's check of the design problem: fixes bought under a budget, all plans tried."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping

import numpy as np

from utils.ch06 import design
from utils.checks import check

NUMBER = int | float | np.number


def replayed_works(trace: Mapping, bought: list[dict]) -> dict[str, tuple[str, float]]:
    """Each work's lane and ms, with these fixes."""
    works = {}
    for work, (lane, ms) in trace.items():
        for one in bought:
            lane = one["moves"].get(work, lane)
            ms *= one["times"].get(work, 1.0)
        works[work] = lane, ms
    return works


def replayed(trace: Mapping, bought: list[dict]) -> float:
    """The longest lane's ms, with these fixes."""
    works = replayed_works(trace, bought).values()
    return max(sum(ms for lane, ms in works if lane == this) for this, _ in works)


def plans(
    trace: Mapping, fixes: list[dict], hours: int, digits: int | None = 3
) -> list[tuple[float, int, list[str]]]:
    """All plans that can be had, the best one first: (ms, hours, names)."""
    found = []
    for number in range(len(fixes) + 1):
        for bought in itertools.combinations(fixes, number):
            names, cost = sorted(one["name"] for one in bought), sum(one["hours"] for one in bought)
            if cost <= hours and all(one["needs"] in ("", *names) for one in bought):
                ms = replayed(trace, list(bought))
                found.append((ms if digits is None else round(ms, digits), cost, names))
    return sorted(found)


@check("06-design")
def check_design(that, replay, choose):
    def expect(trace, fixes, hours, why):
        given = copy.deepcopy((trace, fixes))
        for number in (0, 1, 2, len(fixes)):
            for bought in itertools.islice(itertools.combinations(fixes, number), 8):
                _replay(given[0], list(copy.deepcopy(bought)), why)
        got = choose(*given, hours)
        that(got is not None, "choose returned nothing: is there a return?", 3)
        that(isinstance(got, list | tuple), f"choose: return a list of names; you returned {got!r:.60}", 3)
        that(
            given == (trace, fixes),
            f"{why}: you changed the trace or the fixes, which belong to the caller",
            1,
        )
        by_name = {one["name"]: one for one in fixes}
        for name in got:
            that(
                isinstance(name, str) and name in by_name,
                f"{why}: there is no fix {name!r:.60}: return names",
                3,
            )
            needs = by_name[name]["needs"]
            that(not needs or needs in got, f"{why}: you buy {name!r} without {needs!r}, which it needs", 3)
        that(len(set(got)) == len(got), f"{why}: you buy a fix twice: {got}", 3)
        cost = sum(by_name[name]["hours"] for name in got)
        free = {by_name[name]["needs"] for name in got} - {""}
        unpaid = cost - sum(by_name[name]["hours"] for name in free) <= hours < cost
        free = f"; {sorted(free)} is needed, and has to be paid, too" * unpaid
        that(cost <= hours, f"{why}: {sorted(got)} cost {cost} hours; there are {hours}{free}", 3)
        ms = round(replayed(trace, [by_name[name] for name in got]), 3)
        best, least, names = plans(trace, fixes, hours)[0]
        words = f"{why}: you buy {sorted(got)} for {cost} hours, and a step takes {ms:g} ms"
        mistaken = _wrong_choice(trace, fixes, hours, sorted(got)) if sorted(got) != names else ""
        that(not mistaken, f"{words}; {mistaken}", 3)
        fewer = [plan for plan in plans(trace, fixes, hours) if len(plan[2]) < len(names)]
        few = ms > best and fewer and sorted(got) == fewer[0][2]
        that(not few, f"{words}; a plan of {len(names)} fixes does better: do you try all, of any number?", 3)
        short = ms > best and plans(trace, fixes, hours - 1)[0][2] == sorted(got)
        that(not short, f"{words}: {hours} hours may be spent, to the last one", 3)
        saved = {name: replayed(trace, []) - replayed(trace, [by_name[name]]) for name in by_name}
        added = sum(saved[name] for name in got) > sum(saved[name] for name in names)
        more = ". Their savings alone sum to more, but savings don't add" * added
        that(
            ms <= best,
            f"{words}; {best:g} can be had with {hours} hours{more}. Replay whole plans, all, not fix by fix",
            2,
        )
        that(cost == least, f"{words}; the same can be had for {least} hours", 3)
        that(sorted(got) == names, f"{words}; of equal plans the first by the alphabet is {names}", 3)

    def _wrong_choice(trace, fixes, hours, got):
        """The mistake by which one comes to buy these, or nothing."""
        every = plans(trace, fixes, hours, digits=None)
        for digits in (None, 1, 2, 6):
            rounded = [(ms if digits is None else round(ms, digits), *rest) for ms, *rest in every]
            if got == min(rounded)[2]:
                return "compare ms rounded to 0.001, not more and not less"
        alone = [plan for plan in every if not any(one["needs"] for one in fixes if one["name"] in plan[2])]
        if got == min((round(ms, 3), *rest) for ms, *rest in alone)[2]:
            return "a fix that needs another one can be bought, together with that one"
        ms, cost, _ = min((round(ms, 3), *rest) for ms, *rest in every)
        equal = [names for other, hours, names in every if (round(other, 3), hours) == (ms, cost)]
        if got in equal:
            order = "equal plans are ordered by their sorted lists of names, as Python compares lists"
            return f"{min(equal)} does the same, and comes first: {order}"
        return ""

    def _replay(trace, bought, why):
        right, names = replayed(trace, bought), [one["name"] for one in bought]
        before = copy.deepcopy((trace, bought))
        got = replay(trace, bought)
        that(got is not None, "replay returned nothing: is there a return?", 1)
        that(isinstance(got, NUMBER), f"replay: return a number; you returned {got!r:.60}", 1)
        that(before == (trace, bought), f"{why}: replay changed what belongs to the caller", 1)
        words = f"{why}, with {names}: a step takes {right:g} ms; you say {got:g}"
        again = np.isclose(replay(trace, bought), got)
        that(
            again, f"{why}: a second call with the same arguments says something else: what does it keep?", 1
        )
        if not np.isclose(got, right, rtol=1e-9):
            _wrong_ms(trace, bought, got, words)

    def _wrong_ms(trace, bought, got, words):
        rounds = any(
            np.isclose(got, round(replayed(trace, bought), digits), rtol=1e-9) for digits in range(4)
        )
        that(not rounds, f"{words}: replay doesn't round; choose compares rounded", 1)
        stays = replayed(trace, [one | {"moves": {}} for one in bought])
        stays = np.isclose(got, stays) and any(one["moves"] for one in bought)
        that(not stays, f"{words}: work that is moved runs on its new lane", 1)
        lanes = {}
        for lane, ms in (replayed_works(trace, bought)).values():
            lanes[lane] = lanes.get(lane, 0.0) + ms
        summed = len(lanes) > 1 and np.isclose(got, sum(lanes.values()))
        that(not summed, f"{words}: lanes run beside each other, so the longest counts, not the sum", 1)
        for lane, ms in lanes.items():
            that(not np.isclose(got, ms), f"{words}: that is lane {lane!r}, and the longest one counts", 1)
        gone = [one | {"times": one["times"] | dict.fromkeys(one["moves"], 0)} for one in bought]
        gone = any(one["moves"] for one in bought) and np.isclose(got, replayed(trace, gone))
        that(not gone, f"{words}: work that is moved still takes its time", 1)
        flipped = [one | {"times": {work: 1 - it for work, it in one["times"].items()}} for one in bought]
        flipped = np.isclose(got, replayed(trace, flipped))
        that(not flipped, f"{words}: 0.25 means that a quarter is left, not that a quarter is saved", 1)
        for one in bought if len(bought) > 1 else ():
            alone = np.isclose(got, replayed(trace, [one]))
            that(not alone, f"{words}: that is {one['name']} alone; factors on the same work multiply", 1)
        base = replayed(trace, [])
        names = [one["name"] for one in bought]
        having = [one for one in bought if one["needs"] in ("", *names)]
        that(
            not np.isclose(got, replayed(trace, having)),
            f"{words}: what a fix needs isn't replay's business",
            1,
        )
        fewer = [one | {"times": {work: min(1, it) for work, it in one["times"].items()}} for one in bought]
        that(not np.isclose(got, replayed(trace, fewer)), f"{words}: a factor above 1 takes longer", 1)
        turned = [
            one | {"times": {work: 1 / (it or 1) for work, it in one["times"].items()}} for one in bought
        ]
        that(not np.isclose(got, replayed(trace, turned)), f"{words}: a factor multiplies the ms", 1)
        works = replayed_works(trace, bought).values()
        longest = np.isclose(got, max(ms for _, ms in works))
        that(not longest, f"{words}: that is the longest work; a lane's works run one after the other", 1)
        mean = np.isclose(got, sum(ms for _, ms in works) / len({lane for lane, _ in works}))
        that(not mean, f"{words}: that is the mean of the lanes; the longest one is waited for", 1)
        given = trace != design.TRACE and np.isclose(got, replayed(design.TRACE, bought))
        that(not given, f"{words}: use the argument trace, not TRACE", 1)
        added = np.isclose(got, base - sum(base - replayed(trace, [one]) for one in bought))
        that(not added, f"{words}. The savings of each alone, added? Let them act one after the other", 1)
        moves = "; a move changes its lane" * any(one["moves"] for one in bought)
        that(False, f"{words}. Factors on the same work multiply{moves}", 1)

    there = design.fix("there", 1, {"a": 0.5, "c": 0.5}, {"a": "loader"})
    _replay(
        {"a": ("main", 10.0), "b": ("main", 3.0), "d": ("loader", 4.0)},
        [there],
        "work that is moved, and made faster, and two more",
    )
    rng = np.random.default_rng(6)
    reasons = {
        "exact": "a fix that takes all hours there are",
        "overlap": "two fixes for the same work, and a third",
        "lanes": "a fix for a lane that nothing waits for",
        "both": "two lanes, equally long",
        "needs": "a fix that needs another one",
        "moves": "a fix that moves work to a lane of its own",
        "cheap": "one fix that is dearer than two",
        "equal": "two fixes, either of which is enough",
        "useless": "fixes that help nothing, and hours to spare",
        "nothing": "a fix that is too dear",
        "any": "seven fixes",
        "all": "six fixes that are each worth an hour, and six hours",
        "none": "fixes that help nothing",
        "like": "a fix that needs 'save', and another one named 'save rarely'",
        "near": "two fixes that are 0.004 ms apart",
        "tie of pair": "one fix, and two that do the same for as many hours together",
        "tie by name": "one fix, and two that do the same for as many hours together",
        "tie by case": "two fixes, either of which is enough, one with a capital letter",
    }
    for kind, why in reasons.items():
        for _ in range(1 if kind == "any" else 2):
            expect(*design.problem(rng, kind), why)
    for hours in (0, 9, 14):
        expect(design.TRACE, design.FIXES, hours, f"TRACE and FIXES, {hours} hours")
