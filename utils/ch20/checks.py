"""The visible checks of lab 20, and what is right: busy time, what a wait costs, a queue, a peak, the best plan."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real

import numpy as np

from utils.ch20.design import KINDS, STREAMS, check_plan, problem, simulate
from utils.ch20.lab import (
    FAULTS,
    LANES,
    PEAKS,
    STEPS,
    SYNCS,
    GraphedStep,
    graphed,
    history,
    lanes,
    names_of,
    step,
    syncs,
)
from utils.checks import check

ON_GPU = ("kernel", "gpu_memcpy", "gpu_memset")


def is_number(it) -> bool:
    return isinstance(it, Real | np.number) and not isinstance(it, bool | np.bool_)


def near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(1.0, abs(b))


class _Plain(str):
    """Text that a KeyError, too, shows as it is."""

    __repr__ = str.__str__


@contextmanager
def in_case(words: str, why: str = "", key: type | str = "") -> Iterator[None]:
    """What the learner's code raises says in which case it did; and why, for a KeyError of a key or of a type."""
    try:
        yield
    except NotImplementedError:
        raise
    except Exception as error:
        told = isinstance(error, KeyError) and error.args and key in (error.args[0], type(error.args[0]))
        error.args = (_Plain(f"{error} ({why + '; ' if told else ''}case: {words})"),)
        raise


class Suspects:
    """Usual mistakes that an answer may still have: those that would have got all cases so far right."""

    def __init__(self, told: dict[str, tuple[str, int]]):
        self.told = dict(told)

    def passed(self, right_all_the_same) -> None:
        """A case passed; ``right_all_the_same(mistake)``: whether one with the mistake would have passed it."""
        self.told = {mistake: it for mistake, it in self.told.items() if right_all_the_same(mistake)}

    def named(self, that, both: str, has) -> None:
        """Red, with its words and its hint, for the first mistake that the answer ``has(mistake)``."""
        for mistake, (why, hint) in self.told.items():
            that(not has(mistake), f"{both}. Probably: {why}", hint)


# ---- 1 · lanes -----------------------------------------------------------------------------------

LANES_SAID = {
    "one stream": "kernels on one stream, with a gap",
    "touching": "kernels that touch: one begins when the other ends",
    "two streams": "two streams, partly at once",
    "long copy": "a long copy on stream 20, beside which shorter kernels run and end",
    "long last": "a copy that ends last, but didn't begin last",
    "three": "three streams, for a while all at once",
    "copies": "a copy and a memset between kernels",
    "by turns": "two streams that take turns",
    "one event": "a single kernel",
    "nothing": "no GPU event at all",
    "covered": "a copy that lasts from beginning to end, beside two kernels",
    "shuffled": "events in no order, as in a real file",
    "drawn": "a drawn trace",
}


def gpu_events(events, mistake: str = "") -> list[tuple[float, float, int]]:
    """(start, end, stream) of what runs on the GPU, in order."""
    cats = {"kernels only": ON_GPU[:1], "no memset": ON_GPU[:2], "no copies": (ON_GPU[0], ON_GPU[2])}.get(
        mistake, ON_GPU
    )
    cats += {"annotation": ("gpu_user_annotation",), "calls": ("cuda_runtime",)}.get(mistake, ())
    chosen = [e for e in events if e["ph"] == "X" and (e["cat"] in cats or mistake == "everything")]
    if mistake == "default stream":
        chosen = [e for e in chosen if e["args"].get("stream") == 7]
    return sorted((e["ts"], e["ts"] + e["dur"], e["tid"]) for e in chosen)


def lanes_of(events, mistake: str = "") -> tuple[float, list[tuple[float, float]], float]:
    """(busy fraction, gaps, overlap in µs); with a usual mistake in it."""
    found = gpu_events(events, mistake)
    if not found:
        return 0.0, [], 0.0
    if mistake == "from the CPU's start":
        found = [(min(e["ts"] for e in events if "ts" in e), found[0][0], -1), *found]
    if mistake == "not sorted":
        found = [(e["ts"], e["ts"] + e["dur"], e["tid"]) for e in events if e.get("cat") in ON_GPU]
    gaps, end = [], found[0][0] if mistake != "from the CPU's start" else found[0][1]
    start = found[0][0]
    for a, b, _ in found[mistake == "from the CPU's start" :]:
        if a > end or (mistake == "touching" and a == end and a > start):
            gaps.append((end, a - end))
        end = b if mistake == "last begun" else max(end, b)
    if mistake == "from the first call":
        start = min(e["ts"] for e in events if e.get("cat") == "cuda_runtime")
    span, took = end - start, sum(b - a for a, b, stream in found if stream != -1)
    idle = sum(us for _, us in gaps)
    busy = took / span if mistake == "sum" else (span - idle) / span
    points = sorted({t for a, b, _ in found for t in (a, b)})
    overlap = 0.0
    for a, b in itertools.pairwise(points):
        n = sum(1 for x, y, s in found if x <= a and b <= y and s != -1)
        times = {"pairs": n * (n - 1) / 2, "sum less busy": n - 1, "all streams": 3 * (n == 3) / 3}
        overlap += (b - a) * max(0, times.get(mistake, n >= 2))
    if mistake == "percent":
        busy *= 100
    if mistake == "overlap as a fraction":
        overlap /= span
    changed = {"both ends": lambda t, us: (t, t + us), "from 0 on": lambda t, us: (t - start, us)}
    if mistake in changed:
        gaps = [changed[mistake](*gap) for gap in gaps]
    if mistake == "idle fraction":
        busy = 1 - busy
    return busy, gaps, overlap


