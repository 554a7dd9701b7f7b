"""Chapter 06's design problem: a step's work on lanes that run beside each other, and priced fixes."""

from __future__ import annotations

import numpy as np

from utils.checks import fixed

TRACE = {  # one step of a training as it stands: work → (lane, ms)
    "decode": ("main", 9.0),
    "augment": ("main", 14.0),
    "collate": ("main", 3.0),
    "forward": ("main", 8.0),
    "backward": ("main", 15.0),
    "update": ("main", 2.5),
    "validate": ("main", 6.0),
    "save": ("main", 3.5),
}
ON_LOADER = {"decode": "loader", "augment": "loader", "collate": "loader"}


def fix(name: str, hours: int, times: dict | None = None, moves: dict | None = None, needs: str = "") -> dict:
    """A fix as exercise 5 describes it."""
    return {"name": name, "hours": hours, "times": times or {}, "moves": moves or {}, "needs": needs}


FIXES = [
    fix("vectorize", 5, {"augment": 0.25}),
    fix("cache", 3, {"decode": 0.0, "augment": 0.9}),
    fix("prefetch", 6, moves=ON_LOADER),
    fix("two workers", 2, {"decode": 0.5, "augment": 0.5, "collate": 0.5}, needs="prefetch"),
    fix("channels last", 2, {"forward": 0.7, "backward": 0.7}),
    fix("compile", 8, {"forward": 0.75, "backward": 0.75, "update": 0.3}),
    fix("fused optimizer", 1, {"update": 0.4}),
    fix("validate rarely", 1, {"validate": 0.1}),
    fix("save rarely", 1, {"save": 0.1}),
]


def kinds_of_work(rng: np.random.Generator, lanes: int) -> dict:
    """Six kinds of work, the first ones on ``lanes`` lanes, of 2 to 12 ms each."""
    names = ["main", "loader", "writer"][:lanes]
    works = [f"work {letter}" for letter in rng.permutation(list("abcdefgh"))[:6]]
    return {work: (names[i % lanes], round(rng.uniform(2, 12), 2)) for i, work in enumerate(works)}


def problem(rng: np.random.Generator, kind: str) -> tuple[dict, list[dict], int]:
    """A trace, priced fixes and a budget of hours, of a ``kind`` that tells a mistake (KINDS)."""
    trace = kinds_of_work(rng, 2 if kind in ("lanes", "both") else 1)
    a, b, c, d, *_ = trace
    some, dear = int(rng.integers(2, 5)), int(rng.integers(6, 9))
    if kind == "overlap":  # the two best ones alone mend the same work
        trace[a], trace[b] = ("main", float(rng.uniform(20, 24))), ("main", float(rng.uniform(9, 11)))
        fixes = [fix("once", some, {a: 0.1}), fix("twice", some, {a: 0.2}), fix("other", some, {b: 0.3})]
        return trace, fixes, 2 * some
    if kind == "lanes":  # the dearest and best one for a lane that nothing waits for
        trace = {a: ("main", float(rng.uniform(20, 24))), b: ("loader", float(rng.uniform(14, 17)))}
        return trace, [fix("idle", some, {b: 0.05}), fix("busy", some, {a: 0.8})], some
    if kind == "both":  # each of two lanes alone saves nothing
        ms = float(rng.uniform(18, 22))
        trace = {a: ("main", ms), b: ("loader", ms), c: ("main", 1.0), d: ("loader", 1.0)}
        small = fix("small", 1, {c: 0.5})
        return trace, [fix("left", some, {a: 0.3}), fix("right", some, {b: 0.4}), small], 2 * some
    if kind == "needs":  # the best one is worth nothing without one that costs time
        trace[a] = ("main", float(rng.uniform(24, 30)))
        first = fix("first", some, {b: 1.3})
        second = fix("second", some, {a: 0.2}, needs="first")
        return trace, [second, first, fix("cheap", some, {c: 0.5})], [some, 2 * some][int(rng.integers(2))]
    if kind == "moves":  # a lane of its own, and the same work made faster there
        trace[a], trace[b] = ("main", float(rng.uniform(18, 22))), ("main", float(rng.uniform(14, 17)))
        moves = fix("move", some, moves={a: "loader", b: "loader"})
        return trace, [moves, fix("half", some, {a: 0.5}), fix("third", dear, {b: 0.6})], 2 * some
    if kind in ("cheap", "equal"):  # once the loader is as fast as main, nothing more helps
        trace = {a: ("main", float(rng.uniform(19, 21)))}
        trace |= {work: ("loader", float(rng.uniform(14.5, 16))) for work in (b, c)}
        if kind == "equal":  # either of two will do, at one price: the alphabet decides
            names = [f"fix {letter}" for letter in sorted(rng.choice(list("opqrstu"), 2, replace=False))]
            return trace, [fix(names[1], some, {b: 0.1}), fix(names[0], some, {c: 0.1})], 2 * some
        both = fix("both", dear, {b: 0.5, c: 0.5})  # one fix, and dearer than two
        return trace, [both, fix("first", some - 1, {b: 0.5}), fix("last", 1, {c: 0.5})], dear + some
    if kind == "useless":  # hours left over, and nothing that they help
        return (
            trace,
            [fix("good", some, {a: 0.5}), fix("hardly", 1, {b: 0.99999}), fix("bad", 1, {c: 1.2})],
            20,
        )
    if kind == "nothing":
        return trace, [fix("good", dear, {a: 0.5})], dear - 1
    if kind == "exact":
        return trace, [fix("good", dear, {a: 0.5}), fix("small", some, {a: 0.9})], dear
    if kind.startswith("tie"):
        return _tie(rng, kind, (a, b, c))
    if kind in ("all", "none", "like", "near"):
        return _borderline(rng, kind, trace)
    return _any(rng, kinds_of_work(rng, 2))


