"""The visible checks of lab 06, and what is right: PyTorch's shapes, traces painted µs by µs, all plans tried."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Mapping
from math import ceil, floor, prod

import numpy as np
import torch
from torch import nn

from utils.by_hand import whole
from utils.ch06 import design, lab
from utils.checks import check

NUMBER = int | float | np.number

# ---- exercise 1 -----------------------------------------------------------------------------------


def in_pairs(layer: nn.Module) -> list[tuple]:
    """Kernel, stride and padding of a convolution or a pooling, each as (rows, columns)."""
    all_three = layer.kernel_size, layer.stride, layer.padding
    return [it if isinstance(it, tuple) else (it, it) for it in all_three]


def wrong_outputs(layer: nn.Module, shape: tuple) -> list[tuple[str, float]]:
    """By how much usual mistakes in a side of the output multiply its numbers, each with its reply."""

    def values(sides, kernel, stride, padding, rounded=floor):
        all_four = zip(sides, kernel, stride, padding, strict=True)
        return prod(rounded((side + 2 * p - k) / step) + 1 for side, k, step, p in all_four)

    sides, (kernel, stride, padding) = shape[2:], in_pairs(layer)
    found = [
        ("padding makes the input larger, and you leave it out", values(sides, kernel, stride, (0, 0))),
        ("padding is at both ends: 2 * padding", values(sides, kernel, stride, np.divide(padding, 2))),
        ("the window moves on by its stride, and you leave that out", values(sides, kernel, (1, 1), padding)),
        ("a window that doesn't fit is left out: round down", values(sides, kernel, stride, padding, ceil)),
        (
            "a side has one window more than steps: + 1",
            values(sides, kernel, stride, padding, lambda n: floor(n) - 1),
        ),
        ("rows come first, and yours are turned round", values(sides[::-1], kernel, stride, padding)),
    ]
    for i in (0, 1):
        one_side, *one_pair = ((it[i],) * 2 for it in (sides, kernel, stride, padding))
        found += [
            (
                f"its two sides differ, and you take {sides[i]} for both",
                values(one_side, kernel, stride, padding),
            ),
            (
                "kernel, stride and padding are (rows, columns): you take one for both",
                values(sides, *one_pair),
            ),
        ]
    return [(reply, it / values(sides, kernel, stride, padding)) for reply, it in found]


def costs(layer: nn.Module, shape: tuple, size: int) -> dict:
    """FLOPs, numbers moved by kind, and the output's shape: what a roofline counts, and mistakes."""
    with torch.no_grad():
        y = layer(torch.zeros(shape))
    weights = 0 if isinstance(layer, nn.MaxPool2d) else layer.weight.numel()
    bias = 0 if getattr(layer, "bias", None) is None else layer.bias.numel()
    if isinstance(layer, nn.MaxPool2d):
        flops = (layer.kernel_size**2 - 1) * y.numel()
    else:
        flops = 2 * y.numel() * layer.weight[0].numel()
    padding = (0, 0) if isinstance(layer, nn.Linear) else in_pairs(layer)[2]
    return {
        "flops": flops,
        "x": prod(shape),
        "padded": prod(shape[:-2]) * prod(n + 2 * p for n, p in zip(shape[-2:], padding, strict=True)),
        "weights": weights,
        "bias": bias,
        "y": y.numel(),
        "size": size,
        "shape": tuple(y.shape),
    }


