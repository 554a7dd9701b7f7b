"""Lab 20's check of hidden waits: what each costs, and what usual mistakes give."""

from __future__ import annotations

import copy

import numpy as np

from utils.ch20.checking import Suspects, gpu_events, in_case, is_number, near
from utils.ch20.lab import SYNCS, syncs
from utils.checks import check

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
    "edges turned": "the same, with longer events first in the list",
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
        elif mistake in ("first of equals", "last of equals"):
            chosen = min(around[:: 1 if mistake == "first of equals" else -1], key=lambda o: o["ts"])
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
LONGER = "of operators that begin at the same ts the longer is the outer one"
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
    "shortest of equals": (LONGER, 3),
    "first of equals": (LONGER, 3),
    "last of equals": (LONGER, 3),
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
            own = (
                isinstance(it, list | tuple) and len(it) == 3 and isinstance(it[0], str | None) and not it[0]
            )
            that(not own, f"{words}: yours has {it!r:.80}; a wait without an operator is left out", 1)
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
