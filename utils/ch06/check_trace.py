"""Lab 06's check of times in a trace: what is right, by painting it µs by µs."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np

from utils.ch06 import lab
from utils.checks import check

NUMBER = int | float | np.number

UNIT = 0.25  # µs: what traces of the checks are multiples of
ENGINE, PHASES = "autograd::engine", ("forward", "backward")


def painted(trace: dict) -> tuple[dict, dict, float]:
    """Self and total times by (phase, name), and the time in steps without an op: a pixel is UNIT µs."""
    ops = [e for e in trace["traceEvents"] if e.get("ph") == "X" and e.get("cat") == "cpu_op"]
    end = int(max(e["ts"] + e["dur"] for e in trace["traceEvents"] if e.get("ph") == "X") / UNIT) + 1
    own: dict[tuple, float] = {}
    total: dict[tuple, float] = {}
    busy = np.zeros(end, bool)
    for thread in {(e["pid"], e["tid"]) for e in ops}:
        here = [e for e in ops if (e["pid"], e["tid"]) == thread]
        here = sorted(here, key=lambda e: (e["ts"], -e["dur"]))  # the outer one of twins is in front
        innermost, backward = np.full(end, -1), np.zeros(end, bool)
        for i, event in enumerate(here):
            place = slice(int(event["ts"] / UNIT), int((event["ts"] + event["dur"]) / UNIT))
            innermost[place], busy[place] = i, True
            backward[place] |= event["name"].startswith(ENGINE)
            key = ("backward" if backward[place.start] else "forward", event["name"])
            total[key] = total.get(key, 0) + event["dur"]
            own[key] = own.get(key, 0)
            here[i] = {**event, "key": key}
        for i, event in enumerate(here):
            own[event["key"]] += UNIT * int(np.sum(innermost == i))
    unseen = 0.0
    for e in trace["traceEvents"]:
        if str(e.get("name")).startswith("ProfilerStep#") and e.get("ph") == "X":
            unseen += UNIT * int(np.sum(~busy[int(e["ts"] / UNIT) : int((e["ts"] + e["dur"]) / UNIT)]))
    return own, total, unseen


@check("06-trace")
def check_trace(that, self_times, unseen):
    def expect(trace, why, because=""):
        own, total, nothing = painted(trace)
        given = copy.deepcopy(trace)
        got = copy.deepcopy(self_times(given))  # so that a later call can't change it
        that(given == trace, f"{why}: you changed the trace, which belongs to the caller", 1)
        that(got is not None, "self_times returned nothing: is there a return?", 1)
        that(isinstance(got, Mapping), f"self_times: return a dict; you returned {type(got).__name__}", 1)
        again = self_times(given) == got
        that(again, f"{why}: a second call on the same trace says something else: what does it keep?", 1)
        phases = all(isinstance(key, tuple) and len(key) == 2 and key[0] in PHASES for key in got)
        that(phases, f"self_times: a key is ('forward' or 'backward', name); yours are {list(got)[:2]}", 1)
        _keys(own, got, why)
        for key, right in own.items():
            value = got[key]
            that(isinstance(value, NUMBER), f"{why}: {key} should be a number, not {value!r}", 1)
            if not np.isclose(value, right, atol=1e-6):
                words = f"{why}: {key} has {right:g} µs of its own; you say {value:g}"
                _wrong_time(own, total, trace, key, value, words, because)
        got = unseen(given)
        that(isinstance(got, NUMBER), f"unseen: return a number; you returned {got!r}", 3)
        if not np.isclose(got, nothing, atol=1e-6):
            _wrong_gaps(own, total, trace, nothing, got, why, because)
        that(given == trace, f"{why}: you changed the trace, which belongs to the caller", 1)

    def _keys(own, got, why):
        for phase, name in own:
            other = PHASES[phase == "forward"]
            where = "is, or lies inside," if phase == "backward" else "neither is nor lies inside"
            where += f" an op of its thread whose name begins with {ENGINE}"
            turned = (phase, name) not in got and (other, name) in got
            one = "one " * ((other, name) in own)
            that(not turned, f"{why}: {one}{name} {where}: that is {phase}, and you say {other}", 2)
            idle = ", which has no time of its own, and belongs there all the same" * (own[phase, name] == 0)
            words = f"{why}: there is no {(phase, name)} in your dict{idle}"
            that((phase, name) in got, f"{words}. An op is known by its ph and its cat alone", 2)
        for phase, name in got:
            words = f"{why}: {(phase, name)} doesn't belong in the dict"
            ops = any(name == other for _, other in own)
            that(ops, f"{words}: only events with cat 'cpu_op' and ph 'X' are ops", 1)
            where = "inside" if phase == "forward" else "outside"
            that((phase, name) in own, f"{words}: all {name} are {where} autograd's engine", 2)

    def _wrong_time(own, total, trace, key, value, words, because):
        that(not np.isclose(1e3 * value, own[key]), f"{words}: µs are asked for", 1)
        order = sorted(copy.deepcopy(trace["traceEvents"]), key=lambda e: (e["ts"], -e.get("dur", 0)))
        again = self_times({"traceEvents": order})
        sorts = key in again and np.isclose(again[key], own[key])
        that(not sorts or because, f"{words}. Events come in any order; sorted, yours is right", 1)
        that(not because, f"{words}. {because}", 2)
        that(
            not np.isclose(value, total[key]),
            f"{words}, its total: its children's time counts twice, then",
            1,
        )
        that(value >= own[key], f"{words}. Only what an op calls directly counts against it", 3)
        that(False, words, 3)

    def _wrong_gaps(own, total, trace, nothing, got, why, because):
        step = sum(
            e["dur"]
            for e in trace["traceEvents"]
            if str(e.get("name")).startswith("ProfilerStep#") and e.get("ph") == "X"
        )
        words = f"{why}: in {nothing:g} of the {step:g} µs of its steps no op runs; you say {got:g}"
        that(not np.isclose(1e3 * got, nothing) or not got, f"{words}: µs are asked for", 3)
        that(got != step, f"{words}: you see no op at all; an op is known by its ph and its cat", 3)
        summed = np.isclose(got, step - sum(own.values()))
        nested = sum(total.values())
        nested = np.isclose(got, step - nested) and not summed
        that(not nested, f"{words}. Steps minus all durations? An op inside another takes no time besides", 3)
        that(not summed, f"{words}. Steps minus the sum of self times? Threads work at the same time", 3)
        that(False, f"{words}. {because}" if because else words, 3)

    op, mark = lab.op, lab.mark
    engine = f"{ENGINE}::evaluate_function: MulBackward0"

    def told(events, why, because=""):
        expect({"traceEvents": events}, why, because)

    one = mark(0, 0, 20)
    gaps = (
        "All of a's time is its own, since nothing lies inside; the gaps before it and behind it are unseen"
    )
    told([one, op("a", 2, 10)], "one op, from 2 to 12 of 20", gaps)
    told([one, op("a", 2, 3), op("a", 9, 4)], "two ops a", "Ops of one name add up, and so do gaps")
    told([one, op("a", 2, 10), op("b", 4, 5)], "b inside a")
    told([one, op("c", 4, 2), op("b", 3, 5), op("a", 2, 10)], "c in b in a, the last one first")
    off = "Before an op comes on, all those that have ended go off the stack"
    told(
        [one, op("a", 1, 12), op("b", 2, 6), op("c", 3, 4), op("d", 10, 2)],
        "c in b, both over before d, in a",
        off,
    )
    twins = "Of two with the same start and end, the first in the list is outside"
    told([one, op("a", 2, 10), op("b", 2, 10)], "b as long as a, and behind it in the list", twins)
    told([one, op("b", 2, 10), op("a", 2, 10)], "a as long as b, and behind it in the list", twins)
    both = "Of two that begin together, the longer one is outside"
    told([one, op("b", 2, 4), op("a", 2, 10)], "b begins with a, and is shorter", both)
    apart = "What begins when another ends isn't inside it"
    told([one, op("b", 7, 4), op("a", 2, 5)], "b begins where a ends", apart)
    told([one, op("a", 2, 10), op("b", 2, 4), op("b", 6, 6)], "two b that fill a", apart)
    told([one, op("a", 2, 10), op("a", 4, 5)], "an a inside an a")
    told(
        [one, op("a", 2.5, 10.25), op("b", 4, 5.5)], "times with fractions", "Times may be fractions of a µs"
    )
    others = "Another thread's ops aren't inside a, and count in unseen, too"
    told([one, op("a", 2, 8), op("b", 4, 10, thread=2)], "b on another thread while a runs", others)
    others = "A thread is pid and tid together, and each process counts"
    told([one, op("a", 2, 8), op("b", 4, 10, process=8)], "b in another process, on its thread 1", others)
    told(
        [mark(0, 0, 30), op("a", 2, 6), op(engine, 10, 9), op("a", 12, 4), op("c", 13, 2)],
        "an a in backward, too",
    )
    told(
        [mark(0, 0, 30), op("a", 2, 6), op(engine, 8, 4, thread=2), op("a", 9, 2, thread=2)],
        "backward on thread 2",
    )
    told([mark(0, 0, 30), op(engine, 2, 6), op("a", 8, 4)], "a just after backward")
    odd = f"{ENGINE}::evaluate_function: torch::autograd::AccumulateGrad"
    begins = "What counts is that a name begins with autograd::engine"
    names = [op("MyBackward", 2, 3), op("autograd::saved", 6, 3), op("my " + engine, 10, 3), op(odd, 14, 9)]
    names.append(op(ENGINE.title(), 10, 2))
    told(
        [mark(0, 0, 30), *names, op("a", 15, 2), op(f"{ENGINE}::wait", 25, 3)],
        "names near the engine's",
        begins,
    )
    nearly = "An op has ph X and cat cpu_op; a step has ph X and a name that begins with ProfilerStep#"
    told([mark(12, 0, 20), op("b", 2, 10)], "a step ProfilerStep#12", nearly)
    for event in lab.no_ops(14, 14):
        keys = {key: event[key] for key in ("ph", "cat", "name") if key in event}
        told([mark(12, 0, 20), op("b", 2, 10), event], f"an event {keys}", nearly)
    clash = "A thread is the pair (pid, tid): process 1's thread 11 isn't process 11's thread 1"
    told([one, op("a", 2, 9, 11, 1), op("b", 4, 3, 1, 11)], "b in another process while a runs", clash)
    cut = "Only what lies in a step counts"
    told([mark(0, 10, 10), op("a", 2, 5), op("a", 8, 4), op("b", 18, 7)], "ops across a step's ends", cut)
    steps = [mark(0, 0, 10), op("a", 2, 5), mark(1, 12, 10), op("a", 14, 3)]
    each = "Both steps count, each by itself: its last gap ends with it, and time between steps is no gap"
    told(steps, "two steps, 2 µs between them", each)
    opt = op("Optimizer.step#SGD.step", 2, 8, cat="user_annotation")
    told([one, opt, op("a", 3, 3), op("b", 7, 2)], "an annotation around a and b", "An annotation is no op")
    expect(lab.example_trace(), "the task's example")
    for seed, thread, unit in [(0, 2, 1), (1, 1, 1), (2, 2, 0.5), (3, 1, 0.25), (4, 2, 0.25)]:
        expect(lab.make_trace(seed, 3, thread, unit), f"make_trace({seed}, 3, {thread}, {unit})")
