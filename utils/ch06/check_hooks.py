"""Lab 06's check of hooks that time a network's modules."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from utils.ch06 import lab
from utils.checks import check


@check("06-hooks")
def check_hooks(that, time_modules):
    x = torch.ones(2, 3)

    def expect(model, clock, right, why, run=None):
        looks, hooks = clock.looks, lab.num_hooks(model)
        result, before, seen = [], lab.observed(model), []

        def counted():
            seen.append(lab.observed(model))
            try:
                return run() if run else result.append(model(x))
            except TypeError as error:
                if "forward()" not in str(error):
                    raise
                words = f"{why}: its forward gets other inputs than without you ({error})"
                that(False, f"{words}: a hook returns None", 1)

        got = time_modules(model, counted, clock)
        left = lab.num_hooks(model)
        that(len(seen) == 1, f"{why}: run is to be called once; you call it {len(seen)} times", 1)
        that(
            seen[0] == before,
            f"{why}: while run runs, the model's mode, or that gradients are kept, is changed",
            1,
        )
        that(
            lab.observed(model) == before,
            f"{why}: afterwards the model's mode, or what it learns, is changed",
            1,
        )
        that(got is not None, "your function returns nothing: is there a return?", 1)
        that(isinstance(got, Mapping), f"return a dict; you returned {type(got).__name__}", 1)
        known = dict(model.named_modules())
        for name in got:
            that(
                name in known,
                f"{why}: {name!r} is no name of model.named_modules(), which has {list(known)}",
                2,
            )
            three = np.shape(got[name]) == (3,)
            that(three, f"a value is (calls, total, own); yours of {name!r} is {got[name]!r}", 1)
        late = len(got) < len(right) and sum(it[0] for it in got.values()) == sum(
            it[0] for it in right.values()
        )
        that(
            not late,
            f"{why}: all calls are counted for {list(got)}: a hook made in a loop sees its last name",
            2,
        )
        for name in right:
            itself = " (the model itself)" * (name == "")
            that(name in got, f"{why}: module {name!r}{itself} ran, and isn't in your dict", 2)
        for name in got:
            that(name in right, f"{why}: {name!r} is in your dict, and never ran", 2)
        that(clock.looks > looks, "you read another clock than the one you were given", 1)
        that(
            left >= hooks, f"{why}: {hooks - left} hooks that were there before are gone: remove your own", 3
        )
        that(left == hooks, f"{why}: {left - hooks} hooks (or replaced forwards) are left on the model", 3)
        for part in (slice(2), slice(3)):  # a wrong total first: its caller's own time is wrong by it
            for name, row in right.items():
                if not np.allclose(np.array(got[name][part], float), row[part]):
                    _wrong_row(why, name, tuple(got[name]), *row)
        return result

    def _wrong_row(why, name, got, calls, total, own):
        words = (
            f"{why}: {name!r} is called {calls} times, takes {total:g} s, {own:g} of its own; you say {got}"
        )
        once = calls > 1 and (got[0] == 1 or np.isclose(got[1] * calls, total))
        kept = "once more" in why and got[0] == 2 * calls
        that(not kept, f"{words}. The first call's numbers are in it: begin anew in each call", 2)
        turned = np.allclose(sorted(got), sorted((calls, total, own)))
        that(not turned, f"{words}: the order is (calls, total, own)", 1)
        last = calls > 1 and np.isclose(got[1], total) and np.isclose(got[2] * calls, own)
        that(not last, f"{words}: its own time adds up over all calls, too", 2)
        that(not np.isclose(got[1], 1e3 * total), f"{words}: seconds are asked for", 1)
        that(not once, f"{words}: one call's, or the mean? All calls add up", 2)
        rounds = any(np.allclose(got, np.round((calls, total, own), digits)) for digits in range(6))
        that(not rounds, f"{words}: you round it", 1)
        that(got[0] == calls, f"{words}. Each forward pass is a call, and nothing else is", 1)
        its = "Its time begins and ends with its own forward; what run does besides is no module's"
        that(np.isclose(got[1], total), f"{words}. {its}", 2)
        twice = np.isclose(got[2], total)
        that(not twice, f"{words}: the time in modules that it calls counts twice, then", 2)
        more = "Only what it calls itself counts against it: not what those call"
        that(got[2] > own, f"{words}. {more}", 3)
        that(False, f"{words}. What it calls counts against it, whoever's child that is", 3)

    Takes, clock = lab.Takes, lab.PretendClock()
    model = Takes(clock, 3.0)
    result = expect(model, clock, {"": (1, 3, 3)}, "one module that takes 3 s")
    that(torch.equal(result[0], x + 1), "your hooks change what the model returns: a hook returns None", 1)
    expect(model, clock, {"": (1, 3, 3)}, "the same module, timed once more")
    model = lab.Keeps(clock, 0.25, adds=lab.Adds(clock, 1 / 7))
    right = {"": (1, 0.25 + 1 / 7, 0.25), "adds": (1, 1 / 7, 1 / 7)}
    result = expect(model, clock, right, "a module of two inputs (1/7 s) in a model (1/4 s)")
    that(result[0] is model.last, "the model returns a copy, or another tensor: a hook returns None", 1)
    that(torch.equal(result[0], 3 * x + 1), "a module of two inputs gets others: a hook returns None", 1)
    model = Takes(clock, 0.0, a=Takes(clock, 2.0), b=Takes(clock, 0.0))
    right = {"": (1, 2, 0), "a": (1, 2, 2), "b": (1, 0, 0)}
    expect(model.eval(), clock, right, "a model of no time of its own, in eval mode, and a module of none")
    shared = Takes(clock, 2.0)
    model = lab.Calls(clock, 1.0, lambda m: [m.a, m.again], a=shared, again=shared)
    right = {"": (1, 5, 1), "a": (2, 4, 4)}
    expect(model, clock, right, "a module under two names: named_modules() has the first")
    model = Takes(clock, 1.0, a=Takes(clock, 2.0), b=Takes(clock, 4.0))
    right = {"": (1, 7, 1), "a": (1, 2, 2), "b": (1, 4, 4)}
    expect(model, clock, right, "a model of its own 1 s, that calls a (2 s) and b (4 s)")
    model = Takes(clock, 1.0, a=Takes(clock, 2.0, b=Takes(clock, 4.0, c=Takes(clock, 8.0))))
    right = {"": (1, 15, 1), "a": (1, 14, 2), "a.b": (1, 12, 4), "a.b.c": (1, 8, 8)}
    expect(model, clock, right, "c in b in a")

    def step():
        clock.passes(10)  # loading
        model(x)
        clock.passes(20)  # backward, and the update
        model(x)

    twice = {name: (2, 2 * total, 2 * own) for name, (_, total, own) in right.items()}
    expect(model, clock, twice, "two steps, with loading, backward and update between them", step)
    shared = Takes(clock, 2.0)
    model = lab.Calls(clock, 1.0, lambda m: [m.relu, m.a, m.relu], relu=shared, a=Takes(clock, 4.0))
    expect(
        model, clock, {"": (1, 9, 1), "relu": (2, 4, 4), "a": (1, 4, 4)}, "a module called twice in one pass"
    )
    inner = Takes(clock, 2.0, b=Takes(clock, 4.0))
    model = lab.Calls(clock, 1.0, lambda m: [m.a, m.a.b, m.a.b], a=inner, spare=Takes(clock, 9.0))
    right = {"": (1, 15, 1), "a": (1, 6, 2), "a.b": (3, 12, 12)}
    expect(model, clock, right, "a model that calls a, and twice a.b past a; another module never runs")
    theirs = []
    model = Takes(clock, 1.0, a=Takes(clock, 2.0))
    model.a.register_forward_hook(lambda *_: theirs.append("seen"))
    expect(model, clock, {"": (1, 3, 1), "a": (1, 2, 2)}, "a model with somebody else's hook")
    that(len(theirs) == 1, "somebody else's hook on the model has to fire as before", 3)
    late = []
    time_modules(model, lambda: late.append(model.a.register_forward_hook(lambda *_: None)), clock)
    that(
        late[0].id in model.a._forward_hooks,
        "a hook that run itself registers is to stay: remove yours only",
        3,
    )
    for error in (ValueError("broken"), lab.Stop("stopped")):
        model = nn.Sequential(Takes(clock, 1.0), lab.Breaks(error))
        raised = None
        try:
            time_modules(model, lambda model=model: model(x), clock)
        except BaseException as it:  # what is tried is that one comes through
            raised = it
            if isinstance(it, NotImplementedError) or it is not error:
                raise
        kind = "an exception" if isinstance(error, Exception) else "what Ctrl-C raises, which is no Exception"
        through = "let it through (a return in finally stops it, too)"
        that(raised is error, f"run raised {kind}, and the caller never hears of it: {through}", 3)
        left = lab.num_hooks(model)
        that(left == 0, f"run raised {kind}, and {left} hooks are left on the model", 3)
