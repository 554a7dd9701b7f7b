"""Lab 00, exercise 1: the right timer, what usual mistakes measure, and words for them."""

from __future__ import annotations

from numbers import Real

import numpy as np

from utils.ch00 import lab
from utils.checks import check


def timed(device: lab.PretendDevice, repeats: int, warmup: int, mistake: str = "") -> np.ndarray:
    """The seconds of each call, as a timer with this usual mistake (TIMER) would tell them."""
    clock, wait, run = device.clock, device.wait, device.run
    early = 0.0
    if mistake == "starts at once":
        early = clock()
    for _ in range(warmup):
        run()
        if mistake == "waits in the warm-up":
            wait()
    if mistake not in ("waits in the warm-up", "warm-up leaks", "starts at once"):
        wait()
    found, begun = [], clock()
    if mistake == "queues all":
        starts, stops = [], []
        for _ in range(repeats):
            starts.append(clock())
            run()
        for _ in range(repeats):
            wait()
            stops.append(clock())
        return np.subtract(stops, starts)
    for i in range(repeats):
        start = clock()
        if mistake == "the first start" or (mistake == "starts at once" and not i):
            start = early or begun
        run()
        if mistake == "starts behind the call":
            start = clock()
        stop = clock()
        if mistake == "waits at the end" and i < repeats - 1:
            found.append(stop - start)
            continue
        if mistake != "stops too early":
            wait()
            stop = clock()
        wait()
        found.append(stop - start)
    found = np.array(found)
    if mistake == "average":
        return np.full(repeats, (clock() - begun) / repeats)
    return found


TIMER = {  # mistake → words, hint
    "stops too early": (
        "you stopped the clock before the work was done: a call returns at once, so wait() before you stop",
        1,
    ),
    "starts behind the call": ("your clock starts after the call: handing over the work is a part of it", 1),
    "warm-up leaks": (
        "your first time holds work that was queued before it: wait() before you read the clock the first time",
        2,
    ),
    "waits in the warm-up": (
        "the device was busy when you began, and without warm-up calls nobody waited for it",
        2,
    ),
    "the first start": ("all your times run from the first start: read the clock anew for each call", 3),
    "starts at once": (
        "your first time runs from before the warm-up: read the clock right before the call",
        3,
    ),
    "queues all": (
        "you hand over all calls before you wait for the first: each call is waited for before the next",
        2,
    ),
    "waits at the end": ("you wait after the last call alone: wait before you stop the clock of each", 2),
    "average": ("all your times are the same, their mean: each call has a time of its own", 3),
}
SECONDS = [
    9.1234567,
    0.7654321,
    2.5123457,
    1.2501234,
    4.0087654,
    0.0007351,
]  # of the first call, the second, …


@check("00-timer")
def check_timer(that, time_calls):
    for repeats, warmup, queued in [
        (3, 2, 0.0),
        (2, 0, 0.0),
        (2, 0, 100.0),
        (1, 1, 7.0),
        (6, 0, 0.0),
        (4, 3, 3.0),
    ]:
        device = lab.PretendDevice(SECONDS, queued)
        words = f"repeats={repeats}, warmup={warmup}"
        busy = f", and the device busy for {queued:g} s more" if queued else ""
        got = time_calls(device.run, repeats, warmup, device.clock, device.wait)
        that(got is not None, "nothing came back: does your function end in a return?", 3)
        one = f"{words}: you returned one number; the seconds of each call are asked, an array ({repeats},)"
        that(not isinstance(got, Real), one, 3)
        kind = type(got).__name__
        that(
            isinstance(got, np.ndarray), f"return a NumPy array; yours is a {kind}: np.array(…) makes one", 1
        )
        that(
            device.calls == repeats + warmup,
            f"{words}: {warmup} calls that don't count and {repeats} that do are {warmup + repeats}; "
            f"you made {device.calls}",
            3,
        )
        more = warmup and got.shape == (repeats + warmup,)
        that(not more, f"{words}: your array holds the times of the warm-up calls, too", 3)
        that(got.shape == (repeats,), f"{words}: shape ({repeats},) is asked; yours is {got.shape}", 3)
        that(device.looks > 0, "you read another clock than the one that you were given, clock()", 1)
        that(got.dtype.kind not in "iu", "your array is of whole numbers: it cuts the seconds off", 3)
        that(got.dtype.kind == "f", f"an array of floats is asked; yours is of {got.dtype}", 3)
        calls = np.array([SECONDS[(warmup + i) % len(SECONDS)] for i in range(repeats)])
        right = calls + 1e-3
        if np.allclose(got, right, rtol=1e-6, atol=0):
            continue
        said = f"{words}{busy}: {right.tolist()} s are right; you returned {got.tolist()}"
        for mistake, (why, hint) in TIMER.items():
            theirs = timed(lab.PretendDevice(SECONDS, queued), repeats, warmup, mistake)
            same = np.allclose(got, theirs, rtol=1e-5) and not np.allclose(theirs, right, rtol=1e-4, atol=0)
            that(not same, f"{words}{busy}: {why}", hint)
        for digits in range(7):
            rounded = np.array_equal(got, right.round(digits))
            that(not rounded, f"{words}: you rounded to {digits} digits; a time is asked as it was read", 3)
        that(
            not np.allclose(got, -right),
            f"{words}: your times are negative: the second reading minus the first",
            3,
        )
        for first in range(warmup):
            early = np.take(SECONDS, range(first, first + repeats), mode="wrap") + 1e-3
            words_of = (
                f"{words}: yours begins with call number {first + 1}, of the warm-up: keep the last {repeats}"
            )
            that(not np.allclose(got, early, rtol=1e-6, atol=0), words_of, 3)
        other = ~np.isclose(got, right, rtol=1e-6, atol=0)
        for name, value in {"median": np.median(right), "mean": right.mean()}.items():
            swapped = repeats > 2 and not other.all() and np.allclose(got[other], value, rtol=1e-6)
            that(
                not swapped, f"{words}: you put the {name} in place of a slow time: slow calls count, too", 3
            )
        mixed = np.allclose(np.sort(got), np.sort(right), rtol=1e-6, atol=0)
        that(not mixed, f"{words}: the right times in another order; leave them in that of the calls", 3)
        that(not np.allclose(got, calls), f"{words}: handing over the work, a millisecond, belongs to it", 1)
        close = np.allclose(got, right, rtol=1e-3, atol=1e-5)
        that(not close, f"{said}: nearly. Take the difference first, in 64 bits, and don't round", 3)
        times = float(np.mean(got / right))
        scaled = np.allclose(got, times * right)
        that(
            not scaled,
            f"{said}. All of yours are {times:.4g} times the right ones: seconds of one call are asked",
            3,
        )
        more = float(np.mean(got - right))
        that(not np.allclose(got, right + more), f"{said}. All of yours are {more:g} s too long", 3)
        alike = repeats > 1 and np.ptp(got) == 0
        that(not alike, f"{said}. All of yours are the same: each call has a time of its own", 3)
        at = int(np.flatnonzero(~np.isclose(got, right, rtol=1e-6, atol=0))[0])
        off = got[at] - right[at]
        that(False, f"{said}. Time number {at + 1} is {abs(off):g} s too {'long' if off > 0 else 'short'}", 2)
