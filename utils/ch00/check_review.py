"""Lab 00, exercise 4: logs of benchmarks, their faults, and words for a reviewer's mistakes."""

from __future__ import annotations

from utils.checks import check

ASYNCHRONOUS, BLOCKS, COLD, FEW = FAULTS = ("asynchronous", "blocks", "cold", "few")
NONE = {  # why a log doesn't have the fault
    ASYNCHRONOUS: "between each call and the next reading of the clock there is a wait; "
    "from a stop to a start with no call in between none is needed",
    BLOCKS: "of a and of b, neither has all of its timed calls before the other's",
    COLD: "a and b were both called before they were timed",
    FEW: "a and b have 11 timed calls or more",
}


@check("00-review")
def check_review(that, review):
    def ask(name, log, *faults, why="", hint=2):
        given = list(log)
        got = review(given)
        that(got is not None, "nothing came back: does your function end in a return?", 1)
        that(given == log, "you changed the caller's log: work on a copy", 1)
        that(isinstance(got, list), f"return a list; yours is a {type(got).__name__}", 1)
        got, again = list(got), review(list(log))
        kept = f"of {name} you say {got}, and once more of the same log {again}"
        that(got == again, f"{kept}: something is kept from one call to the next", 1)
        because = f" ({why})" if why else ""
        for fault in got:
            known = isinstance(fault, str) and fault in FAULTS
            that(known, f"{fault!r} is none of the four words: mind the spelling", 1)
            fine = NONE[fault] + (f": {why}" if why and not faults else "")
            that(fault in faults, f"{name} isn't {fault!r}, and you say so ({fine})", hint)
        for fault in faults:
            that(fault in got, f"{name} is {fault!r}, and you didn't see it{because}", hint)
        that(len(set(got)) == len(got), f"of {name} you say {got}: each fault once", 1)
        that(got == list(faults), f"of {name} you say {got}: sort by the alphabet", 1)

    warm, untimed = ["a", "b", "wait"], ["a", "b", "wait"]
    a, b = ["start", "a", "wait", "stop"], ["start", "b", "wait", "stop"]
    hurry = ["start", "a", "stop", "wait", "start", "b", "stop", "wait"]
    turns = (a + b) * 11
    # The five of the lab's page, by what they do.
    ask("honest", warm + (a + b + b + a) * 15, why="30 timed calls each, warm, by turns, all waited for")
    ask("one_after_the_other", warm + a * 30 + b * 30, BLOCKS, why="each timed a comes before each timed b")
    again = review(warm + (a + b + b + a) * 15)
    that(not again, f"of honest you said [] at first, and {again} after another log: keep nothing between", 1)
    ask("straight_away", (a + b) * 30, COLD, why="no call came before the timed ones")
    ask(
        "in_a_hurry",
        warm + hurry * 30,
        ASYNCHRONOUS,
        why="the stop comes right behind the call, the wait later",
    )
    weekend = (
        "b was never called before it was timed, and each has 5 timed calls: there may be several faults"
    )
    ask("the_weekend_one", ["a", "wait"] + (a + b) * 5, COLD, FEW, why=weekend)

    ask(
        "a log of one timed a, then one timed b",
        warm + a + b,
        BLOCKS,
        FEW,
        why="few of both, and all of a first",
    )
    ask("a log of all b, then all a", warm + b * 12 + a * 30, BLOCKS, why="either of them may come first")
    ask("a log of 12 b between 6 and 6 a", warm + a * 6 + b * 12 + a * 6, why="a comes before b and after it")
    ask("a log of 2 a, then b and a by turns", warm + a * 2 + (b + a) * 12 + b)
    ask("a log of 11 a, then b and a by turns", warm + a * 11 + (b + a) * 12, why="a comes after b, too")
    calls = warm + a * 12 + ["b", "wait"] + b * 12
    ask(
        "a log of all a, then an untimed b, then all b",
        calls,
        BLOCKS,
        why="only timed calls count for blocks",
    )
    calls = warm + a * 12 + b * 12 + ["a", "wait"]
    ask(
        "a log of all a, then all b, then an untimed a",
        calls,
        BLOCKS,
        why="only timed calls count for blocks",
    )
    calls = warm + ["b", "wait", "a", "wait"] + b * 12 + a * 12
    ask(
        "a log of b and a untimed, then all b, then all a",
        calls,
        BLOCKS,
        why="only timed calls count for blocks",
    )

    ask("a cold log of 10 calls each", (a + b) * 10, COLD, FEW, why="10 are fewer than 11", hint=1)
    inside = "only calls between start and stop are timed: don't count the warm-up"
    ask("a log of 10 timed calls each, behind a warm-up,", warm + (a + b) * 10, FEW, why=inside)
    ask("a log of 11 timed calls each", warm + turns, why="11 aren't fewer than 11", hint=1)
    ask("a log of 20 timed b and 10 a", warm + (a + b + b) * 10, FEW, why="a alone has too few")
    ask("a log of 20 timed a and 10 b", warm + (a + b + a) * 10, FEW, why="b alone has too few")
    long = ["start", "a", "b", "wait", "stop"]
    ask("a log that times a and b in one span", warm + a + b + long * 11, why="all calls of a span are timed")
    ask(
        "a log that times a, waits, times b, in one span",
        warm + a + b + ["start", "a", "wait", "b", "wait", "stop"] * 11,
        why="all calls of a span are timed",
    )
    twice = ["start", "a", "a", "wait", "stop", "start", "b", "b", "wait", "stop"]
    ask("a log of 12 timed calls each, in 6 spans", warm + twice * 6, why="calls count, not spans")
    calls = warm + a * 11 + ["start", "a", "b", "wait", "stop"] + b * 11
    ask(
        "a log of all a, then all b, that meet in one span",
        calls,
        BLOCKS,
        why="in that span, too, a comes first",
    )
    ask(
        "a log of 10 timed calls each, and 10 untimed",
        warm + (untimed + a + b) * 10,
        FEW,
        why="untimed ones don't count",
    )
    calls = warm + a + ["start", "wait", "a", "wait", "stop", *b] * 11
    ask("a log whose spans begin with a wait", calls, why="a is timed there, too")

    late = ["start", "wait", "a", "stop"]
    calls = warm + turns + late
    why = "it waits before that call, and not behind it"
    ask("a log of 22 calls and one more that isn't waited for", calls, ASYNCHRONOUS, why=why)
    ask(
        "a log of 120 calls and one that isn't waited for",
        warm + (a + b) * 60 + late,
        ASYNCHRONOUS,
        why="one is enough",
    )
    ask(
        "a log whose first stop is too early",
        warm + late + ["wait"] + turns,
        ASYNCHRONOUS,
        why="one is enough",
    )
    first = ["start", "a", "wait", "b", "stop", "wait"]
    ask(
        "a log with a call, a wait, a call in one span",
        warm + turns + first,
        ASYNCHRONOUS,
        why="the last call isn't waited for",
    )
    ask(
        "a log whose warm-up isn't waited for",
        ["a", "b"] + turns,
        ASYNCHRONOUS,
        why="the clock starts while b is at work: 'start' is a reading, too",
    )
    calls = warm + turns + ["b"] + a
    ask(
        "a log with an untimed b right before a start",
        calls,
        ASYNCHRONOUS,
        why="b is at work when the clock starts",
    )
    ask(
        "a log that ends in a call nobody waits for",
        warm + turns + ["a"],
        why="the clock isn't read any more",
    )
    ask("a log with two untimed calls before a wait", warm + turns + ["a", "b", "wait", *a])
    ask(
        "a log with a span of a wait alone", warm + turns + ["start", "wait", "stop"], why="no call, no fault"
    )
    ask("a log with an empty span", warm + turns + ["start", "stop", *a], why="no call, no fault")

    ask(
        "a log that warms b after a was timed",
        ["a", "wait"] + a + ["b", "wait"] + b + turns,
        why="b was called before it was timed",
    )
    ask(
        "a log that warms up after it has timed",
        (a + b + untimed) * 11,
        COLD,
        why="the first calls are timed",
        hint=3,
    )
    ask("a log that warms a twice and b never", ["a", "a", "wait"] + turns, COLD, why="b is cold")
    ask("a log that warms b alone", ["b", "wait"] + turns, COLD, why="a is cold")
    ask("a log that starts with a wait", ["wait", *warm] + turns, why="both were called before")
    ask(
        "a log that starts with an empty span",
        ["start", "wait", "stop", *warm] + turns,
        why="both were called before",
    )
    ask("a log with every fault", ["start", "b", "stop"] + b * 9 + a * 3, *FAULTS, why="look at all four")
    example = ["b", "start", "a", "b", "stop"]
    ask("the task's example", example, *FAULTS, why="see what the task says of it")