LANES_TOLD = {  # part → mistake → words, hint
    "busy": {
        "sum": ("durations of events that run at the same time count once", 1),
        "percent": ("a fraction from 0 to 1 is asked", 1),
        "idle fraction": ("that is the idle fraction", 1),
    },
    "gaps": {
        "both ends": ("a gap is (its start, its length in µs), and not (start, end)", 1),
        "from 0 on": ("a gap's start is a ts as in the trace, not counted from the first GPU event", 1),
        "touching": ("an event that begins when another ends leaves no gap: no gap has 0 µs", 2),
    },
    "overlap": {
        "pairs": ("a moment at which three run counts once, not once for each pair", 2),
        "sum less busy": ("a moment at which three run counts once, not twice", 2),
        "all streams": ("two at once are enough", 2),
        "overlap as a fraction": ("overlap is in µs", 1),
    },
    "any": {
        "kernels only": ("copies and memsets are GPU events too", 1),
        "no copies": ("gpu_memcpy is a GPU event too", 1),
        "no memset": ("gpu_memset is a GPU event too", 1),
        "annotation": ("gpu_user_annotation is a label over other events: the GPU does nothing there", 1),
        "everything": ("only the three kinds of GPU events count: cpu_op and cuda_runtime are the CPU's", 1),
        "calls": ("cuda_runtime is the CPU, which launches", 1),
        "default stream": ("all streams count", 1),
        "from the CPU's start": ("the span begins with the first GPU event, not with the CPU's", 2),
        "last begun": ("what began last isn't always what ended last: keep the largest end so far", 3),
        "not sorted": ("events stand in no order: sort them by ts", 1),
        "from the first call": ("the span begins with the first GPU event, not with the first call", 2),
    },
}


def drawing(events) -> str:
    """The GPU events, in µs from the first one's start."""
    found = gpu_events(events)
    lines = [
        f"stream {stream}: "
        + ", ".join(f"{a - found[0][0]:g}–{b - found[0][0]:g}" for a, b, s in found if s == stream)
        for stream in sorted({s for _, _, s in found})
    ]
    return "; ".join(lines) or "none"


@check("20-lanes")
def check_lanes(that, answer):
    rng = np.random.default_rng(201)
    suspects = {part: Suspects({**LANES_TOLD[part], **LANES_TOLD["any"]}) for part in LANES_PARTS}
    for kind in [*LANES, *["drawn"] * 5]:
        events = lanes(rng, kind)
        right, given = lanes_of(events), copy.deepcopy(events)
        with in_case(
            LANES_SAID[kind], "only GPU events have a stream; labels have none: choose by cat first", "stream"
        ):
            got = answer(given)
        words = f"{LANES_SAID[kind]} (GPU events, from the first one on: {drawing(events)})"
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        three = isinstance(got, list | tuple) and len(got) == 3
        that(three, f"{words}: return three things, (busy, gaps, overlap); yours is {got!r:.60}", 1)
        that(given == events, f"{words}: your code changed events, which belong to the caller", 1)
        busy, gaps, overlap = got
        that(
            is_number(busy) and is_number(overlap),
            f"{words}: busy and overlap are numbers; yours {busy!r:.40}, {overlap!r:.40}",
            1,
        )
        pairs = isinstance(gaps, list | tuple) and all(
            isinstance(it, list | tuple) and len(it) == 2 for it in gaps
        )
        that(pairs, f"{words}: gaps is a list of pairs (start, µs); yours is {gaps!r:.80}", 1)
        yours = (busy, [tuple(it) for it in gaps], overlap)
        turned = near(busy, right[2]) and near(overlap, right[0]) and not near(busy, overlap)
        that(not turned, f"{words}: first busy, then gaps, then overlap; yours are in another order", 1)
        start = min((a for a, _, _ in gpu_events(events)), default=0.0)
        for part, (same, said, last) in LANES_PARTS.items():
            place = ("busy", "gaps", "overlap").index(part)
            its, mine = right[place], yours[place]
            if same(mine, its):
                suspects[part].passed(lambda m: same(lanes_of(events, m)[place], its))  # noqa: B023
                continue
            in_order = part != "gaps" or not same(sorted(mine), its)
            that(in_order, f"{words}: the right gaps, but they stand in order of time", 1)
            both = f"{words}: {part} is {said(its, start)}; yours {said(mine, start)}"
            suspects[part].named(that, both, lambda m: same(lanes_of(events, m)[place], mine))  # noqa: B023
            possible = part != "busy" or 0 <= mine <= 1
            that(
                possible,
                f"{both}, outside 0 to 1. If it comes from your gaps, look at them: {yours[1]!r:.80}",
                1,
            )
            that(False, f"{both}. Remember: {last}", 3)