@check("06-cost")
def check_cost(that, cost, least_seconds):
    def expect(layer, shape, size=4, more=""):
        right, why = costs(layer, shape, size), f"{layer} on {shape}, {size} bytes a number{more}"
        before = lab.settings(layer)
        got = cost(layer, shape, size)
        that(
            lab.settings(layer) == before,
            f"{why}: your code changes the layer, which belongs to the caller",
            1,
        )
        that(got is not None, "cost returned nothing: is there a return?", 1)
        two = np.shape(got) == (2,)
        that(two, f"return two whole numbers, (flops, bytes); you returned {got!r}", 1)
        flops, moved = map(whole, got)
        that(None not in (flops, moved), f"{why}: whole numbers, not {got}", 1)
        in_bytes = size * (right["x"] + right["y"] + right["weights"] + right["bias"])
        turned = (moved, flops) == (right["flops"], in_bytes) != (flops, moved)
        that(not turned, f"{why}: the order is (flops, bytes); you return bytes first", 1)
        _flops(right, flops, layer, shape, why)
        _bytes(right, moved, shape, why)

    def _flops(right, flops, layer, shape, why):
        mine, out = right["flops"], right["y"]
        words = f"{why}: {mine:,} FLOPs; you count {flops:,}"
        if flops == mine:
            return
        if isinstance(layer, nn.MaxPool2d):
            that(flops != 0, f"{words}. A pooling of k · k numbers makes k · k − 1 comparisons", 3)
            that(
                flops != mine + out, f"{words}: the largest of k · k needs one comparison fewer than k · k", 3
            )
            that(flops != 2 * mine, f"{words}, twice as many: a comparison is one FLOP", 3)
        else:
            that(2 * flops != mine, f"{words}, half of it: those are MACs, and a MAC is two FLOPs", 1)
            for rows in shape[:-1] if len(shape) == 3 else ():
                left_out = flops * rows == mine
                axes = f"all axes but the last are counted, and {rows} is one of them"
                that(not left_out, f"{words}: {axes}", 2)
            one = flops * shape[0] == mine and shape[0] > 1
            that(not one, f"{words}: that is one image's, and a batch has {shape[0]}", 2)
            that(flops not in (mine + out, mine + right["bias"]), f"{words}: the bias costs none, here", 1)
            that(flops not in (3 * mine, 2 * mine), f"{words}. Backward? Forward alone is asked for", 1)
            that(flops != mine - out, f"{words}: each product is added, the first one too", 1)
            groups = getattr(layer, "groups", 1)
            that(
                flops != mine * groups or groups == 1,
                f"{words}: a group sees 1 / {groups} of the channels",
                2,
            )
        for reply, factor in [] if isinstance(layer, nn.Linear) else wrong_outputs(layer, shape):
            that(factor == 1 or flops != round(mine * factor), f"{words}. {reply.capitalize()}", 2)
        each = 2 * layer.weight[0].numel() if hasattr(layer, "weight") else layer.kernel_size**2 - 1
        that(False, f"{words}. {each} for each number of its output, which is {right['shape']}", 2)

    def _bytes(right, moved, shape, why):
        x, y, weights, bias, size = (right[key] for key in ("x", "y", "weights", "bias", "size"))
        mine, batch = size * (x + y + weights + bias), shape[0]
        words = f"{why}: {mine:,} bytes; you count {moved:,}"
        if moved == mine:
            return
        that(moved * size != mine, f"{words}: numbers, not bytes", 2)
        that(moved != 8 * mine, f"{words}, eight times as many: bits?", 2)
        stored = size * (x + y) + 4 * (weights + bias)
        that(moved != stored, f"{words}: weights and bias have {size} bytes a number, too", 2)
        that(moved * size != mine * 4 or size == 4, f"{words}: a number has {size} bytes, not 4", 2)
        for name, part in (("x", x), ("y", y), ("weights", weights), ("bias", bias)):
            told = {"y": "the output is written", "weights": "the weights are read", "x": "the input is read"}
            told = told.get(name, "the bias is read")
            that(not part or moved != mine - size * part, f"{words}: {told}, too", 2)
            that(not part or moved != mine + size * part, f"{words}: {told} once, and not twice", 2)
        that(moved != size * (x + y) or not weights, f"{words}: the weights and the bias are read, too", 2)
        padded = moved == mine + size * (right["padded"] - x)
        that(not padded, f"{words}: padding isn't stored, so it costs no bytes", 2)
        again = mine + size * (batch - 1) * (weights + bias)
        that(
            moved != again or batch == 1,
            f"{words}: weights are read once for the batch, not for each image",
            2,
        )
        less = not weights and moved < mine
        that(not less, f"{words}: the input is read whole, also what no window reaches", 2)
        that(
            moved < mine * 1.5 or moved <= again,
            f"{words}. Each number is read once, however often it is used",
            2,
        )
        reads = f"{x:,} numbers and {weights + bias:,} of its own"
        that(False, f"{words}. It reads {reads}, each once, and writes {y:,}", 2)

    expect(nn.Linear(3, 2, bias=False), (1, 3))
    expect(nn.Linear(20, 30), (8, 20))
    expect(nn.Linear(20, 30), (3, 5, 20), 2)
    expect(nn.Linear(7, 3, bias=False), (6, 7), 8)
    expect(nn.Conv2d(3, 4, 3), (2, 3, 8, 9))
    expect(nn.Conv2d(2, 6, 3, padding=1, bias=False), (4, 2, 6, 5))
    expect(nn.Conv2d(4, 6, 3, stride=2), (3, 4, 9, 8), 2)
    expect(nn.Conv2d(8, 12, 3, padding=2, groups=4), (5, 8, 6, 7))
    expect(nn.Conv2d(6, 6, 5, stride=3, padding=1, groups=6, bias=False), (2, 6, 12, 10))
    expect(nn.Conv2d(3, 5, (3, 1), stride=(2, 1), padding=(0, 2)), (2, 3, 9, 7))
    expect(nn.Conv2d(3, 5, 1, stride=2), (2, 3, 9, 7))
    expect(nn.Linear(999, 1001, bias=False), (97, 999))
    frozen = nn.Linear(5, 4).requires_grad_(False)
    expect(frozen, (3, 5), more=", its weights frozen (requires_grad is False)")
    expect(nn.MaxPool2d(2), (2, 3, 8, 9))
    expect(nn.MaxPool2d(3, stride=2), (4, 2, 9, 12), 2)
    expect(nn.MaxPool2d(3, stride=1, padding=1), (1, 2, 7, 6))
    for flops, moved, peak, bandwidth in [
        (100, 1, 10, 10), (1, 100, 10, 10), (3e9, 4e9, 2e11, 1e10), (6e10, 1e9, 1e11, 2e10), (0, 80, 9, 16),
        (4e9, 3e9, 2e11, 1e10), (3e4, 8e4, 2e11, 1e10)
    ]:  # fmt: skip
        got = least_seconds(flops, moved, peak, bandwidth)
        works, moves = flops / peak, moved / bandwidth
        why = (
            f"{flops:g} FLOPs at {peak:g}/s take {works:g} s, {moved:g} bytes at {bandwidth:g}/s {moves:g} s"
        )
        that(isinstance(got, NUMBER), f"least_seconds: return a number; you returned {got!r}", 3)
        right = max(works, moves)
        for reply, wrong in {
            "both at once, so not the sum": works + moves,
            "the slower of the two counts, and you take the faster: do you compare seconds?": min(
                works, moves
            ),
            "upside down: FLOPs are divided by peak": max(peak / max(flops, 1), bandwidth / moved),
            "peak is FLOPs a second, bandwidth bytes a second, and yours are swapped": max(
                flops / bandwidth, moved / peak
            ),
            "seconds, and yours are ms": 1e3 * right,
            "bandwidth is in bytes, not bits": max(works, 8 * moves),
            "that is FLOPs a second; seconds are asked for": flops / right,
            "you round it: layers take far less than a ms": round(right, 3),
            "you cut that to whole seconds": right // 1,
        }.items():
            same = np.isclose(got, wrong, atol=0) and not np.isclose(wrong, right, atol=0)
            that(not same, f"{why}: {reply}", 3)
        that(np.isclose(got, right, atol=0), f"{why}; you say {got:g} s", 3)


