"""Lab 20's check of busy time, gaps and overlap: what is right, and what usual mistakes give."""

from __future__ import annotations

import copy
import itertools

import numpy as np

from utils.ch20.checking import ON_GPU, Suspects, gpu_events, in_case, is_number, near
from utils.ch20.lab import LANES, lanes
from utils.checks import check

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
            gaps.append((end, round(a - end) if mistake == "rounded" else a - end))
        end = b if mistake == "last begun" else max(end, b)
    if mistake == "end of the last begun":
        end = found[-1][1]
    if mistake == "from the first call":
        start = min(e["ts"] for e in events if e.get("cat") == "cuda_runtime")
    span, took = end - start, sum(b - a for a, b, stream in found if stream != -1)
    idle = sum(us for _, us in gaps)
    busy = took / span if mistake == "sum" else (span - idle) / span
    points = sorted({t for a, b, _ in found for t in (a, b)})
    if mistake == "over the last end":
        busy = 1 - idle / end
    elif mistake == "busy over the last end":
        busy = (span - idle) / end
    overlap = 0.0
    for a, b in itertools.pairwise(points):
        n = sum(1 for x, y, s in found if x <= a and b <= y and s != -1)
        times = {
            "exactly two": n == 2,
            "pairs": n * (n - 1) / 2,
            "sum less busy": n - 1,
            "all streams": 3 * (n == 3) / 3,
        }
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


SPAN = "you divide by the last end; the span is the last end less the first start"
LANES_TOLD = {  # part → mistake → words, hint
    "busy": {
        "sum": ("durations of events that run at the same time count once", 1),
        "percent": ("a fraction from 0 to 1 is asked", 1),
        "over the last end": (SPAN, 1),
        "busy over the last end": (SPAN, 1),
        "idle fraction": ("that is the idle fraction", 1),
    },
    "gaps": {
        "both ends": ("a gap is (its start, its length in µs), and not (start, end)", 1),
        "from 0 on": ("a gap's start is a ts as in the trace, not counted from the first GPU event", 1),
        "touching": ("an event that begins when another ends leaves no gap: no gap has 0 µs", 2),
    },
    "overlap": {
        "exactly two": ("three at once are at least two: count them, too", 1),
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
        "end of the last begun": (
            "the span ends with the largest end; the event that began last may end before",
            3,
        ),
        "rounded": ("lengths of gaps are rounded: keep them as they are", 1),
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


LEFT_OUT = "Your list of gaps lacks some: each counts, however short it is"


def left_out(mine: list, right: list) -> bool:
    """Are my gaps the right ones, but for some that are shorter than all the others?"""
    missing = [it for it in right if not any(_same_gaps([it], [its]) for its in mine)]
    rest = [it for it in right if it not in missing]
    shortest = min((us for _, us in rest), default=np.inf)
    return bool(missing) and _same_gaps(mine, rest) and max(us for _, us in missing) < shortest


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
            that(part == "overlap" or not left_out(yours[1], right[1]), f"{both}. {LEFT_OUT}", 2)
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