def _same_gaps(a, b) -> bool:
    return len(a) == len(b) and all(near(x[0], y[0]) and near(x[1], y[1]) for x, y in zip(a, b, strict=True))


def _gaps_said(gaps, start: float) -> str:
    """As one reads them beside the drawing."""
    where = f", where first = {start:.10g}" if gaps else ""
    return "[" + ", ".join(f"(first{t - start:+g}, {us:g})" for t, us in gaps) + "]" + where


def _number_said(x: float, _: float) -> str:
    return f"{x:.6g}"


LANES_PARTS = {  # part → when two are the same, in words, what it is
    "busy": (
        near,
        _number_said,
        "it is the time in which something runs, over that from the first start to the last end, exactly",
    ),
    "gaps": (
        _same_gaps,
        _gaps_said,
        "a gap is where nothing runs, from the largest end so far to the next start, exactly",
    ),
    "overlap": (
        near,
        _number_said,
        "it is the time in which events of at least two streams run, of any two",
    ),
}


# ---- 2 · waits -----------------------------------------------------------------------------------

SYNCS_SAID = {
    "item": "one operator that waits",
    "two": "two operators that wait; the GPU stands still longer after the one that waits less",
    "copy runs": "an operator that waits while a copy runs on stream 20, and on",
    "explicit": "torch.cuda.synchronize(), which no operator encloses, and an operator that waits",
    "last": "after the last wait nothing is launched any more",
    "only": "a single wait, at the end",
    "other thread": "an operator of another thread runs at the time of a wait",
    "nested": "operators that call others, which wait",
    "no waits": "calls that don't make the CPU wait (cudaStreamWaitEvent makes a stream wait)",
    "tie": "two waits with equally much idle time after them",
    "events": "one operator that waits for an event, later for a stream",
    "memset": "a wait between two memsets",
    "names": "other events, whose names are like that of a call that waits",
    "edges": "a call that begins at an operator's start, and one that begins at an operator's end",
    "twice": "an operator that waits twice, equally long",
    "just runs": "a wait at whose end a kernel on stream 20 runs for another half µs",
    "drawn": "a drawn trace",
}


def waits_of(events, mistake: str = "") -> list[tuple[str, float, float]]:
    """(operator, wait, idle) of each hidden wait; with a usual mistake in it."""
    complete = [e for e in events if e["ph"] == "X"]
    gpu, found = gpu_events(events, mistake), []
    for e in complete if mistake == "ties as in the file" else sorted(complete, key=lambda e: e["ts"]):
        waits = e["name"].endswith("Synchronize")
        if mistake == "stream only":
            waits = e["name"] == "cudaStreamSynchronize"
        elif mistake == "Wait too":
            waits |= "Wait" in e["name"]
        elif mistake == "in the name":
            waits = "Synchronize" in e["name"]
        if (e["cat"] != "cuda_runtime" and mistake != "any cat") or not waits:
            continue
        cats = ("cpu_op", "user_annotation") if mistake == "label" else ("cpu_op",)
        end = e["ts"] + e["dur"]
        around = [
            o
            for o in complete
            if o["cat"] in cats
            and (o["tid"] == e["tid"] or mistake == "any thread")
            and (
                o["ts"] <= e["ts"] < o["ts"] + o["dur"]
                or (mistake == "ended op" and o["ts"] <= e["ts"])
                or (mistake == "op's end" and _ends_at(o, e["ts"]))
            )
            and not (mistake == "op's start" and o["ts"] == e["ts"])
        ]
        if not around and mistake != "explicit too":
            continue
        chosen = (max if mistake == "innermost" else min)(
            around, key=lambda o: (o["ts"], -o["dur"]), default={"name": e["name"]}
        )
        if mistake == "shortest of equals":
            chosen = min(around, key=lambda o: (o["ts"], o["dur"]))
        idle = idle_at(gpu, e["ts"] if mistake == "at the start" else end, e, mistake)
        found.append((chosen["name"], e["dur"], idle))
    if mistake == "equal once":
        found = list(dict.fromkeys(found))
    if mistake == "without 0":
        found = [it for it in found if it[2]]
    key = {"by wait": lambda it: -it[1], "in time": lambda it: 0, "ascending": lambda it: it[2]}
    key["ties by name"] = lambda it: (-it[2], it[0])
    if mistake == "ties reversed":
        found = found[::-1]
    found = sorted(found, key=key.get(mistake, lambda it: -it[2]))
    return [(name, idle, wait) for name, wait, idle in found] if mistake == "swapped" else found


def _ends_at(op: dict, at: float) -> bool:
    return op["ts"] + op["dur"] == at