# ---- exercise 2 -----------------------------------------------------------------------------------

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


# ---- exercise 3 -----------------------------------------------------------------------------------


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


# ---- exercise 4 -----------------------------------------------------------------------------------

INNOCENT = {
    "draw": "each step needs other images",
    "forward": "that is the training itself",
    "loss": "that is the training itself",
    "backward": "that is the training itself",
    "update": "that is the training itself",
    "log": "one number a step, which a report reads",
    "report": "it runs only every so many steps, and is asked for",
}


def predicted(p: Mapping) -> tuple[dict[str, float], dict[str, float]]:
    """What mending each line alone saves, and what each line takes with all six mended, in ms."""
    ms, r, every = p["ms"], p["float32"], p["every"]
    savings = {
        "scale": ms["scale"] * (1 - 1 / p["num_steps"]),
        "shift": ms["shift"] - p["shift at once"],
        "tensor": (1 - r) * sum(ms[lap] for lap in lab.MODEL_LAPS),
        "count": ms["forward"],
        "validate": ms["validate"] * (1 - 1 / every),
        "save": ms["save"] * (1 - 1 / every),
    }
    after = dict(ms) | {"scale": ms["scale"] / p["num_steps"], "shift": p["shift at once"]}
    after["count"] -= ms["forward"]
    after = {lap: value * r if lap in lab.MODEL_LAPS else value for lap, value in after.items()}
    return savings, after | {lap: after[lap] / every for lap in ("validate", "save")}


