"""Lab 20's check of the memory's peak: who holds it, and what usual mistakes give."""

from __future__ import annotations

import copy

import numpy as np

from utils.ch20.checking import Suspects, in_case
from utils.ch20.lab import PEAKS, history
from utils.checks import check

PEAKS_SAID = {
    "plain": "a forward and backward pass",
    "rounded": "twenty small tensors, which the allocator rounds up, against one of 6,144 bytes",
    "reused": "an address that is used again, with another size, and then by an event that equals an earlier one",
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
    unit = {"not rounded": 1, "sum rounded": 1, "1024": 1024}.get(mistake, 512)
    for index, e in enumerate(events):
        action, size = e["action"], -(-e["size"] // unit) * unit
        if mistake == "rounded down":
            size = e["size"] // 512 * 512
        elif mistake == "nearest":
            size = round(e["size"] / 512) * 512
        elif mistake == "one more":
            size = (e["size"] // 512 + 1) * 512
        frames = e["frames"][::-1] if mistake == "outermost" else e["frames"]
        name = frames[0]["name"] if frames else "?"
        goes = {
            "at the request": ("free_requested",),
            "twice": ("free_requested", "free_completed"),
            "never": (),
            "segments only": ("segment_free",),
        }
        comes = {"segments": ("alloc", "segment_alloc"), "segments only": ("segment_alloc",)}
        if action in comes.get(mistake, ("alloc",)):
            held[e["addr"]], total = (name, size), total + size
        elif action in goes.get(mistake, ("free_completed",)):
            at = e["addr"]
            if mistake == "by size":
                at = next((a for a, (_, its) in held.items() if its == size), None)
            known = held.pop(at, None) if mistake != "twice" else held.get(at)
            if known or mistake in ("before too", "twice"):
                size = known[1] if known else size
                total -= e["size"] if mistake == "raw frees" else size
        elif action == "snapshot" and mistake == "snapshot clears":
            held, total = {}, 0
        if mistake == "int32":
            total = (total + 2**31) % 2**32 - 2**31
        now = -(-total // 512) * 512 if mistake == "sum rounded" else total
        again = {"last of equals": action == "alloc", "at least": True}.get(mistake, False)
        if now > most or (again and now == most):
            most, when, alive = now, index, dict(held)
    if mistake == "at the end":
        alive = held
    counted = {"allocations alone": ("alloc",), "changes alone": ("alloc", "free_completed")}
    if mistake in counted:
        when = [i for i, e in enumerate(events) if e["action"] in counted[mistake]].index(when)
    when += mistake == "from 1"
    if mistake == "first equal event":
        when = events.index(events[when])
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
    "nearest": ("round up, not to the nearest", 1),
    "raw frees": ("a free gives back the rounded size, as alloc took it", 1),
    "sum rounded": ("you round the sum up; each allocation is rounded up by itself", 1),
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
    "segments only": ("segments are the allocator's stock: a tensor's bytes come with alloc", 1),
    "before too": (
        "what was allocated before the recording isn't in your sum, so its free takes nothing away",
        2,
    ),
    "last of equals": ("of equally high moments the first one counts", 2),
    "at least": ("of equally high moments the first one counts: note a peak only if it is higher", 2),
    "first equal event": ("events.index finds the first equal event: count with enumerate", 2),
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