def idle_at(gpu: list[tuple[float, float, int]], at: float, call: dict, mistake: str = "") -> float:
    """µs of the gap in which the moment lies, 0.0 if something runs then, or nothing comes after."""
    before = [b for a, b, _ in gpu if a <= at]
    after = [a for a, _, _ in gpu if a > at]
    if mistake == "wait as idle":
        return call["dur"]
    if not after or not before:
        return 0.0
    if mistake == "until the next":
        return 0.0 if max(before) > at else min(after) - at
    if mistake == "although busy":
        return (
            max(0.0, min(after) - max(b for b in before if b <= at)) if any(b <= at for b in before) else 0.0
        )
    last = before[-1] if mistake == "last begun" else max(before)
    return 0.0 if last > at + (mistake == "nearly over") else min(after) - last


BY_IDLE = "the longest idle time comes first: not the longest wait, not the shortest idle time, not the first in time"
IN_A_GAP = (
    "the call's end, ts + dur and not its start, lies in a gap (gpu_user_annotation is a label, and no work)"
)
WAITS_TOLD = {
    "swapped": ("each is (operator, wait, idle); yours have wait and idle swapped", 1),
    "innermost": ("the name is that of the outermost operator, the one that your code called", 2),
    "label": ("user_annotation is a label (the profiler's step), and no operator: cat has to be cpu_op", 1),
    "any thread": ("an operator calls only on its own thread: compare tid", 2),
    "explicit too": ("a wait outside of any operator isn't hidden: leave it out", 1),
    "stream only": ("each call whose name ends in Synchronize waits: of a stream, an event or the device", 1),
    "Wait too": (
        "cudaStreamWaitEvent lets a stream wait, and the CPU goes on; it doesn't end in Synchronize",
        1,
    ),
    "in the name": ("the name has to end in Synchronize: others with it in their names are other calls", 1),
    "any cat": ("only a call, cat cuda_runtime, waits; an operator or a label may have such a name too", 1),
    "ended op": ("you take an operator that had ended when the call began: compare ts + dur, too", 2),
    "op's end": ("a call that begins exactly when an operator ends isn't in it: ts + dur is outside", 2),
    "op's start": ("a call that begins together with an operator is in it: op ts <= call ts", 2),
    "shortest of equals": ("of operators that begin at the same ts the longer is the outer one", 3),
    "equal once": ("two waits with equal numbers are two waits: list both", 2),
    "nearly over": ("while something runs at the call's end, however shortly, the idle time is 0.0", 2),
    "without 0": ("a wait after which nothing stands idle is hidden all the same: list it, with 0.0", 2),
    "by wait": (BY_IDLE, 1),
    "in time": (BY_IDLE, 1),
    "ascending": (BY_IDLE, 1),
    "ties reversed": ("of equal ones the earlier call comes first", 3),
    "ties by name": ("of equal ones the earlier call comes first, not the first name", 3),
    "ties as in the file": (
        "of equal ones the earlier call comes first: events stand in no order, sort by ts",
        3,
    ),
    "annotation": (IN_A_GAP, 1),
    "wait as idle": (
        "idle isn't the wait: while the CPU waits the GPU works. Look for the gap on the GPU",
        1,
    ),
    "at the start": (IN_A_GAP, 1),
    "until the next": (
        "the gap counts from its own start, where the GPU ran out of work, not from the call's end",
        2,
    ),
    "although busy": ("at the call's end another stream still works: the GPU isn't idle", 2),
    "default stream": ("all streams count: the GPU is idle if none of them works", 2),
    "no memset": ("gpu_memset is a GPU event too", 1),
    "kernels only": ("copies and memsets are GPU events too", 1),
    "last begun": ("what began last isn't always what ended last", 3),
}


def _waits_said(found) -> str:
    return "[" + ", ".join(f"({op!r}, {wait:g}, {idle:g})" for op, wait, idle in found) + "]"


def _same_waits(a, b) -> bool:
    return len(a) == len(b) and all(
        x[0] == y[0] and near(x[1], y[1]) and near(x[2], y[2]) for x, y in zip(a, b, strict=True)
    )


@check("20-waits")
def check_waits(that, hidden_waits):
    rng, suspects = np.random.default_rng(202), Suspects(WAITS_TOLD)
    for kind in [*SYNCS, *["drawn"] * 5]:
        events = syncs(rng, kind)
        right, given = waits_of(events), copy.deepcopy(events)
        words = SYNCS_SAID[kind]
        with in_case(words):
            got = hidden_waits(given)
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        that(isinstance(got, list | tuple), f"{words}: a list is asked; yours is a {type(got).__name__}", 1)
        for it in got:
            fine = isinstance(it, list | tuple) and len(it) == 3 and isinstance(it[0], str)
            fine = fine and is_number(it[1]) and is_number(it[2])
            that(
                fine,
                f"{words}: each is (name of the operator, µs of the wait, µs of idle); yours has {it!r:.80}",
                1,
            )
        that(given == events, f"{words}: your code changed events, which belong to the caller", 1)
        yours = [tuple(it) for it in got]
        if _same_waits(yours, right):
            suspects.passed(lambda m: _same_waits(waits_of(events, m), right))  # noqa: B023
            continue
        both = f"{words}: {_waits_said(right)} is right; yours {_waits_said(yours)}"
        suspects.named(that, both, lambda m: _same_waits(yours, waits_of(events, m)))  # noqa: B023
        that(False, f"{both}. {_first_difference(right, yours)}", 3)


