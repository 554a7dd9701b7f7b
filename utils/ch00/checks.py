"""Lab 00's checks: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import numpy as np

from utils.ch00 import lab
from utils.checks import check


@check("00-timer")
def check_timer(that, time_calls):
    pretend = lab.PretendDevice([9, 8, 2.5, 1.25, 4])  # seconds of the first call, the second, …
    got = time_calls(pretend.run, 3, 2, pretend.clock, pretend.wait)
    that(got is not None, "your function returns nothing: is there a return?", 3)
    that(np.shape(got) == (3,), f"repeats=3 asks for an array of shape (3,); you returned {got}")
    that(pretend.calls == 5, f"2 warm-up calls and 3 repeats are 5 calls; you made {pretend.calls}")
    that(pretend.looks > 0, "you read another clock than the one you were given")
    got = np.asarray(got, float)
    that(not np.allclose(got, 0, atol=2e-3), "you stopped the clock before the work was done", 1)
    that(not np.isclose(got[0], 19.5, atol=0.1), "your first time holds the warm-up's work, too", 2)
    late = np.allclose(got, [2.5, 1.25, 4], atol=1e-4)
    that(not late, "your clock starts after the call: handing over the work is a part of it", 1)
    right = [2.501, 1.251, 4.001]
    that(np.allclose(got, right, atol=1e-4), f"these calls take {right} s; you returned {got.round(3)}", 2)
    pretend = lab.PretendDevice([5, 3])
    got = time_calls(pretend.run, 2, 0, pretend.clock, pretend.wait)
    that(pretend.calls == 2, f"no warm-up and 2 repeats are 2 calls; you made {pretend.calls}", 3)
    that(np.allclose(got, [5.001, 3.001], atol=1e-4), f"these 2 calls take 5.001 and 3.001 s, not {got}", 3)
    pretend.queued = 100.0  # somebody else's work
    got = time_calls(pretend.run, 1, 0, pretend.clock, pretend.wait)
    that(got[0] < 100, "the device was busy when you began, and you timed that work, too", 2)


@check("00-percentiles")
def check_percentiles(that, percentiles):
    def ask(times, qs):
        times = np.array(times, float)
        given = times.copy()
        got = percentiles(given, list(qs))
        that(got is not None, "your function returns nothing: is there a return?", 3)
        that(np.shape(got) == (len(qs),), f"qs={qs} asks for shape ({len(qs)},); you returned {got}")
        that(np.array_equal(given, times), "you changed the caller's array: sort a copy", 1)
        return np.asarray(got)

    got = ask([30.5, 10.5, 20.5, 50.5, 40.5], [50, 100])
    that(not np.array_equal(got, [30, 50]), "your result cuts off decimals: an array of integers?", 3)
    that(got[0] == 30.5, f"3 of 5 times are ≤ 30.5, so the p50 is 30.5; you returned {got[0]}", 2)
    that(got[1] == 50.5, f"all times are ≤ 50.5, so the p100 is 50.5; you returned {got[1]}", 2)
    p99 = ask(lab.noise, [99])[0]
    that(p99 in lab.noise, "your p99 is no time that was recorded: the task asks for one that was", 1)
    at_most = np.mean(lab.noise <= p99)
    that(0.99 <= at_most < 0.9901, f"{at_most:.4%} of the recording is ≤ your p99", 2)
    got = ask([1, 2, 3, 4], [75, 50, 51])
    that(got[1] == 2, f"2 of the 4 times 1, 2, 3, 4 are ≤ 2: their p50 is 2, not {got[1]}", 3)
    that(got[2] == 3, f"only half of 1, 2, 3, 4 are ≤ 2: their p51 is 3, not {got[2]}", 2)
    that(got[0] == 3, f"75% of 1, 2, 3, 4 are ≤ 3: their p75 is 3, not {got[0]}", 3)
    got = ask([1, 1, 1, 2], [75, 75])
    that(got.tolist() == [1, 1], f"3 of 1, 1, 1, 2 are ≤ 1: the p75 is 1, asked for twice; not {got}", 1)
    got = ask(np.arange(1001)[::-1], [99.9, 0.1])
    that(got[0] == 999, f"99.8% of 0, 1, …, 1000 are ≤ 998: their p99.9 is 999, not {got[0]}", 2)
    that(got[1] == 1, f"less than 0.1% of 0, 1, …, 1000 are ≤ 0: their p0.1 is 1, not {got[1]}", 2)


@check("00-interval")
def check_interval(that, compare_pairs):
    def ask(pairs, confidence=0.999):
        given = pairs.copy()
        got = compare_pairs(given, confidence)
        that(np.array_equal(given, pairs), "you changed the caller's pairs", 1)
        four = isinstance(got, tuple | list) and len(got) == 4
        that(four, f"return four things, (median, low, high, verdict); you returned {got!r}", 3)
        return *map(float, got[:3]), str(got[3])

    for n, confidence, k in [(61, 0.999, 18), (36, 0.999, 8), (11, 0.999, 1), (12, 0.95, 3)]:
        pairs = lab.noise[: 2 * n].reshape(n, 2)
        ratios = np.sort(pairs[:, 1] / pairs[:, 0])
        median, low, high, _ = ask(pairs, confidence)
        that(not np.isclose(median, np.median(1 / ratios)), "your ratio is A / B; B / A is asked for", 1)
        right = np.median(ratios)
        that(np.isclose(median, right), f"the median of {n} ratios is {right:.4f}, not {median:.4f}", 1)
        ends = ratios[[k - 1, n - k]]
        bounds = (
            f"with {n} pairs at {confidence:.1%}, ratios number {k} and {n + 1 - k} in order are the ends"
        )
        places = [int(np.argmin(abs(ratios - end))) + 1 for end in (low, high)]
        that(np.allclose([low, high], ends), f"{bounds}: {ends.round(4)}. Yours lie near {places}", 2)
    for n in (5, 8):
        got = ask(lab.noise[: 2 * n].reshape(n, 2) * [1, 9])
        that(got[1:3] == (-np.inf, np.inf), f"{n} pairs allow no interval at 99.9%, not {got[1:3]}", 3)
        that(got[3] == "no difference", f"without an interval, no difference: not {got[3]!r}", 3)
    verdicts = {1.3: "slower", 1.06: "slower", 0.951: "faster", 0.7: "faster"}
    for b in (1.3, 1.06, 1.05, 1.04, 0.97, 0.951, 0.7):
        got, right = ask(np.tile([1, b], (61, 1)))[3], verdicts.get(b, "no difference")
        that(got == right, f"where each ratio is {b}: {right!r}, not {got!r} (1/1.05 is 0.952)", 1)
    got = ask(np.stack([np.ones(31), np.linspace(1, 1.2, 31)], axis=1))[3]
    that(got == "no difference", f"an interval from 1.04 to 1.16 isn't all above 1.05: not {got!r}", 1)


@check("00-review")
def check_review(that, review):
    def ask(name, log, *faults):
        given = list(log)
        got = review(given)
        that(given == log, "you changed the caller's log", 1)
        that(isinstance(got, list), f"return a list; you returned a {type(got).__name__}", 1)
        for fault in got:
            that(fault in known, f"{fault!r} is none of the four faults: mind the spelling", 1)
            that(fault in faults, f"{name} is not {fault!r}", 3)
        for fault in faults:
            that(fault in got, f"{name} is {fault!r}, and you didn't see it", 2)
        that(got == list(faults), f"of {name} you say {got}: each fault once, sorted", 1)

    known = ["asynchronous", "blocks", "cold", "few"]
    warm, both = ["a", "b", "wait"], ["a", "b", "wait"]
    a, b = ["start", "a", "wait", "stop"], ["start", "b", "wait", "stop"]
    hurry = ["start", "a", "stop", "wait", "start", "b", "stop", "wait"]
    # The five of the lab's page, by what they do.
    ask("honest", warm + (a + b + b + a) * 15)
    ask("one_after_the_other", warm + a * 30 + b * 30, "blocks")
    ask("straight_away", (a + b) * 30, "cold")
    ask("in_a_hurry", warm + hurry * 30, "asynchronous")
    ask("the_weekend_one", ["a", "wait"] + (a + b) * 5, "cold", "few")
    ask("a log of all of b, then all of a,", warm + b * 12 + a * 30, "blocks")
    ask("a log of 12 b between 6 and 6 a", warm + a * 6 + b * 12 + a * 6)
    ask("a log of 2 a, then b and a by turns,", warm + a * 2 + (b + a) * 12 + b)
    ask("a log of 10 timed calls each", warm + (a + b) * 10, "few")
    ask("a log of 11 timed calls each", warm + (a + b) * 11)
    ask("a log of 20 timed b and 10 a", warm + (a + b + b) * 10, "few")
    ask("a log that times a and b together", warm + a + b + ["start", "a", "b", "wait", "stop"] * 11)
    ask("a log of 10 timed calls each, and 10 untimed", warm + (both + a + b) * 10, "few")
    ask("a log with one hasty stop", warm + (a + b) * 11 + ["start", "wait", "a", "stop"], "asynchronous")
    ask("a log that warms b after a was timed", ["a", "wait"] + (a + ["b", "wait"] + b) * 11)
    ask("a log that warms up after it has timed", (a + b + both) * 11, "cold")
    ask("a log with every fault", ["start", "b", "stop"] + b * 9 + a * 3, *known)


@check("00-power")
def check_power(that, pairs_needed):
    def ask(ratios, slowdown, candidates):
        given = ratios.copy()
        got = pairs_needed(given, slowdown, list(candidates))
        that(np.array_equal(given, ratios), "you changed the caller's ratios", 2)
        return got

    def expect(right, got, why, hint):
        that(got == right, f"{why}: {right}, not {got}", hint)

    some, candidates = lab.aa_ratios[:2000], [5, 11, 21, 31, 61, 101, 201]
    found = {slowdown: ask(some, slowdown, candidates) for slowdown in (1.0, 1.1, 1.3)}
    expect(0, found[1.0], "without a slowdown there is nothing to find", 3)
    that(found[1.3] != 5, "5 pairs have no interval at 99.9%: its low end is -inf", 1)
    expect(21, found[1.3], "the fewest pairs that find 1.3× in these 2,000 ratios", 2)
    expect(61, found[1.1], "the fewest pairs that find 1.1× in these 2,000 ratios", 2)
    expect(21, ask(some, 1.3, candidates[::-1]), "the candidates may come in any order", 3)
    bad, good = np.full(11, 0.5), np.ones(11)  # a group of 11 that finds nothing, and one that does
    one_in_20 = np.r_[bad, np.tile(good, 19)]
    expect(11, ask(one_in_20, 1.3, [11]), "19 of 20 groups of successive ratios are 95%, enough", 2)
    expect(11, ask(np.r_[one_in_20, bad[:5]], 1.3, [11]), "ratios left over are no group", 2)
    expect(0, ask(one_in_20[:-11], 1.3, [11]), "18 of 19 groups are 94.7%, too few", 3)
    most = np.r_[np.tile(good, 37), np.tile(bad, 3)]
    expect(0, ask(most, 1.3, [11]), "37 of 40 groups are 92.5%, too few", 3)
    expect(11, ask(one_in_20, 1.3, [22, 11]), "in pairs of 22 only 90% of groups find it", 2)
    expect(0, ask(np.ones(110), 1.05, [11]), "a low end of just 1.05 isn't above it", 3)
    expect(0, ask(np.full(110, 0.5), 2.08, [11]), "ratios of 0.5 × 2.08 = 1.04 are too low", 3)
    expect(0, ask(np.ones(110), 0.8, [11]), "faster is not slower", 3)
    expect(0, ask(np.ones(100), 1.3, [10]), "10 pairs have no interval at 99.9%", 3)