def _borderline(rng: np.random.Generator, kind: str, trace: dict) -> tuple[dict, list[dict], int]:
    """All fixes or none; a name that is part of another; two fixes that rounding may mix up."""
    a, b, c, *_ = trace
    if kind == "all":  # every fix is worth its hour
        halves = [fix(f"fix {work}", 1, {work: round(rng.uniform(0.4, 0.8), 2)}) for work in trace]
        return trace, [halves[i] for i in rng.permutation(len(halves))], len(halves)
    if kind == "none":  # all can be had, and none is worth an hour
        return trace, [fix("worse", 1, {a: 1.1}), fix("nothing", 1, {b: 1.0}), fix("lane", 2, {c: 1.3})], 9
    if kind == "like":  # "save" is needed, and "save rarely" is another
        trace[a], trace[b] = ("main", float(rng.uniform(20, 24))), ("main", float(rng.uniform(9, 11)))
        last = fix("last", 2, {a: 0.1}, needs="save")
        return trace, [last, fix("save", 7, {c: 0.9}), fix("save rarely", 1, {b: 0.5})], 3
    ms = 20.0 + float(rng.integers(0, 9))
    small = fix("cheaper", 1, {a: (ms / 2 + 0.001) / ms})  # 0.004 ms apart, the same to 0.01
    return {a: ("main", ms)}, [small, fix("faster", 2, {a: (ms / 2 - 0.003) / ms})], 2


def _tie(rng: np.random.Generator, kind: str, works: tuple[str, str, str]) -> tuple[dict, list[dict], int]:
    """Plans of the same ms and hours: lists of names are compared name by name, letter by letter, as they are."""
    a, b, c = works
    trace = {a: ("main", float(rng.uniform(19, 21)))}
    trace |= {work: ("loader", float(rng.uniform(14.5, 15.5))) for work in (b, c)}
    if kind == "tie by case":  # capitals come first
        return trace, [fix("copy", 2, {b: 0.1}), fix("Zip", 2, {c: 0.1})], 2
    pair, one = (("fix c", "fix p"), "fix m") if kind == "tie of pair" else (("fix a", "fix z"), "fix a b")
    return trace, [fix(pair[1], 1, {c: 0.6}), fix(one, 2, {b: 0.1}), fix(pair[0], 1, {b: 0.6})], 2


def _any(rng: np.random.Generator, trace: dict) -> tuple[dict, list[dict], int]:
    """Seven fixes, each of one or two kinds of work; some move work, some need another one."""
    works, fixes = list(trace), []
    for number, name in enumerate(rng.permutation(list("opqrstu"))):
        chosen = rng.choice(works, int(rng.integers(1, 3)), replace=False)
        times = {str(work): round(rng.uniform(0.2, 0.9), 2) for work in chosen}
        moves = {str(chosen[0]): "writer"} if number == 0 else {}
        needs = fixes[0]["name"] if number in (2, 4) else ""
        fixes.append(fix(f"fix {name}", int(rng.integers(2, 8)), times, moves, needs))
    return trace, [fixes[i] for i in rng.permutation(len(fixes))], int(rng.integers(11, 17))


KINDS = ("overlap", "lanes", "both", "needs", "moves", "cheap", "equal", "useless", "nothing", "exact", "any")
KINDS += ("all", "none", "like", "near", "tie of pair", "tie by name", "tie by case")

fixed(__name__)