def _first_difference(right, yours) -> str:
    if len(right) != len(yours):
        return f"{len(right)} hidden waits are there; you list {len(yours)}"
    if any(not np.isfinite(idle) for _, _, idle in yours):
        return "Where nothing starts after the call, the idle time is 0.0"
    left = [it for it in right if not any(_same_waits([it], [its]) for its in yours)]
    more = [it for it in yours if not any(_same_waits([it], [its]) for its in right)]
    for name, wait, idle in left:  # a call is told by its wait
        for op, its_wait, its_idle in more:
            if near(wait, its_wait) and name != op:
                return f"The operator of the call that waits {wait:g} µs is {name}, and not {op}"
            if near(wait, its_wait) and not idle:
                return (
                    f"The idle time of {name}'s call is 0.0, and not {its_idle:g}: it must be 0.0 where something runs "
                    "at the call's end, or nothing starts after it"
                )
            if near(wait, its_wait):
                return (
                    f"The idle time of {name}'s call is {idle:g}, and not {its_idle:g}: from the last end of what had "
                    "begun when the call ended, to the next start"
                )
            if name == op and near(idle, its_idle):
                return f"The wait of {name}'s call is its dur, {wait:g}, and not {its_wait:g}"
    return f"{left[0]} is missing" if left else "The order differs"


# ---- 3 · predict ---------------------------------------------------------------------------------

STEPS_SAID = {
    "launch-bound": "short kernels: the GPU waits for launches",
    "wide": "long kernels: launches wait in the queue",
    "falls behind": "kernels that the GPU gets behind with, step by step",
    "one kernel": "a single kernel",
    "copies": "a copy and a memset among the kernels",
    "slow graph": "a graph whose launch takes longer than its kernels",
    "one step": "one step only",
    "early launch": "a first launch that arrives before between_us has passed",
    "drawn": "a drawn step",
}


def queue(arrivals: list[float], durations: list[float], between: float, mistake: str = "") -> float:
    """When the last one ends: each starts once it has arrived, and ``between`` after the one before."""
    end = 0.0 if mistake == "between at the start" else None
    for arrival, duration in zip(arrivals, durations, strict=True):
        start = arrival if end is None or mistake == "no queue" else max(arrival, end + between)
        if mistake == "between after arrival" and end is not None:
            start = max(arrival, end) + between
        end = start + duration
    return float(end)


def predicted(events, steps: int, graph_us: float, between: float, mistake: str = "") -> tuple[float, float]:
    """(eager, graph), µs of so many steps; with a usual mistake in it."""
    complete = [e for e in events if e["ph"] == "X"]
    label = "gpu_user_annotation" if mistake == "the GPU's label" else "user_annotation"
    (span,) = (e for e in complete if e["cat"] == label)
    calls = {e["args"]["correlation"]: e for e in complete if e["cat"] == "cuda_runtime"}
    cats = ON_GPU[:1] if mistake == "kernels only" else ON_GPU
    gpu = sorted((e for e in complete if e["cat"] in cats), key=lambda e: e["ts"])
    launches = [calls[e["args"]["correlation"]] for e in gpu]
    if mistake == "by place":
        launches = sorted(calls.values(), key=lambda e: e["ts"])[: len(gpu)]
    if mistake == "not sorted":
        gpu = [e for e in complete if e["cat"] in cats]
        launches = [calls[e["args"]["correlation"]] for e in gpu]
    took, its_between = [e["dur"] for e in gpu], 0.0 if mistake == "no between" else between
    arrives = [e["ts"] + (0 if mistake == "starts" else e["dur"]) - span["ts"] for e in launches]
    if mistake == "from the first launch":
        arrives = [a - (launches[0]["ts"] - span["ts"]) for a in arrives]
    if mistake == "from the first launch's end":
        arrives = [a - min(arrives) for a in arrives]
    elif mistake == "absolute":
        arrives = [a + span["ts"] for a in arrives]
    period = arrives[-1] if mistake == "period to the last launch" else span["dur"]
    eager = queue([k * period + a for k in range(steps) for a in arrives], took * steps, its_between, mistake)
    if mistake == "alone":
        eager = steps * queue(arrives, took, its_between)
    elif mistake == "emptied":
        eager = (steps - 1) * period + queue(arrives, took, its_between)
    elif mistake == "one step":
        eager = queue(arrives, took, its_between)
    elif mistake == "the CPU's time":
        eager = steps * span["dur"]
    elif mistake == "per step":
        eager /= steps
    elif mistake == "as recorded":
        eager = steps * (max(e["ts"] + e["dur"] for e in gpu) - span["ts"])
    one = sum(took) + its_between * (len(took) - 1)
    first = 0 if mistake == "first replay at 0" else 1
    arrives = [(k + first) * graph_us for k in range(steps) for _ in took]
    graph = queue(arrives, took * steps, its_between, mistake)
    if mistake == "per step":
        graph /= steps
    elif mistake == "emptied":
        graph = steps * graph_us + one
    elif mistake == "every launch waits":
        graph = steps * (graph_us + one)
    elif mistake == "a launch a node":
        graph = queue([(i + 1) * graph_us for i in range(steps * len(took))], took * steps, its_between)
    elif mistake == "sum alone":
        graph = steps * sum(took)
    elif mistake == "launched once":
        graph = queue([graph_us] * steps * len(took), took * steps, its_between)
    elif mistake == "none between replays":
        graph = max(graph_us * steps + one, graph_us + steps * one)
    elif mistake == "one step":
        graph = graph_us + one
    return eager, graph