def wrong_savings(p: Mapping, lap: str, right: float) -> list[tuple[str, float]]:
    """What usual mistakes in one line's saving come to, each with its reply."""
    ms, r, every, num_steps = p["ms"], p["float32"], p["every"], p["num_steps"]
    left = "that is what is left, not what is saved"
    if lap == "tensor":
        all_six = sum(ms[it] for it in lab.MODEL_LAPS)
        core = sum(ms[it] for it in ("forward", "backward", "update"))
        own = "that is the line itself; float64 costs in the lines that compute with the model"
        fraction = "float32 is the fraction of the time that is left: 1 - float32 is saved"
        found = [
            (left, r * all_six),
            (own, ms["tensor"]),
            ("the second forward, the loss and the validation compute in float64, too", (1 - r) * core),
            ("only lines that compute with the model change", (1 - r) * sum(ms.values())),
            (fraction, (1 / r - 1) * all_six),
            (fraction, (1 - 1 / r) * all_six),
        ]
        for it in lab.MODEL_LAPS:
            found.append((f"{it} computes in float64, too", (1 - r) * (all_six - ms[it])))
            found.append((f"that is {it} alone", (1 - r) * ms[it]))
    elif lap == "scale":
        found = [
            ("once before the loop it still costs, shared by all steps", ms[lap]),
            ("it is done once in num_steps steps, not once in every", ms[lap] * (1 - 1 / every)),
            (left, ms[lap] / num_steps),
        ]
    elif lap == "shift":
        found = [("shifting at once takes time, too", ms[lap]), (left, p["shift at once"])]
    elif lap == "count":
        only = "comparing and adding still has to be done; only the forward can go"
        found = [(only, ms[lap]), (left, ms[lap] - ms["forward"])]
    else:
        found = [
            (f"it still runs in one step of {every}", ms[lap]),
            ("it runs once in every steps, not once in num_steps", ms[lap] * (1 - 1 / num_steps)),
            ("1 / every of it is left, not every / num_steps", ms[lap] * (1 - every / num_steps)),
            (f"every is {every} in this p, and not 20: take it from p", ms[lap] * (1 - 1 / 20)),
            (left, ms[lap] / every),
        ]
    return [
        *found,
        ("a saving is before minus after, and yours is after minus before", -right),
        ("that is all steps' together; ms a step are asked for", right * num_steps),
        ("that is all images' together; p holds ms of a whole batch", right * 64),
        ("seconds? ms are asked for", right / 1e3),
    ]