EAGER_TOLD = {
    "by place": (
        "a kernel's launch is the cuda_runtime event with its correlation; others launch nothing",
        1,
    ),
    "not sorted": ("events stand in no order: the GPU runs in the order of its events' ts", 1),
    "absolute": ("times count from the start of the step's user_annotation: take its ts away", 1),
    "from the first launch's end": (
        "the clock begins with the step's user_annotation, before the first launch",
        2,
    ),
    "per step": ("the µs of all the steps together are asked, not those of one", 1),
    "starts": ("a kernel can start when its launch call has ended (ts + dur), not when it began", 2),
    "no queue": ("a kernel also waits for the one before it: the GPU runs one after the other", 1),
    "no between": ("between_us passes between one kernel's end and the next one's start", 2),
    "between after arrival": (
        "between_us counts from the end of the one before; a kernel that arrives later needn't wait for it",
        3,
    ),
    "kernels only": ("copies and memsets are launched, queued and run as kernels are", 1),
    "alone": (
        "the CPU doesn't wait for the GPU between steps: what the GPU is behind with goes on into the next step",
        2,
    ),
    "emptied": (
        "your queue is empty again where a step begins: what the GPU is behind with goes on into the next step",
        2,
    ),
    "between at the start": ("nothing ran before the first GPU event: it needn't wait for between_us", 2),
    "one step": ("that is one step; steps of them are asked", 1),
    "the CPU's time": ("that is the CPU's time; the end of the last kernel is asked", 1),
    "as recorded": (
        "that is the recorded step times the number of steps: the CPU doesn't wait for the GPU between steps",
        2,
    ),
    "from the first launch": ("the clock begins with the step's user_annotation, before the first launch", 2),
    "period to the last launch": ("a step takes the CPU the annotation's whole dur", 2),
    "the GPU's label": ("the CPU's label is the user_annotation; gpu_user_annotation is the GPU's", 2),
}
GRAPH_TOLD = {
    "no queue": ("a kernel also waits for the one before it: the GPU runs one after the other", 1),
    "per step": ("the µs of all the steps together are asked, not those of one", 1),
    "every launch waits": ("the CPU doesn't wait for a replay: it launches the next one meanwhile", 2),
    "a launch a node": ("one launch starts all kernels of a replay", 1),
    "sum alone": ("to the sum of durations come the launch and between_us", 2),
    "no between": ("between_us passes between one kernel's end and the next one's start, in a graph too", 2),
    "none between replays": (
        "between_us also passes from one replay's last kernel to the next one's first",
        3,
    ),
    "first replay at 0": (
        "replay k, from 0 on, is there at (k + 1) · graph_us: launching it takes that long",
        2,
    ),
    "launched once": ("each step needs a launch of its own, graph_us after the one before", 2),
    "kernels only": ("copies and memsets are in the graph too", 1),
    "emptied": ("your queue is empty again where a replay begins: each starts behind the one before it", 2),
    "between at the start": ("nothing ran before the first GPU event: it needn't wait for between_us", 2),
    "one step": ("that is one replay; steps of them are asked", 1),
}


@check("20-predict")
def check_predict(that, predict):
    rng, suspects = np.random.default_rng(203), {"eager": Suspects(EAGER_TOLD), "graph": Suspects(GRAPH_TOLD)}
    for kind in [*STEPS, *["drawn"] * 4]:
        events, *rest = step(rng, kind)
        right, given = predicted(events, *rest), copy.deepcopy(events)
        with in_case(STEPS_SAID[kind], "any cuda_runtime event may have launched it, whatever its name", int):
            got = predict(given, *rest)
        steps, graph_us, between = rest
        words = f"{STEPS_SAID[kind]} (steps={steps}, graph_us={graph_us}, between_us={between})"
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        two = isinstance(got, list | tuple) and len(got) == 2 and all(is_number(it) for it in got)
        that(two, f"{words}: return two numbers, (eager, graph); yours is {got!r:.60}", 1)
        that(given == events, f"{words}: your code changed events, which belong to the caller", 1)
        swapped = near(got[0], right[1]) and near(got[1], right[0]) and not near(*right)
        that(not swapped, f"{words}: first eager, then graph; yours are swapped", 1)
        for place, name in enumerate(("eager", "graph")):
            mine, its = got[place], right[place]
            if near(mine, its):
                suspects[name].passed(lambda m: near(predicted(events, *rest, m)[place], its))  # noqa: B023
                continue
            both = f"{words}: {name} is {its:.10g} µs; yours {mine:.10g}"
            suspects[name].named(that, both, lambda m: near(mine, predicted(events, *rest, m)[place]))  # noqa: B023
            that(False, f"{both}. In it {_queue_said(events)}", 3)


def _queue_said(events) -> str:
    complete = [e for e in events if e["ph"] == "X"]
    start = next(e for e in complete if e["cat"] == "user_annotation")["ts"]
    ends = {
        e["args"]["correlation"]: e["ts"] + e["dur"] - start for e in complete if e["cat"] == "cuda_runtime"
    }
    gpu = sorted((e for e in complete if e["cat"] in ON_GPU), key=lambda e: e["ts"])
    said = [f"{ends[e['args']['correlation']]:g} ({e['dur']:g})" for e in gpu[:4]]
    return f"launches end, from the annotation's ts on, at {', '.join(said)}… (in brackets what the GPU then takes)"


# ---- 4 · peak ------------------------------------------------------------------------------------

PEAKS_SAID = {
    "plain": "a forward and backward pass",
    "rounded": "twenty small tensors, which the allocator rounds up, against one of 6,144 bytes",
    "reused": "an address that is used again, with another size",
    "waits": "a free that is requested, and completed only later",
    "before": "a free of what was allocated before the recording began",
    "segments": "segments, an oom and a snapshot among the events",
    "first of two": "two moments with equally many bytes",
    "no frames": "allocations without frames",
    "same name": "several allocations with one name",
    "same size": "two allocations of one size, of which the second is freed",
    "large": "more than 2 GiB at once",
    "drawn": "a drawn history",
}