def wrong_after(p: Mapping, after: dict[str, float]) -> list[tuple[str, float]]:
    """What a step takes with all six mended by usual mistakes in one of its lines, each with its reply."""
    ms, r, every, num_steps = p["ms"], p["float32"], p["every"], p["num_steps"]
    rest, total = ms["count"] - ms["forward"], sum(after.values())
    in_its_place = {
        "count": ([ms["count"], r * ms["count"], rest, r * ms["count"] - ms["forward"]],
                  "loses the second forward, and what stays is float32's"),
        "validate": ([ms["validate"], r * ms["validate"], ms["validate"] / every, r * ms["validate"] / num_steps],
                     f"runs in float32, and in one step of {every}"),
        "save": ([ms["save"], r * ms["save"] / every, ms["save"] / num_steps],
                 f"runs in one step of {every}, and is none of float32's"),
        "scale": ([ms["scale"], ms["scale"] / every], "runs once, which all steps share"),
        "shift": ([ms["shift"], ms["shift"] - p["shift at once"]], "takes what shifting at once takes"),
        "tensor": ([r * ms["tensor"]], "takes as long as before"),
    }  # fmt: skip
    found = [
        (f"{lap} {what}", total - after[lap] + it) for lap, (its, what) in in_its_place.items() for it in its
    ]
    for lap, its in after.items():
        found.append((f"{lap} is left out", total - its))
        if lap in lab.MODEL_LAPS:
            found.append((f"{lap} runs in float32", total - its + its / r))
        else:
            found.append((f"{lap} is none of float32's", total - its + its * r))
    all_in_float32 = "all lines in float32? Only those that compute with the model are"
    by_steps = "that is all steps' together; ms a step are asked for"
    return [
        *found,
        (all_in_float32, r * total),
        (by_steps, total * num_steps),
        ("seconds? ms are asked for", total / 1e3),
    ]


@check("06-wastes")
def check_wastes(that, predict):
    for seed in (0, 1, 2):
        p = lab.pretend_profile(seed)
        savings, lines = predicted(p)
        after = sum(lines.values())
        got = predict(given := copy.deepcopy(p))
        that(given == p, "you changed p, which belongs to the caller: work on a copy of p['ms']", 1)
        that(got is not None, "predict returned nothing: is there a return?", 1)
        two = isinstance(got, tuple | list) and len(got) == 2 and isinstance(got[0], Mapping)
        that(two, f"return two things, (savings, after): a dict and a number; you returned {got!r:.80}", 1)
        why = f"pretend_profile({seed})"
        for lap in got[0]:
            that(lap in lab.LAPS, f"{lap!r} is the name of no line of the loop: {', '.join(lab.LAPS)}", 1)
            that(lap in savings, f"{lap!r} wastes nothing: {INNOCENT.get(lap)}", 1)
        for lap, reason in {
            "scale": "does the same work in each step, on what never changes",
            "shift": "does for one image after the other what NumPy does for all at once",
            "tensor": "takes little time itself, and decides how long others take",
            "count": "computes something that is there already",
            "validate": "computes in each step what is read once in a while",
            "save": "writes in each step what is read once in a while",
        }.items():
            that(
                lap in got[0], f"you name {len(got[0])} of the six wastes. One that you leave out {reason}", 1
            )
        for lap, right in savings.items():
            value = got[0][lap]
            that(isinstance(value, NUMBER), f"{why}: the saving of {lap!r} is a number, not {value!r}", 1)
            words = f"{why}: mending {lap!r} alone saves {right:.3f} ms a step; you predict {value:.3f}"
            share = np.isclose(value, right / sum(p["ms"].values()))
            that(not share, f"{words}: a fraction of a step? ms are asked for", 1)
            for reply, wrong in wrong_savings(p, lap, right):
                same = np.isclose(value, wrong) and not np.isclose(wrong, right)
                that(not same, f"{words}: {reply}", 2)
            its = p["ms"][lap] if lap != "tensor" else sum(p["ms"][it] for it in lab.MODEL_LAPS)
            left = f"of {its:.3f} ms that it is about, you leave {its - value:.3f}"
            that(np.isclose(value, right), f"{words}: {left}, and {its - right:.3f} are left", 2)
        total = sum(p["ms"].values())
        that(isinstance(got[1], NUMBER), f"{why}: after is a number, not {got[1]!r}", 3)
        words = f"{why}: with all six mended a step takes {after:.3f} ms; you predict {got[1]:.3f}"
        added = np.isclose(got[1], total - sum(savings.values()))
        gone = "a line that runs in float32 has less to save"
        that(not added, f"{words}. Savings don't add: {gone}", 3)
        that(not np.isclose(got[1], total - after), f"{words}, which is what is saved", 3)
        slow = sum(p["ms"].values()) - sum(value for lap, value in savings.items() if lap != "tensor")
        that(not np.isclose(got[1], slow), f"{words}, without float32", 3)
        for reply, wrong in wrong_after(p, lines):
            same = np.isclose(got[1], wrong) and not np.isclose(wrong, after)
            that(not same, f"{words}: {reply}", 3)
        that(np.isclose(got[1], after), f"{words}. Take each line as it is when all six are mended", 3)


# ---- exercise 5 -----------------------------------------------------------------------------------


def replayed_works(trace: Mapping, bought: list[dict]) -> dict[str, tuple[str, float]]:
    """Each work's lane and ms, with these fixes."""
    works = {}
    for work, (lane, ms) in trace.items():
        for one in bought:
            lane = one["moves"].get(work, lane)
            ms *= one["times"].get(work, 1.0)
        works[work] = lane, ms
    return works


def replayed(trace: Mapping, bought: list[dict]) -> float:
    """The longest lane's ms, with these fixes."""
    works = replayed_works(trace, bought).values()
    return max(sum(ms for lane, ms in works if lane == this) for this, _ in works)


def plans(
    trace: Mapping, fixes: list[dict], hours: int, digits: int | None = 3
) -> list[tuple[float, int, list[str]]]:
    """All plans that can be had, the best one first: (ms, hours, names)."""
    found = []
    for number in range(len(fixes) + 1):
        for bought in itertools.combinations(fixes, number):
            names, cost = sorted(one["name"] for one in bought), sum(one["hours"] for one in bought)
            if cost <= hours and all(one["needs"] in ("", *names) for one in bought):
                ms = replayed(trace, list(bought))
                found.append((ms if digits is None else round(ms, digits), cost, names))
    return sorted(found)