def peak_of(events, mistake: str = "") -> tuple[int, int, dict[str, int]]:
    """(most bytes, index of the event, who holds them); with a usual mistake in it."""
    held: dict[int, tuple[str, int]] = {}
    most, when, alive, total = 0, -1, {}, 0
    unit = {"not rounded": 1, "1024": 1024}.get(mistake, 512)
    for index, e in enumerate(events):
        action, size = e["action"], -(-e["size"] // unit) * unit
        if mistake == "rounded down":
            size = e["size"] // 512 * 512
        elif mistake == "one more":
            size = (e["size"] // 512 + 1) * 512
        frames = e["frames"][::-1] if mistake == "outermost" else e["frames"]
        name = frames[0]["name"] if frames else "?"
        goes = {
            "at the request": ("free_requested",),
            "twice": ("free_requested", "free_completed"),
            "never": (),
        }
        if action == "alloc" or (mistake == "segments" and action == "segment_alloc"):
            held[e["addr"]], total = (name, size), total + size
        elif action in goes.get(mistake, ("free_completed",)):
            at = e["addr"]
            if mistake == "by size":
                at = next((a for a, (_, its) in held.items() if its == size), None)
            known = held.pop(at, None) if mistake != "twice" else held.get(at)
            if known or mistake in ("before too", "twice"):
                total -= known[1] if known else size
        elif action == "snapshot" and mistake == "snapshot clears":
            held, total = {}, 0
        if mistake == "int32":
            total = (total + 2**31) % 2**32 - 2**31
        again = {"last of equals": action == "alloc", "at least": True}.get(mistake, False)
        if total > most or (again and total == most):
            most, when, alive = total, index, dict(held)
    if mistake == "at the end":
        alive = held
    counted = {"allocations alone": ("alloc",), "changes alone": ("alloc", "free_completed")}
    if mistake in counted:
        when = [i for i, e in enumerate(events) if e["action"] in counted[mistake]].index(when)
    when += mistake == "from 1"
    sums: dict[str, int] = {}
    for name, size in alive.values():
        size = 1 if mistake == "how many" else size
        sums[name] = size if mistake == "names overwritten" else sums.get(name, 0) + size
    if mistake == "no unnamed":
        sums.pop("?", None)
    elif mistake == "unnamed empty" and "?" in sums:
        sums[""] = sums.pop("?")
    return most, when, sums


PEAK_TOLD = {
    "not rounded": ("each allocation takes its size rounded up to a multiple of 512", 1),
    "one more": ("a size that is a multiple of 512 already stays as it is", 1),
    "rounded down": ("round up, not down", 1),
    "at the request": ("a free counts when it is completed: until then another stream may still read it", 1),
    "twice": (
        "each free has two events, requested and completed; take its bytes away once, at the second",
        1,
    ),
    "never": ("free_completed gives the bytes back", 1),
    "by size": ("free_completed gives back what is at its addr, not the first of that size", 2),
    "int32": ("your sum overflows: above 2 GiB it doesn't fit into 32 bits", 1),
    "snapshot clears": ("snapshot, oom and the segments change nothing for tensors: all stay held", 2),
    "segments": (
        "segment_alloc isn't a tensor's: only alloc hands a tensor some of the allocator's stock",
        1,
    ),
    "before too": (
        "what was allocated before the recording isn't in your sum, so its free takes nothing away",
        2,
    ),
    "last of equals": ("of equally high moments the first one counts", 2),
    "at least": ("of equally high moments the first one counts: note a peak only if it is higher", 2),
    "from 1": ("events are counted from 0 on", 1),
    "changes alone": ("the index counts all events, whatever they change", 2),
    "how many": ("alive holds bytes by name, not how many there are", 1),
    "unnamed empty": ("allocations without frames belong to the name '?'", 1),
    "outermost": ("frames[0] is the innermost frame: take its name", 1),
    "at the end": (
        "alive is what is held at the peak, not at the end: keep a copy when you note the peak",
        2,
    ),
    "allocations alone": ("the index counts all events, frees and segments too", 2),
    "names overwritten": ("several allocations may have one name: add them up", 2),
    "no unnamed": ("allocations without frames belong to the name '?'", 1),
}


@check("20-peak")
def check_peak(that, peak):
    rng = np.random.default_rng(204)
    suspects = {name: Suspects(PEAK_TOLD) for name in ("most", "index", "alive")}
    for kind in [*PEAKS, *["drawn"] * 6]:
        events = history(rng, kind)
        right, given = peak_of(events), copy.deepcopy(events)
        words = PEAKS_SAID[kind]
        with in_case(words):
            got = peak(given)
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        three = isinstance(got, list | tuple) and len(got) == 3
        that(three, f"{words}: return three things, (most, index, alive); yours is {got!r:.60}", 1)
        turned = not isinstance(got[0], dict) and (got[0], got[1]) == (right[1], right[0])
        that(not turned, f"{words}: first most, then index; yours are swapped", 1)
        that(given == events, f"{words}: your code changed events, which belong to the caller", 1)
        whole = all(isinstance(it, int | np.integer) and not isinstance(it, bool) for it in got[:2])
        that(whole, f"{words}: most and index are whole numbers; yours {got[0]!r:.30}, {got[1]!r:.30}", 1)
        that(isinstance(got[2], dict), f"{words}: alive is a dict; yours is a {type(got[2]).__name__}", 1)
        empty = [name for name, size in got[2].items() if size == 0]
        that(not empty, f"{words}: alive lists {empty[:1]} with 0 bytes: leave out who holds nothing", 2)
        for place, name in enumerate(("most", "index", "alive")):
            mine, its = got[place], right[place]
            if mine == its:
                suspects[name].passed(lambda m: peak_of(events, m)[place] == its)  # noqa: B023
                continue
            both = f"{words}: {name} is {its}; yours {mine}"
            suspects[name].named(that, both, lambda m: peak_of(events, m)[place] == mine)  # noqa: B023
            shown = ", ".join(
                f"{e['action']} {e['size']} at {e.get('addr', 0) % 2**24:#x}" for e in events[:8]
            )
            that(False, f"{both}. The events: {shown}{'…' if len(events) > 8 else ''}", 3)


# ---- 5 · faults ----------------------------------------------------------------------------------

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
FALSE = {
    "stale input": (
        "Each call changes the weights, even with lr = 0 if the rate is fixed: take weights() just before the call. "
        "And dropout makes half of y 0, which is no fault",
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
    return FALSE[fault]


class NotedStep:
    """A graphed step that notes what it was called with."""

    def __init__(self, inner: GraphedStep):
        self.inner, self.n, self.calls = inner, inner.n, []

    def weights(self) -> np.ndarray:
        return self.inner.weights()

    def __call__(self, x, lr) -> np.ndarray:
        y = self.inner(x, lr)
        self.calls.append((np.array(x, float), float(lr)))
        return y


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


def ordinal(n: int) -> str:
    return {1: "first", 2: "second", 3: "third"}[n]


@check("20-faults")
def check_faults(that, faults):
    rng = np.random.default_rng(205)
    cases = sorted(
        graphed(rng), key=lambda it: (it[0].bit_count(), it[4] > 0, it[0], it[3], not it[1], it[2])
    )
    for case in cases:
        (bits, early, ring, once, period), made = case, []
        right, key = names_of(bits), int(rng.integers(2**31))

        def make(case=case, key=key, made=made):
            made.append(NotedStep(GraphedStep(np.random.default_rng([key, len(made)]), *case)))
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


# ---- 6 · design ----------------------------------------------------------------------------------

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
        that(
            not empty,
            f"{words}: there is a plan that fits, {right}; yours is empty. A peak equal to the budget fits",
            1,
        )
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