@check("06-design")
def check_design(that, replay, choose):
    def expect(trace, fixes, hours, why):
        given = copy.deepcopy((trace, fixes))
        for number in (0, 1, 2, len(fixes)):
            for bought in itertools.islice(itertools.combinations(fixes, number), 8):
                _replay(given[0], list(copy.deepcopy(bought)), why)
        got = choose(*given, hours)
        that(got is not None, "choose returned nothing: is there a return?", 3)
        that(isinstance(got, list | tuple), f"choose: return a list of names; you returned {got!r:.60}", 3)
        that(
            given == (trace, fixes),
            f"{why}: you changed the trace or the fixes, which belong to the caller",
            1,
        )
        by_name = {one["name"]: one for one in fixes}
        for name in got:
            that(
                isinstance(name, str) and name in by_name,
                f"{why}: there is no fix {name!r:.60}: return names",
                3,
            )
            needs = by_name[name]["needs"]
            that(not needs or needs in got, f"{why}: you buy {name!r} without {needs!r}, which it needs", 3)
        that(len(set(got)) == len(got), f"{why}: you buy a fix twice: {got}", 3)
        cost = sum(by_name[name]["hours"] for name in got)
        free = {by_name[name]["needs"] for name in got} - {""}
        unpaid = cost - sum(by_name[name]["hours"] for name in free) <= hours < cost
        free = f"; {sorted(free)} is needed, and has to be paid, too" * unpaid
        that(cost <= hours, f"{why}: {sorted(got)} cost {cost} hours; there are {hours}{free}", 3)
        ms = round(replayed(trace, [by_name[name] for name in got]), 3)
        best, least, names = plans(trace, fixes, hours)[0]
        words = f"{why}: you buy {sorted(got)} for {cost} hours, and a step takes {ms:g} ms"
        mistaken = _wrong_choice(trace, fixes, hours, sorted(got)) if sorted(got) != names else ""
        that(not mistaken, f"{words}; {mistaken}", 3)
        fewer = [plan for plan in plans(trace, fixes, hours) if len(plan[2]) < len(names)]
        few = ms > best and fewer and sorted(got) == fewer[0][2]
        that(not few, f"{words}; a plan of {len(names)} fixes does better: do you try all, of any number?", 3)
        short = ms > best and plans(trace, fixes, hours - 1)[0][2] == sorted(got)
        that(not short, f"{words}: {hours} hours may be spent, to the last one", 3)
        saved = {name: replayed(trace, []) - replayed(trace, [by_name[name]]) for name in by_name}
        added = sum(saved[name] for name in got) > sum(saved[name] for name in names)
        more = ". Their savings alone sum to more, but savings don't add" * added
        that(
            ms <= best,
            f"{words}; {best:g} can be had with {hours} hours{more}. Replay whole plans, all, not fix by fix",
            2,
        )
        that(cost == least, f"{words}; the same can be had for {least} hours", 3)
        that(sorted(got) == names, f"{words}; of equal plans the first by the alphabet is {names}", 3)

    def _wrong_choice(trace, fixes, hours, got):
        """The mistake by which one comes to buy these, or nothing."""
        every = plans(trace, fixes, hours, digits=None)
        for digits in (None, 1, 2, 6):
            rounded = [(ms if digits is None else round(ms, digits), *rest) for ms, *rest in every]
            if got == min(rounded)[2]:
                return "compare ms rounded to 0.001, not more and not less"
        alone = [plan for plan in every if not any(one["needs"] for one in fixes if one["name"] in plan[2])]
        if got == min((round(ms, 3), *rest) for ms, *rest in alone)[2]:
            return "a fix that needs another one can be bought, together with that one"
        ms, cost, _ = min((round(ms, 3), *rest) for ms, *rest in every)
        equal = [names for other, hours, names in every if (round(other, 3), hours) == (ms, cost)]
        if got in equal:
            order = "equal plans are ordered by their sorted lists of names, as Python compares lists"
            return f"{min(equal)} does the same, and comes first: {order}"
        return ""

    def _replay(trace, bought, why):
        right, names = replayed(trace, bought), [one["name"] for one in bought]
        before = copy.deepcopy((trace, bought))
        got = replay(trace, bought)
        that(got is not None, "replay returned nothing: is there a return?", 1)
        that(isinstance(got, NUMBER), f"replay: return a number; you returned {got!r:.60}", 1)
        that(before == (trace, bought), f"{why}: replay changed what belongs to the caller", 1)
        words = f"{why}, with {names}: a step takes {right:g} ms; you say {got:g}"
        again = np.isclose(replay(trace, bought), got)
        that(
            again, f"{why}: a second call with the same arguments says something else: what does it keep?", 1
        )
        if not np.isclose(got, right, rtol=1e-9):
            _wrong_ms(trace, bought, got, words)

    def _wrong_ms(trace, bought, got, words):
        rounds = any(
            np.isclose(got, round(replayed(trace, bought), digits), rtol=1e-9) for digits in range(4)
        )
        that(not rounds, f"{words}: replay doesn't round; choose compares rounded", 1)
        stays = replayed(trace, [one | {"moves": {}} for one in bought])
        stays = np.isclose(got, stays) and any(one["moves"] for one in bought)
        that(not stays, f"{words}: work that is moved runs on its new lane", 1)
        lanes = {}
        for lane, ms in (replayed_works(trace, bought)).values():
            lanes[lane] = lanes.get(lane, 0.0) + ms
        summed = len(lanes) > 1 and np.isclose(got, sum(lanes.values()))
        that(not summed, f"{words}: lanes run beside each other, so the longest counts, not the sum", 1)
        for lane, ms in lanes.items():
            that(not np.isclose(got, ms), f"{words}: that is lane {lane!r}, and the longest one counts", 1)
        gone = [one | {"times": one["times"] | dict.fromkeys(one["moves"], 0)} for one in bought]
        gone = any(one["moves"] for one in bought) and np.isclose(got, replayed(trace, gone))
        that(not gone, f"{words}: work that is moved still takes its time", 1)
        flipped = [one | {"times": {work: 1 - it for work, it in one["times"].items()}} for one in bought]
        flipped = np.isclose(got, replayed(trace, flipped))
        that(not flipped, f"{words}: 0.25 means that a quarter is left, not that a quarter is saved", 1)
        for one in bought if len(bought) > 1 else ():
            alone = np.isclose(got, replayed(trace, [one]))
            that(not alone, f"{words}: that is {one['name']} alone; factors on the same work multiply", 1)
        base = replayed(trace, [])
        names = [one["name"] for one in bought]
        having = [one for one in bought if one["needs"] in ("", *names)]
        that(
            not np.isclose(got, replayed(trace, having)),
            f"{words}: what a fix needs isn't replay's business",
            1,
        )
        fewer = [one | {"times": {work: min(1, it) for work, it in one["times"].items()}} for one in bought]
        that(not np.isclose(got, replayed(trace, fewer)), f"{words}: a factor above 1 takes longer", 1)
        turned = [
            one | {"times": {work: 1 / (it or 1) for work, it in one["times"].items()}} for one in bought
        ]
        that(not np.isclose(got, replayed(trace, turned)), f"{words}: a factor multiplies the ms", 1)
        works = replayed_works(trace, bought).values()
        longest = np.isclose(got, max(ms for _, ms in works))
        that(not longest, f"{words}: that is the longest work; a lane's works run one after the other", 1)
        mean = np.isclose(got, sum(ms for _, ms in works) / len({lane for lane, _ in works}))
        that(not mean, f"{words}: that is the mean of the lanes; the longest one is waited for", 1)
        given = trace != design.TRACE and np.isclose(got, replayed(design.TRACE, bought))
        that(not given, f"{words}: use the argument trace, not TRACE", 1)
        added = np.isclose(got, base - sum(base - replayed(trace, [one]) for one in bought))
        that(not added, f"{words}. The savings of each alone, added? Let them act one after the other", 1)
        moves = "; a move changes its lane" * any(one["moves"] for one in bought)
        that(False, f"{words}. Factors on the same work multiply{moves}", 1)

    there = design.fix("there", 1, {"a": 0.5, "c": 0.5}, {"a": "loader"})
    _replay(
        {"a": ("main", 10.0), "b": ("main", 3.0), "d": ("loader", 4.0)},
        [there],
        "work that is moved, and made faster, and two more",
    )
    rng = np.random.default_rng(6)
    reasons = {
        "exact": "a fix that takes all hours there are",
        "overlap": "two fixes for the same work, and a third",
        "lanes": "a fix for a lane that nothing waits for",
        "both": "two lanes, equally long",
        "needs": "a fix that needs another one",
        "moves": "a fix that moves work to a lane of its own",
        "cheap": "one fix that is dearer than two",
        "equal": "two fixes, either of which is enough",
        "useless": "fixes that help nothing, and hours to spare",
        "nothing": "a fix that is too dear",
        "any": "seven fixes",
        "all": "six fixes that are each worth an hour, and six hours",
        "none": "fixes that help nothing",
        "like": "a fix that needs 'save', and another one named 'save rarely'",
        "near": "two fixes that are 0.004 ms apart",
        "tie of pair": "one fix, and two that do the same for as many hours together",
        "tie by name": "one fix, and two that do the same for as many hours together",
        "tie by case": "two fixes, either of which is enough, one with a capital letter",
    }
    for kind, why in reasons.items():
        for _ in range(1 if kind == "any" else 2):
            expect(*design.problem(rng, kind), why)
    for hours in (0, 9, 14):
        expect(design.TRACE, design.FIXES, hours, f"TRACE and FIXES, {hours} hours")
