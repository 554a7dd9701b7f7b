"""The visible checks of lab 09, and what is right: a stable sort, all plans, streams byte by byte."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator
from functools import partial

import numpy as np
import torch
from torch import nn

from utils.ch09.design import (
    MOST_BYTES,
    BadNetwork,
    accuracy,
    as_arrays,
    digits,
    packed,
    smallest,
    train,
)
from utils.ch09.lab import (
    LONG,
    MASKS,
    OPTIMIZERS,
    SCANS,
    TENSORS,
    drawn_matrix,
    drawn_scan,
    drawn_stream,
    drawn_tensor,
    drawn_weights,
    traced,
)
from utils.checks import check

# ---- exercise 1 ------------------------------------------------------------------------------------


def first_of(scores: list[np.ndarray], keep: int) -> list[np.ndarray]:
    """Masks of the ``keep`` largest scores over all arrays; of equal ones the first."""
    flat = np.concatenate([it.ravel() for it in scores])
    mask = np.zeros(len(flat), bool)
    mask[np.argsort(-flat, kind="stable")[:keep]] = True
    parts = np.split(mask, np.cumsum([it.size for it in scores])[:-1])
    return [part.reshape(it.shape) for part, it in zip(parts, scores, strict=True)]


def mask_mistakes(w: list[np.ndarray], keep: int, right: list[np.ndarray]) -> Iterator[tuple]:
    """(masks of a mistake, its words, hint)."""
    size, total = [np.abs(it) for it in w], sum(it.size for it in w)
    yield first_of(w, keep), "you compare the weights themselves; a large negative weight is large, too", 1
    yield first_of([-it for it in size], keep), "you keep the smallest", 1
    if keep == 0:
        words = "keep = 0 keeps none; a slice [-keep:] is everything then"
        yield [np.ones(it.shape, bool) for it in w], words, 2
    yield first_of(size, total - keep), f"you prune {keep} weights, the smallest; keep {keep}", 1
    yield [~it for it in right], "the other way round: True is kept, False is pruned", 1
    yield first_of([-it for it in size], total - keep), "True and False are the other way round", 1
    yield (
        first_of(size[::-1], keep)[::-1],
        "of equal absolute values, the first tensor in the list comes first",
        2,
    )
    back = first_of([it.ravel()[::-1] for it in size[::-1]], keep)[::-1]
    back = [it[::-1].reshape(s.shape) for it, s in zip(back, size, strict=True)]
    yield (
        back,
        "of equal absolute values you keep the last; the first comes first: a stable sort does that",
        2,
    )
    yield (
        first_of([it * (it > 0) - (it == 0) for it in w], keep),
        "negative weights count by their size, too",
        1,
    )
    ranked = np.sort(np.concatenate([it.ravel() for it in size]))[::-1]
    tied = 0 < keep < total and ranked[keep - 1] == ranked[keep]
    for count in (np.round,) if tied else (np.round, np.floor, np.ceil):
        each = [first_of([it], int(count(keep * it.size / total)))[0] for it in size]
        words = (
            "you keep the same fraction of each tensor; the largest are to be found over all tensors together"
        )
        yield each, words, 1
    yield (
        [first_of([it], min(keep, it.size))[0] for it in size],
        "you keep so many of each tensor, not of all",
        1,
    )
    nonzero = [m & (it != 0) for m, it in zip(right, w, strict=True)]
    yield nonzero, "a weight that is 0 is kept, too, where keep reaches it", 2


SAID_MASK = {
    "apart": "three tensors, no two weights equal",
    "ties": "many equal absolute values",
    "zeros": "more to keep than aren't zero",
    "near": "1.5 and its neighbour in float32, 1.5000001",
    "none": "keep = 0",
    "all": "keep = all",
    "views": "equal weights in a transposed view, row by row",
    "huge": "weights around 1e25, whose squares overflow",
    "tiny": "weights around 1e-30, whose squares are 0",
    "shapes": "shapes (), (3,) and (2, 7)",
    "one": "a list of one tensor",
    "large": "8,890 weights, many of them equal",
}


@check("09-mask")
def check_mask(that, keep_largest):
    def expect(weights, keep, words):
        before = [it.detach().clone() for it in weights]
        kinds = [(it.requires_grad, it.stride()) for it in weights]
        arrays = [it.numpy() for it in before]
        right = first_of([np.abs(it) for it in arrays], keep)
        total = sum(it.size for it in arrays)
        words = f"{words}: keep {keep} of {total}"
        got = keep_largest(weights, keep)
        that(got is not None, f"{words}: nothing came back; return the list of masks", 1)
        that(isinstance(got, list), f"{words}: return a list of masks; yours is a {type(got).__name__}", 1)
        same = len(weights) == len(before) and all(map(torch.equal, weights, before))
        that(same, f"{words}: your code changed the weights, which belong to the caller", 1)
        now = [(it.requires_grad, it.stride()) for it in weights]
        that(
            now == kinds,
            f"{words}: (requires_grad, stride) were {kinds}, are {now}: weights stay as they are",
            1,
        )
        that(len(got) == len(weights), f"{words}: {len(weights)} masks are asked; yours are {len(got)}", 1)
        for k, (mask, it) in enumerate(zip(got, arrays, strict=True)):
            bools = isinstance(mask, torch.Tensor) and mask.dtype == torch.bool
            kind = getattr(mask, "dtype", type(mask).__name__)
            that(bools, f"{words}: a mask is a tensor of torch.bool; yours of tensor {k} is {kind}", 1)
            its, asked = tuple(mask.shape), it.shape
            that(its == asked, f"{words}: the mask of tensor {k} has its shape, {asked}; yours has {its}", 1)
        mine = [it.numpy() for it in got]
        if all(map(np.array_equal, mine, right)):
            return
        count = int(sum(it.sum() for it in mine))
        shown = ""
        if total <= 12:
            shown = f" Weights {[it.tolist() for it in arrays]}; right: {[it.tolist() for it in right]}."
        for wrong, why, hint in mask_mistakes(arrays, keep, right):
            that(not all(map(np.array_equal, mine, wrong)), f"{words}: {why}.{shown}", hint)
        sizes = np.concatenate([np.abs(it).ravel() for it in arrays])
        kept = np.concatenate([it.ravel() for it in mine])
        ranked = np.sort(sizes)[::-1]
        over = 0 < keep < total and ranked[keep - 1] == ranked[keep]
        if count != keep:
            more = "all weights equal to the last one that fits are kept, or none of them: a threshold can't tell"
            more += " equal weights apart"
            why = more if over else "count them over all tensors together"
            why += "; off by one, as with [: keep + 1], or > for >=" * (abs(count - keep) == 1 and not over)
            that(False, f"{words}: your masks keep {count}. {why[0].upper()}{why[1:]}.{shown}", 2)
        fine = np.array_equal(np.sort(sizes[kept]), np.sort(sizes)[total - keep :])
        equal = "the right sizes, but of equal ones not the first: torch.topk and a plain sort keep no order"
        that(not fine, f"{words}: {equal}.{shown}", 2)
        worst = f"you keep {sizes[kept].min():.7g} and prune {sizes[~kept].max():.7g}"
        that(False, f"{words}: {worst}. Are values rounded, or masks put back in another order?{shown}", 2)

    example = [torch.tensor([[3.0, -1.0], [2.0, -3.0]]), torch.tensor([2.0, 0.0, -2.0])]
    apart = [torch.tensor([[3.0, -1.0], [2.75, -5.0]]), torch.tensor([2.5, 0.0, -1.5, 0.5])]
    expect(apart, 3, "no two equal")
    expect(example, 4, "the task's example")
    expect([torch.tensor([-5.0, 1.0, 2.0]), torch.tensor([0.5, -4.0])], 3, "two tensors")
    expect([torch.tensor([1.0, 2.0]), torch.tensor([-3.0, 4.0, 5.0, 6.0])], 3, "the largest in one tensor")
    expect([torch.tensor([1.0, 1.0, 1.0, -1.0]), torch.tensor([-1.0, 1.0])], 3, "all equal")
    for kind in MASKS:
        for seed in range(2):
            expect(*drawn_weights(np.random.default_rng([seed, len(kind)]), kind), SAID_MASK[kind])


# ---- exercise 2 ------------------------------------------------------------------------------------


@torch.no_grad()
def right_step(optimizer: torch.optim.Optimizer, masks: dict) -> int:
    """One step; weights at False and their state are 0; how many the optimizer had moved away from 0."""
    with torch.enable_grad():
        optimizer.step()
    revived = 0
    for p, mask in masks.items():
        revived += int((p[~mask] != 0).sum())
        for it in (p, *optimizer.state.get(p, {}).values()):
            if isinstance(it, torch.Tensor) and it.shape == p.shape:
                it.masked_fill_(~mask, 0)
    return revived


def _parameter(*numbers: float) -> nn.Parameter:
    return nn.Parameter(torch.tensor(numbers))


# (words, (weights, gradients or None, momentum, mask or None) of parameters, in turn of two groups): SGD, 0.5
STEPS: list[tuple[str, list[tuple]]] = [
    ("momentum", [([1, 0], [1, 1], [1, 1], [True, False])]),
    (
        "two groups; no mask for parameter 0; masks in another order",
        [
            ([1, 2], [1, 1], [1, 1], None),
            ([1, 0], [1, 1], [1, 1], [True, False]),
            ([0, 3], [1, 1], [1, 1], [False, True]),
        ],
    ),
    ("a step of 1e-10", [([0, 1], [2e-10, 1], [0, 0], [False, True])]),
    ("no gradient, but momentum from before", [([1, 0], None, [1, 1], [True, False])]),
    (
        "NaN and infinity at True, which stay",
        [([1, 2, 0], [np.nan, np.inf, 1], [0] * 3, [True, True, False])],
    ),
    ("a kept weight that is 0", [([0, 1], [0, 1], [0, 0], [True, False])]),
]


def _after(step, rows: list[tuple]) -> tuple[dict[str, list], int]:
    """What a step makes of these parameters and their momentum, by name; what it returns."""
    params = [_parameter(*map(float, weights)) for weights, *_ in rows]
    groups = [{"params": its} for its in (params[::2], params[1::2]) if its]
    optimizer = torch.optim.SGD(groups, 0.5, momentum=0.5)
    masks = {}
    for p, (_, gradients, momentum, mask) in zip(params, rows, strict=True):
        p.grad = None if gradients is None else torch.tensor(gradients, dtype=torch.float32)
        optimizer.state[p]["momentum_buffer"] = torch.tensor(momentum, dtype=torch.float32)
        if mask is not None:
            masks = {p: torch.tensor(mask), **masks}  # the last first
    count = step(optimizer, masks)
    made = {f"weights of parameter {i}": p.tolist() for i, p in enumerate(params)}
    for i, p in enumerate(params):
        buffer = optimizer.state[p].get("momentum_buffer")
        made[f"momentum of parameter {i} after the step"] = None if buffer is None else buffer.tolist()
    return made, count


@check("09-step")
def check_step(that, masked_step):
    def step(optimizer, masks, words, right=None):
        got = masked_step(optimizer, masks)
        number = isinstance(got, int) and not isinstance(got, bool)
        kind = "None" if got is None else f"{type(got).__name__} {got!r:.40}"
        that(number, f"{words}: return how many weights had come back, an int; yours is {kind}", 3)
        return got

    def same(its, asked):
        return its is not None and np.array_equal(its, asked, equal_nan=True)

    mask = torch.tensor([True, False])
    p = _parameter(1.0, 0.0)
    optimizer = torch.optim.SGD([p], 0.5)
    p.grad = torch.ones(2)
    words = "SGD, rate 0.5, weights 1 and 0, gradients 1 and 1, mask [True, False]"
    masks = {p: mask}
    got = step(optimizer, masks, words)
    now = [round(it, 4) for it in p.tolist()]
    that(now != [1, 0], f"{words}: the weights haven't moved. Call optimizer.step()", 1)
    why = "True is kept; or did the optimizer make two steps?"
    that(now != [0, 0] and now != [0, -0.5], f"{words}: [0.5, 0] are right; yours are {now}: {why}", 1)
    that(now[1] == 0, f"{words}: the weight at False is {now[1]} afterwards. Set it to 0 after the step", 1)
    that(now == [0.5, 0], f"{words}: [0.5, 0] are right; yours are {now}. Is it one step?", 1)
    that(p.grad is not None, f"{words}: .grad is gone; it stays as it was", 2)
    its = p.grad.tolist()
    that(its == [1, 1], f"{words}: .grad is {its} afterwards; it stays as it was, [1, 1]", 2)
    that(set(masks) == {p}, "your code took something out of masks, which belongs to the caller", 1)
    that(mask.tolist() == [True, False], "your code changed the mask, which belongs to the caller", 1)
    that(
        p.requires_grad and p.is_leaf,
        "the parameter no longer takes gradients: work under torch.no_grad()",
        1,
    )
    early = "count between optimizer.step() and setting weights to 0, those at False that aren't 0"
    that(got == 1, f"{words}: SGD has moved one weight at False, so return 1; yours is {got}: {early}", 3)

    p = _parameter(0.0, 2.0, 0.0)
    p.grad = torch.tensor([0.0, 1.0, 0.0])
    got = step(torch.optim.SGD([p], 0.5), {p: torch.tensor([False, True, False])}, "nothing at False moves")
    that(got == 0, f"two weights at False that the step leaves at 0: return 0; yours is {got}", 3)
    p = _parameter(3.0, 2.0)  # not pruned before
    p.grad = torch.tensor([2.0, 1.0])
    words = "SGD, rate 0.5, weights 3 and 2, gradients 2 and 1, mask [False, True]: the step makes 2 and 1.5"
    got = step(torch.optim.SGD([p], 0.5), {p: torch.tensor([False, True])}, words)
    that(got == 1, f"{words}, of which 2 is at False and not 0: return 1; yours is {got}", 3)

    for words, rows in STEPS:
        shown = "; ".join(f"weights {w}, gradients {g}, momentum {m}, mask {k}" for w, g, m, k in rows)
        words = f"{words} (SGD, rate and momentum 0.5: {shown})"
        (its, count), (mine, right) = _after(partial(step, words=words), rows), _after(right_step, rows)
        for name, asked in mine.items():
            that(same(its[name], asked), f"{words}: {name} should be {asked}; yours: {its[name]}", 2)
        asked = "count weights at False that aren't 0 after the step, however little, moved or not"
        that(count == right, f"{words}: return {right}; yours is {count}: {asked}", 3)

    p, single = _parameter(1.0, 1.0), _parameter(1.0)
    optimizer = torch.optim.Adam([p, single], 0.5, amsgrad=True)
    p.grad, single.grad = torch.ones(2), torch.ones(1)
    optimizer.step()
    single.data[0], single.grad = 0, None
    for k in range(3):
        p.grad = torch.zeros(2)
        words = f"Adam, after a step without masks; step {k + 1} with mask [True, False], gradients 0"
        got = step(optimizer, {p: mask, single: torch.tensor([False])}, words)
        its = p.tolist()[1]
        that(
            its == 0,
            f"{words}: the weight at False is {its:.3g}: momentum moves it, whatever its gradient",
            1,
        )
        for it, asked in ((p, k + 2), (single, 1)):
            count = torch.as_tensor(optimizer.state[it].get("step", 0))
            why = f"state['step'] of a parameter of shape {tuple(it.shape)}"
            that(count.ndim == 0, f"{words}: {why} is 0-d; yours has shape {tuple(count.shape)}", 2)
            why += f", Adam's count, is {count.item():g}, not {asked}: optimizer.step() runs once"
            that(count == asked, f"{words}: {why}, and what has another shape than p stays", 2)
        state = {name: it.tolist() for name, it in optimizer.state[p].items() if it.shape == p.shape}
        for name, (kept, gone) in state.items():
            that(
                gone == 0, f"{words}: its {name} at False is {gone:.3g}, not 0: it would come back moving", 2
            )
            that(kept != 0, f"{words}: {name} at True is 0 as well; what is kept stays", 2)
        come = int(k == 0)
        that(got == come, f"{words}: {come} had been moved at False; you return {got}", 3)

    for bad in (np.nan, np.inf, -np.inf):
        p = _parameter(1.0, 0.0)
        p.grad = torch.tensor([1.0, bad])
        optimizer = torch.optim.SGD([p], 0.5, momentum=0.5)
        words = f"a gradient at False that is {bad}"
        got = step(optimizer, {p: mask}, words)
        made = p.tolist() != [1, 0]
        that(made, f"{words}: the weight at True hasn't moved; the step is made all the same", 2)
        its, zero = p.tolist(), "0 · NaN is NaN, should you multiply by a mask"
        that(its == [0.5, 0], f"{words}: weights [0.5, 0] are right; yours are {its}. {zero}", 2)
        its = optimizer.state[p]["momentum_buffer"].tolist()
        that(its == [1, 0], f"{words}: momentum [1, 0] is right; yours is {its}. {zero}", 2)
        that(got == 1, f"{words}: that weight isn't 0 after the step, so return 1; yours is {got}", 3)

    p, q = _parameter(1.0, 2.0), _parameter(1.0, 3.0)
    q.grad = torch.ones(2)
    words = "a parameter without gradient (None), weights 1 and 2, mask [True, False]"
    step(torch.optim.SGD([p, q], 0.5, momentum=0.5), {p: mask}, words)
    that(
        p.tolist() == [1, 0],
        f"{words}: [1, 0] are right; yours are {p.tolist()}: it is masked all the same",
        2,
    )
    that(p.grad is None, f"{words}: its .grad has become {p.grad}; leave it None", 2)
    its = q.tolist()
    that(
        its == [0.5, 2.5], f"a parameter without a mask, beside it: [0.5, 2.5] are right; yours are {its}", 2
    )

    p, q = _parameter(1.0, 0.0), _parameter(0.0, 1.0)
    p.grad, q.grad = torch.ones(2), torch.ones(2)
    words = "two parameters with a mask each, weights [1, 0] and [0, 1], gradients 1"
    got = step(torch.optim.SGD([p, q], 0.5), {p: mask, q: ~mask}, words)
    its = [p.tolist(), q.tolist()]
    that(its == [[0.5, 0], [0, 0.5]], f"{words}: [0.5, 0] and [0, 0.5] are right; yours are {its}", 1)
    that(got == 2, f"{words}: in each one weight at False has moved, so return 2; yours is {got}", 3)

    p = _parameter(1.0, 0.0)
    optimizer = torch.optim.SGD([p], 0.5)
    for masks in ([True, False], [False, True], [True, True]):
        p.grad = torch.ones(2)
        before, off = p.tolist(), torch.tensor(masks)
        right = [(it - 0.5) * m for it, m in zip(before, masks, strict=True)]
        words = f"one after the other: masks [T, F], [F, T], [T, T]; at {masks}"
        step(optimizer, {p: off}, words)
        that(
            p.tolist() == right,
            f"{words}: {right} are right; yours are {p.tolist()}: this call's mask counts",
            2,
        )

    words = {
        "counts": "what you return, step by step: those at False not 0 after the step, moved or not",
        "weights": "the weights (is all at True what optimizer.step() makes it?)",
        "free": "a parameter that has no mask",
        "states": "the optimizer's state: tensors of the parameter's shape are 0 at False, all else stays",
        "gradients": ".grad afterwards: 1 where it is as before",
        "given": "afterwards 1 where masks are as before, and parameters take gradients, with no hooks left",
    }
    for name in OPTIMIZERS:
        for seed in range(2):
            right = traced(right_step, name, np.random.default_rng(seed))
            got = traced(masked_step, name, np.random.default_rng(seed))
            for part in ("gradients", "given", "free", "weights", "states", "counts"):
                its, mine = got[part], right[part]
                long = f"{name}, 5 steps, 4 masks that change: {words[part]}"
                that(len(its) == len(mine), f"{long}: {len(mine)} numbers; yours are {len(its)}", 2)
                off = np.flatnonzero(~np.isclose(its, mine, rtol=1e-6, atol=1e-9))
                if len(off):
                    k = int(off[0])
                    that(False, f"{long}: number {k} should be {mine[k]:.6g}; yours is {its[k]:.6g}", 2)


# ---- exercise 3 ------------------------------------------------------------------------------------


def best(kept, lost, most, raw=False, nan=None, strict=False, tie="fewest", total=sum) -> list[int] | None:
    """The right plan, or that of a mistake; None where nothing fits."""
    found = []
    for levels in itertools.product(*(range(len(k)) for k in kept)):
        left = sum(int(k[i]) for k, i in zip(kept, levels, strict=True))
        losses = [float(it[i]) for it, i in zip(lost, levels, strict=True)]
        if nan is not None:
            losses = [nan if np.isnan(it) else it for it in losses]
        loss = total(losses if raw else [it if it > 0 or np.isnan(it) else 0.0 for it in losses])
        if not np.isnan(loss) and (left < most or (left == most and not strict)):
            found.append((loss, left, levels))
    if not found:
        return None
    if tie == "first":
        return list(min(found, key=lambda it: it[0])[2])
    if tie == "last":
        return list(min(reversed(found), key=lambda it: it[0])[2])
    if tie == "most":
        return list(min(found, key=lambda it: (it[0], -it[1]))[2])
    return list(min(found)[2])


def by_limit(kept, lost, most) -> list[int] | None:
    """Each layer at the fewest weights that lose no more than a limit, the same for all: the lowest that fits."""
    for limit in sorted({float(it) for layer in lost for it in layer if not np.isnan(it)}):
        levels = []
        for k, loss in zip(kept, lost, strict=True):
            levels.append(
                min((int(n), i) for i, (n, it) in enumerate(zip(k, loss, strict=True)) if not it > limit)[1]
            )
        if sum(int(k[i]) for k, i in zip(kept, levels, strict=True)) <= most:
            return levels
    return None


def greedy(kept, lost, most, per_weight=True) -> list[int] | None:
    """Step by step from all weights, each time the layer whose next level loses least (a weight)."""
    order = [list(np.argsort(-np.asarray(k), kind="stable")) for k in kept]
    at = [0] * len(kept)
    while sum(int(k[o[i]]) for k, o, i in zip(kept, order, at, strict=True)) > most:
        moves = []
        for layer, (k, loss, o) in enumerate(zip(kept, lost, order, strict=True)):
            if at[layer] + 1 < len(o):
                a, b = o[at[layer]], o[at[layer] + 1]
                moves.append(((loss[b] - loss[a]) / (k[a] - k[b] if per_weight else 1), layer))
        if not moves:
            return None
        at[min(moves)[1]] += 1
    return [int(o[i]) for o, i in zip(order, at, strict=True)]


def plan_mistakes(kept, lost, most) -> Iterator[tuple]:
    """(plan of a mistake, its words, hint)."""
    right = best(kept, lost, most)
    yield [i + 1 for i in right], "levels are places in kept[l], counted from 0", 1
    skipped = [np.where(it < 0, np.nan, it) for it in lost]
    yield best(kept, skipped, most), "a loss below 0 counts as 0: such a level may be chosen, too", 1
    yield best(kept, lost, most, raw=True), "a loss below 0 counts as 0: it is noise, and no gain", 1
    words = "NaN is no loss of 0: a layer that fell apart at a level is never at that level"
    yield best(kept, lost, most, nan=0.0), words, 1
    yield best(kept, lost, most, strict=True), "a plan with just `most` weights fits, too: <=", 1
    for tie in ("first", "last", "most"):
        yield best(kept, lost, most, tie=tie), "of equal losses, take the plan with the fewest weights", 2
    yield (
        [int(np.argmin(k)) for k in kept],
        "you prune all you can; lose as little as you can within `most`",
        1,
    )
    yield [int(np.argmax(k)) for k in kept], "you prune nothing, and that is over `most`", 1
    for level in range(max(map(len, kept))):
        words = "all layers have the same level; each may have its own, so try combinations"
        yield [min(level, len(k) - 1) for k in kept], words, 1
    yield best(kept, [np.abs(it) for it in lost], most), "a loss below 0 counts as 0, not as its size", 1
    limit = "the sum of the losses counts, not the largest: one limit for all layers isn't enough"
    yield best(kept, lost, most, total=max), limit, 1
    words = "each layer at the lowest level under one limit of loss isn't the least sum: try all combinations"
    yield by_limit(kept, lost, most), words, 1
    for per_weight in (True, False):
        words = "a layer's cheapest step first leads past the best plan: try all combinations"
        yield greedy(kept, lost, most, per_weight), words, 1
    each = [int(np.nanargmin(it)) for it in lost]
    yield each, "each layer by itself loses least with all its weights: together they are over `most`", 1


SAID_PLAN = {
    "one": "one layer",
    "exact": "a plan that just fits",
    "whole": "a budget for all weights",
    "greedy": "three layers",
    "largest": "the largest layer minds most",
    "negative": "a loss below 0",
    "noise": "a loss below 0, again",
    "nan": "NaN among the losses",
    "tie": "equal losses",
    "levels": "layers with different numbers of levels",
    "order": "levels in no order",
    "apart": "four layers",
    "none": "nothing fits",
    "none but nan": "nothing fits but what is NaN",
    "lossless": "several plans lose nothing",
    "tie below 0": "equal losses, some from below 0",
    "tie of sums": "equal losses, again",
    "twins": "two levels with as many weights",
    "nothing": "a budget of 0",
    "nan first": "NaN at level 0",
}


@check("09-plan")
def check_plan(that, plan):
    def expect(kept, lost, most, words):
        given = [it.copy() for it in kept], [it.copy() for it in lost]
        right = best(kept, lost, most)
        shown = f"kept {[k.tolist() for k in kept]}, lost {[it.tolist() for it in lost]}, most {most}"
        words = f"{words} ({shown})" if sum(map(len, kept)) <= 9 else f"{words} (most {most:,})"
        if right is None:
            try:
                did = f"return {plan(*given, most)}"
            except ValueError:
                return
            except (
                ArithmeticError,
                AssertionError,
                AttributeError,
                LookupError,
                RuntimeError,
                TypeError,
            ) as error:
                did = f"raise {type(error).__name__}"
            that(False, f"{words}: no plan fits, so raise ValueError; you {did}", 3)
        try:
            got = plan(*given, most)
        except ValueError as error:
            that(False, f"{words}: a plan fits, {right}; your code raised ValueError: {error}", 1)
        that(got is not None, f"{words}: nothing came back; {right} is right", 1)
        same = all(
            np.array_equal(a, b, equal_nan=True)
            for a, b in zip([*given[0], *given[1]], [*kept, *lost], strict=True)
        )
        that(same, f"{words}: your code changed kept or lost, which belong to the caller", 1)
        kind = type(got).__name__
        that(isinstance(got, list), f"{words}: return a list of levels; yours is a {kind}", 1)
        that(len(got) == len(kept), f"{words}: a level for each of {len(kept)} layers; yours are {got}", 1)
        ints = all(isinstance(it, int | np.integer) and not isinstance(it, bool) for it in got)
        that(ints, f"{words}: levels are whole numbers; yours are {got}", 1)
        got = [int(it) for it in got]
        if got == right:
            return
        inside = all(0 <= i < len(k) for i, k in zip(got, kept, strict=True))
        that(inside, f"{words}: levels are places in kept[l], from 0; yours are {got}, right is {right}", 1)

        def its(levels):
            left = sum(int(k[i]) for k, i in zip(kept, levels, strict=True))
            loss = sum(float(np.maximum(it[i], 0)) for it, i in zip(lost, levels, strict=True))
            return f"{levels} (loss {loss:g}, {left:,} weights)"

        answer = f"{words}: {its(right)} is right; yours is {its(got)}"
        fell = [layer for layer, i in enumerate(got) if np.isnan(lost[layer][i])]
        that(not fell, f"{answer}. Layers {fell} fell apart at that level: NaN is never chosen", 1)
        for wrong, why, hint in plan_mistakes(kept, lost, most):
            that(got != wrong, f"{answer}. It may be this: {why}", hint)
        over = sum(int(k[i]) for k, i in zip(kept, got, strict=True)) > most
        why = (
            "it is over `most`"
            if over
            else "another plan that fits loses less, or as little with fewer weights"
        )
        that(False, f"{answer}: {why}", 1)

    two = [np.array([100, 40, 10]), np.array([50, 20, 5])], [np.array([0.0, 1, 9]), np.array([0.0, 4, 6])]
    expect(*two, 95, "two layers")
    expect(
        [np.array([100, 40, 10]), np.array([50, 20])],
        [np.array([0.0, 1, 9]), np.array([0.0, 4])],
        90,
        "the example",
    )
    for kind in SCANS:
        for seed in range(3):
            expect(*drawn_scan(np.random.default_rng([seed, 5, len(kind)]), kind), SAID_PLAN[kind])


# ---- exercise 4 ------------------------------------------------------------------------------------


def codes_of(w: np.ndarray, most: int = 15, first: int = 0, rest: bool = False) -> list[int]:
    """The 4-bit codes of an array (n,): zeros before each number, 15 for fifteen zeros and no number."""
    codes, zeros = [], 0
    for it in w.tolist():
        if it == 0:
            zeros += 1
            continue
        codes += [15] * (zeros // most) + [zeros % most + first]
        zeros = 0
    return codes + ([15] * (zeros // most) + [zeros % most] if rest else [])


def written(values: np.ndarray, codes: list[int], order="<", high_first=False, pad=15, count=None) -> bytes:
    """A stream from its values and codes, or that of a mistake."""
    codes = [*codes, *[pad] * (len(codes) % 2)]
    pairs = [(b, a) if high_first else (a, b) for a, b in zip(codes[::2], codes[1::2], strict=True)]
    head = np.array(len(values) if count is None else count, f"{order}u4").tobytes()
    return head + values.astype(f"{order}f4").tobytes() + bytes((a & 15) + 16 * (b & 15) for a, b in pairs)


def encoded(w: np.ndarray) -> bytes:
    """The stream of exercise 4."""
    flat = np.ascontiguousarray(w).ravel()
    return written(flat[flat != 0], codes_of(flat))


def _parted(flat: np.ndarray, limit: int) -> list[int]:
    """Codes of one who writes 15 only where more than ``limit`` zeros are left."""
    codes, zeros = [], 0
    for it in flat.tolist():
        if it == 0:
            zeros += 1
            continue
        while zeros > limit:
            codes, zeros = [*codes, 15], zeros - 15
        codes, zeros = [*codes, zeros], 0
    return codes


def _fillers(flat: np.ndarray) -> bytes:
    """The stream of one who stores a 0 with each code of 15, as Han et al. (2016) do."""
    codes, values, zeros = [], [], 0
    for it in flat.tolist():
        if it != 0 or zeros == 15:
            codes, values, zeros = [*codes, zeros], [*values, it], 0
        else:
            zeros += 1
    return written(np.array(values, np.float32), codes)


def encode_mistakes(w: np.ndarray) -> Iterator[tuple]:
    """(stream of a mistake, its words, hint)."""
    flat = np.ascontiguousarray(w).ravel()
    values, codes = flat[flat != 0], codes_of(flat)
    yield written(values, codes, pad=0), "the four bits left over at the end are 15, not 0", 2
    if len(codes) % 2:
        words = "a last code without a partner is stored, too, with 15 in the byte's high four bits"
        yield written(values, codes[:-1]), words, 2
    for extra in ([], [15] * (len(codes) % 2)):
        apart = written(values, codes)[: 4 + 4 * len(values)] + bytes([*codes, *extra])
        yield apart, "two codes share a byte", 2
    yield written(values, codes, high_first=True), "the first code of a byte stands in its low four bits", 2
    yield (
        written(values, codes, high_first=True, pad=0),
        "the first code of a byte stands in its low four bits",
        2,
    )
    yield written(values, codes, order=">"), "least significant byte first: '<u4' and '<f4'", 1
    yield (
        written(values, _parted(flat, 15)),
        "just 15 zeros are the codes 15 and 0: a 15 has no value of its own",
        2,
    )
    sixteen = codes_of(flat, most=16)
    yield written(values, sixteen), "a 15 stands for fifteen zeros, and not for fifteen zeros and a number", 2
    tail = flat.size - 1 - max(np.flatnonzero(flat), default=-1)
    yield written(values, codes + [15] * (tail // 15)), "zeros after the last number are not stored", 1
    yield written(values, codes_of(flat, rest=True)), "zeros after the last number are not stored", 1
    yield (
        written(values, codes_of(flat, first=1)),
        "a code counts the zeros before a number: next to it is 0",
        1,
    )
    yield written(values, codes)[4:], "the stream begins with the number of values, four bytes", 1
    yield written(values, codes, count=len(codes)), "the first four bytes count values, not codes", 1
    padded = len(codes) + len(codes) % 2
    yield written(values, codes, count=padded), "the first four bytes count values, not codes", 1
    yield written(values, codes, count=flat.size), "the first four bytes count the values that aren't 0", 1
    above = np.where(flat > 0, flat, 0)
    yield (
        written(above[above != 0], codes_of(above)),
        "negative numbers aren't 0, either: != 0, and not > 0",
        1,
    )
    bits = np.signbit(flat) | (flat != 0)
    marks = codes_of(bits.astype(float))
    yield written(flat[bits], marks), "-0.0 is a zero: it isn't stored", 2
    other = w.ravel("F")
    yield written(other[other != 0], codes_of(other)), "numbers go row by row, the last index fastest", 1
    memory = w.ravel("K")
    yield (
        written(memory[memory != 0], codes_of(memory)),
        "numbers go row by row, however they lie in memory",
        1,
    )
    places = np.flatnonzero(flat)
    yield (
        written(values, [int(p) for p in places]),
        "codes count zeros since the last number, not from the start",
        1,
    )
    cut = [min(int(p), 15) for p in np.diff(places, prepend=-1) - 1]
    if len(places):
        words = "zeros before the first number are counted from the start: np.diff(places, prepend=-1) - 1"
        for first in (places[0] - 1, 0):
            ahead = [0.0] * max(int(first), 0)
            yield written(values, codes_of(np.concatenate([ahead, flat[places[0] :]]))), words, 2
    yield (
        written(values, [min(it, 14) for it in cut]),
        "more than fourteen zeros need a code 15 for each fifteen",
        2,
    )
    yield written(values, cut), "more than fourteen zeros need a code 15 for each fifteen", 2
    yield (
        _fillers(flat),
        "a code of 15 stores no value: fifteen zeros, and among the values only what isn't 0",
        2,
    )
    held = []
    for code in codes:
        held.append(0.0 if code == 15 else 1.0)
    full = np.array(held)
    full[full == 1] = values
    words = "a code of 15 stores no value: only numbers that aren't 0 are among the values"
    yield written(full.astype(np.float32), codes), words, 2
    yield written(full.astype(np.float32), codes, count=len(values)), words, 2
    for kind in ("<f2", "<f8"):
        start = written(values, codes)[:4] + values.astype(kind).tobytes()
        yield start + written(values, codes)[4 + 4 * len(values) :], "values are float32: four bytes each", 1
    yield (
        written(values.astype(np.float16).astype(np.float32), codes),
        "values are float32, all 4 bytes of them",
        1,
    )
    zeros = [int(it) for it in np.diff(places, prepend=-1) - 1]
    for most in (256, 65_536):
        short = itertools.chain(*([15] * (it % most // 15) + [it % most % 15] for it in zeros))
        yield written(values, list(short)), f"a gap of {most} zeros or more: its length overflows", 2
    once = itertools.chain(*([15] * (it > 14) + [it % 15] for it in zeros))
    yield written(values, list(once)), "each fifteen zeros take a code 15 of their own; you write one 15", 2
    swapped = written(values, codes)
    swapped = swapped[:4] + swapped[4 + 4 * len(values) :] + swapped[4 : 4 + 4 * len(values)]
    yield swapped, "all values come before the codes", 1
    dropped = np.where(np.abs(flat) < 1e-6, 0, flat)
    yield written(dropped[dropped != 0], codes_of(dropped)), "a small number isn't 0: it is stored", 1
    yield written(values, [*codes, *[15] * (len(codes) % 2), 15, 15]), "a byte too many at the end", 2
    pad = len(codes) % 2 == 0
    yield written(values, codes) + b"\xff" * pad, "nothing is padded where the number of codes is even", 2


SAID_TENSOR = {
    "sparse": "a tensor (6, 6, 8), 12% not zero",
    "gaps": "zeros before numbers: 0, 1, 14, 15, 16, 29, 30 …, in some order",
    "dense": "no zeros at all",
    "zero": "nothing but zeros, (3, 7)",
    "ends": "numbers at both ends",
    "order": "a transposed view (8, 6)",
    "one": "one number in 40",
    "empty": "a tensor (0, 4)",
    "signed zero": "zeros that are -0.0",
    "small": "numbers from 1e-3 down to 1e-40, which aren't 0",
    "long": "some 70,000 zeros between two numbers",
    "many": "some 66,000 numbers",
}


def _short(w: np.ndarray) -> str:
    numbers = [f"{it:g}" for it in w.ravel()[:24].tolist()] + ["…"] * (w.size > 24)
    return f"[{', '.join(numbers)}]" + f", shape {w.shape}" * (w.ndim > 1)


def _said(stream: bytes) -> str:
    return stream.hex(" ") if len(stream) <= 40 else f"{stream[:12].hex(' ')} … {stream[-6:].hex(' ')}"


def _encodes(that, encode, w, words):
    right, kept = encoded(w), w.copy()
    got = encode(w)
    if w.size <= 40:
        words = f"{words}, {_short(w)}"
    that(got is not None, f"encode of {words}: nothing came back", 1)
    that(isinstance(got, bytes), f"encode of {words}: bytes are asked; yours is {type(got).__name__}", 1)
    same = np.array_equal(w, kept) and np.array_equal(np.signbit(w), np.signbit(kept))
    that(same, f"encode of {words}: your code changed w", 1)
    if got == right:
        return
    for wrong, why, hint in encode_mistakes(w):
        that(got != wrong, f"encode of {words}: {why}. Right: {_said(right)}; yours: {_said(got)}", hint)
    k = int(np.count_nonzero(w))
    parts = [("the number of values", 0, 4, 1), ("the values, float32", 4, 4 + 4 * k, 1)]
    for part, a, b, hint in [*parts, ("the codes", 4 + 4 * k, None, 2)]:
        mine, its = right[a:b], got[a:b]
        that(its == mine, f"encode of {words}: {part} should be {_said(mine)}; yours: {_said(its)}", hint)


def _decodes(that, decode, stream, right, words):
    got = decode(stream, right.shape)
    if len(stream) <= 40:
        words = f"{words}, {stream.hex(' ')}, shape {right.shape}"
    that(got is not None, f"decode of {words}: nothing came back", 1)
    kind = getattr(got, "dtype", type(got).__name__)
    fine = isinstance(got, np.ndarray) and got.dtype == np.float32
    that(fine, f"decode of {words}: an array of float32 is asked; yours is {kind}", 1)
    its = got.shape
    that(its == right.shape, f"decode of {words}: its shape is {right.shape}; yours is {its}", 1)
    signs = np.signbit(got[got == 0])
    that(not signs.any(), f"decode of {words}: zeros come back as 0.0; {signs.sum()} of yours are -0.0", 1)
    if np.array_equal(got, right):
        return
    mine = _short(right) if right.size <= 24 else f"{np.count_nonzero(right)} numbers"
    flat, asked = got.ravel(), right.ravel()
    moved = np.array_equal(flat[flat != 0], asked[asked != 0])
    late = (
        " The values are right, their places aren't: zeros before a number, 15 and no number,"
        if moved
        else ""
    )
    late += " the low four bits first?" if moved else ""
    k = int(np.flatnonzero(flat != asked)[0])
    yours = f"at place {k} belongs {asked[k]:g}; yours is {flat[k]:g}"
    that(False, f"decode of {words}: {mine} are right; {yours}.{late}", 3)


@check("09-codec")
def check_codec(that, encode, decode):
    def tensor(*numbers, shape=(-1,)):
        return np.array(numbers, np.float32).reshape(shape)

    example = tensor(0, 0, 5, *[0] * 17, -1, 0)
    cases = [
        (example, "the example"),
        (tensor(1, 2, 3, 4), "no zeros"),
        (tensor(0, 3, 0), "one number"),
        (tensor(*[0] * 14, 2, 1), "14 zeros"),
        (tensor(*[0] * 15, 2, 1, 3), "15 zeros"),
        (tensor(*[0] * 30, 2, 1), "30 zeros"),
        (tensor(0, 1, 2, 0, 0, 3, shape=(2, 3)), "two rows"),
        (tensor(0, 0), "zeros alone"),
        (tensor(1, *[0] * 33), "33 zeros at the end"),
    ]
    for w, words in cases:
        _encodes(that, encode, w, words)
    near = tensor(0, 0, 5, 0, 0, 0, 0, 0, 1, 0)
    for w, words in [(near, "two numbers"), *cases]:
        _decodes(that, decode, encoded(w), w, words)
    for kind in (*TENSORS, *LONG):
        for seed in range(2):
            w = drawn_tensor(np.random.default_rng([seed, len(kind)]), kind)
            _encodes(that, encode, w, SAID_TENSOR[kind])
            _decodes(that, decode, encoded(w), w + 0, f"the stream of {SAID_TENSOR[kind]}")
    for entries, shape in [(3, (200,)), (40, (9, 30)), (0, (2, 2)), (7, (1, 7))]:
        stream = drawn_stream(np.random.default_rng(entries), entries, shape)
        right = _read(stream, shape)
        kept = bytes(stream)
        _decodes(that, decode, kept, right, f"a stream of {entries} values for {shape}")
    got = decode(encoded(example), example.shape)
    decode(encoded(0 * example), example.shape)
    that(
        np.array_equal(got, example),
        "decode's second call changes what the first returned: make a new array",
        1,
    )


def _read(stream: bytes, shape: tuple) -> np.ndarray:
    """What a stream stands for, code by code."""
    k = int.from_bytes(stream[:4], "little")
    values = iter(np.frombuffer(stream[4 : 4 + 4 * k], "<f4").tolist())
    flat: list[float] = []
    for code in [c for byte in stream[4 + 4 * k :] for c in (byte & 15, byte >> 4)]:
        flat += [0.0] * code
        if code < 15:
            flat.append(next(values))
    flat = flat[: int(np.prod(shape))]
    return np.array(flat + [0.0] * (int(np.prod(shape)) - len(flat)), np.float32).reshape(shape)


# ---- exercise 5 ------------------------------------------------------------------------------------


def chosen(w: np.ndarray, key=np.abs, last=False, first_two=False) -> np.ndarray:
    """Places (rows, columns / 4, 2) of the two that are kept of each group, in order of place."""
    size = key(w).reshape(w.shape[0], -1, 4)
    if last:
        order = 3 - np.argsort(-size[..., ::-1], axis=-1, kind="stable")
    else:
        order = np.argsort(-size, axis=-1, kind="stable")
    return order[..., :2] if first_two else np.sort(order[..., :2], axis=-1)


def shrunk(w: np.ndarray, places: np.ndarray, high_first: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """(values float16, index uint8) of these places."""
    values = np.take_along_axis(w.reshape(*places.shape[:2], 4), places, axis=-1)
    four = places.reshape(len(w), -1, 4)
    powers = np.array([64, 16, 4, 1] if high_first else [1, 4, 16, 64])
    return values.reshape(len(w), -1).astype(np.float16), (four @ powers).astype(np.uint8)


def grown(values: np.ndarray, index: np.ndarray) -> np.ndarray:
    """The whole matrix (rows, columns), float32."""
    rows = len(values)
    places = (index[..., None] >> np.array([0, 2, 4, 6])) & 3  # (rows, columns / 8, 4)
    out = np.zeros((rows, values.shape[1] // 2, 4), np.float32)
    np.put_along_axis(
        out, places.reshape(rows, -1, 2), values.reshape(rows, -1, 2).astype(np.float32), axis=-1
    )
    return out.reshape(rows, -1)


def two_mistakes(w: np.ndarray) -> Iterator[tuple]:
    """(values and index of a mistake, its words, hint)."""
    values, index = shrunk(w, chosen(w))
    yield (np.abs(values), index), "numbers keep their signs: sizes are only for choosing", 1
    zero = np.where(values == 0, 0, chosen(w).reshape(values.shape))
    yield (
        (values, shrunk(w, zero.reshape(len(w), -1, 2))[1]),
        "a 0 that is kept has its place in the index, too",
        2,
    )
    yield shrunk(w, chosen(w, key=lambda it: it)), "you compare the weights themselves, not their sizes", 1
    yield shrunk(w, chosen(w, key=lambda it: -np.abs(it))), "you keep the two smallest of each four", 1
    yield shrunk(w, chosen(w, last=True)), "of equal sizes the first comes first; you keep the last", 2
    half = w.astype(np.float16)
    yield shrunk(w, chosen(half)), "choose by the float32 numbers, and round those to float16 after that", 2
    yield (
        shrunk(w, chosen(w, first_two=True)),
        "the two stand in order of their places, not of their sizes",
        2,
    )
    yield (
        shrunk(w, chosen(w), True),
        "in a byte the first place takes the lowest two bits, the last the highest",
        2,
    )
    places = np.broadcast_to(np.array([0, 1]), (len(w), w.shape[1] // 4, 2))
    yield shrunk(w, places), "you keep the first two of each four; keep the two largest", 1
    rows = chosen(np.ascontiguousarray(w.reshape(len(w), 4, -1).transpose(0, 2, 1)).reshape(w.shape))
    spread = np.take_along_axis(w.reshape(len(w), 4, -1).transpose(0, 2, 1), rows, axis=-1)
    wrong = spread.reshape(len(w), -1).astype(np.float16), shrunk(w, rows)[1]
    yield wrong, "a group is four neighbours in a row", 1


@check("09-two")
def check_two(that, compress, product):
    def packs(w, words):
        right, kept = shrunk(w, chosen(w)), w.copy()
        got = compress(w)
        if w.size <= 16:
            words = f"{words}, {w.tolist()}"
        two = isinstance(got, tuple) and len(got) == 2
        that(two, f"compress of {words}: return a tuple (values, index); yours is a {type(got).__name__}", 1)
        that(np.array_equal(w, kept), f"compress of {words}: your code changed w", 1)
        for name, mine, its in zip(("values", "index"), right, got, strict=True):
            array = isinstance(its, np.ndarray)
            that(array, f"compress of {words}: {name} is a NumPy array; yours is a {type(its).__name__}", 1)
            kind = f"{its.dtype} {its.shape}"
            same = its.dtype == mine.dtype and its.shape == mine.shape
            that(same, f"compress of {words}: {name} is {mine.dtype} {mine.shape}; yours is {kind}", 2)
        if all(map(np.array_equal, got, right)):
            return
        for wrong, why, hint in two_mistakes(w):
            that(not all(map(np.array_equal, got, wrong)), f"compress of {words}: {why}", hint)
        for name, mine, its in zip(("values", "index"), right, got, strict=True):
            off = np.argwhere(its != mine)
            if len(off):
                at = tuple(map(int, off[0]))
                group = 4 * (at[1] // 2) if name == "values" else 8 * at[1]
                four = w[at[0], group : group + (4 if name == "values" else 8)].tolist()
                why = f"at {at} belongs {mine[at]}; yours is {its[at]}. Columns there: {four}"
                that(False, f"compress of {words}: {name}: {why}", 2)

    def multiplies(w, b, words, seed=0):
        values, index = shrunk(w, chosen(w))
        x = np.random.default_rng(seed).normal(size=(b, w.shape[1])).astype(np.float32)
        whole = grown(values, index)
        given = x.copy(), values.copy(), index.copy()
        got = product(*given)
        words = f"product of x {x.shape} and {words} {w.shape}"
        that(isinstance(got, np.ndarray), f"{words}: an array is asked; yours is {type(got).__name__}", 3)
        right = x @ whole.T
        that(got.shape == right.shape, f"{words}: its shape is {right.shape}; yours is {got.shape}", 3)
        its = got.dtype
        that(
            its == np.float32,
            f"{words}: float32 is asked; yours is {its}: turn the values into float32 first",
            3,
        )
        same = all(map(np.array_equal, given, (x, values, index)))
        that(same, f"{words}: your code changed x, values or index", 1)
        if np.allclose(got, right, rtol=1e-4, atol=1e-4):
            return
        swapped = grown(
            values,
            np.array(
                [
                    int(f"{it:08b}"[6:] + f"{it:08b}"[4:6] + f"{it:08b}"[2:4] + f"{it:08b}"[:2], 2)
                    for it in index.ravel()
                ],
                np.uint8,
            ).reshape(index.shape),
        )
        why = "in a byte the first place is in the lowest two bits"
        that(not np.allclose(got, x @ swapped.T, rtol=1e-3, atol=1e-3), f"{words}: {why}", 3)
        near = np.allclose(got, right, rtol=2e-2, atol=2e-2)
        that(not near, f"{words}: near, but added up in float16? Turn the values into float32 first", 3)
        at = tuple(map(int, np.argwhere(~np.isclose(got, right, rtol=1e-4, atol=1e-4))[0]))
        why = f"at {at} belongs {right[at]:.5g}; yours is {got[at]:.5g}. A place is 4 · its group + its two bits"
        that(False, f"{words}: {why}", 3)

    small = np.array([[3, -5, 1, 4, 0, 0, 2, 0]], np.float32)
    packs(small, "the example")
    packs(np.array([[1, -9, 2, 3, -4, 1, 2, -8]], np.float32), "negative numbers")
    packs(np.array([[1, 1, -1, 1, 0, 0, 0, 0]], np.float32), "equal sizes, and zeros")
    packs(np.array([[1, 2, 3, 4, 8, 7, 6, 5], [4, 1, 3, 2, 0, 1, 0, 2]], np.float32), "two rows")
    multiplies(small, 1, "the example")
    packs(
        np.array([[1e-30, -2e-30, 0, 3e-30, 2e-5, -1e-6, 300, 0]], np.float32),
        "tiny numbers, and a large one",
    )
    rng = np.random.default_rng(3)
    for rows, columns in [(1, 16), (3, 8), (3, 8), (24, 16), (5, 48), (16, 64)]:
        w = drawn_matrix(rng, rows, columns)
        packs(w, f"a matrix {w.shape}")
        packs(np.asfortranarray(w * rows), f"a transposed view {w.shape}")
        multiplies(w, 7, "a matrix", rows)
    w = drawn_matrix(rng, 3, 8)
    x, (values, index) = np.ones((2, 8), np.float32), shrunk(w, chosen(w))
    got = product(x, values, index)
    kept = got.copy()
    product(2 * x, values, index)
    that(
        np.array_equal(got, kept),
        "product's second call changes what the first returned: make a new array",
        1,
    )
    multiplies(drawn_matrix(rng, 4, 4096) * 4, 2, "a wide matrix")


# ---- the design problem ----------------------------------------------------------------------------

AT_LEAST = 91.5  # of validation, in %: right designs reach 92 to 93.5, magnitude alone 84 to 90


def too_many(arrays: dict) -> str:
    """Why a network's file is too large."""
    count = int(np.count_nonzero(arrays["w1"]))
    if count == arrays["w1"].size:
        return "No weight of w1 is 0: only exact zeros are left out. Does train get your masks?"
    if count > 20_000:
        return "Has a training got no masks, so that weights came back, or are masks the wrong way round? True is kept"
    return "Keep fewer weights"


def what_is_wrong(network: nn.Module, arrays: dict, right: float) -> str:
    """Why a network within the budget gets only ``right`` % of images right: what helps, tried out."""
    x, _ = digits()
    w1, w2 = arrays["w1"], arrays["w2"]
    count = int(np.count_nonzero(w1))
    dim = int(np.count_nonzero(w1[:, x.pow(2).mean(dim=0).sqrt().numpy() < 0.2]))
    if count < 800:
        return f"w1 keeps {count:,} weights; there is room for more: each takes 3 bytes, its place included"
    if dim > count / 3:
        words = f"Of w1's {count:,} weights, {dim:,} look at pixels that are black in most images"
        return (
            f"{words}: large, and seldom of use. Multiply |w| by how bright its input is (root mean square)"
        )
    if np.count_nonzero(w2) < 150:
        return (
            f"w2 keeps {np.count_nonzero(w2)} of 1,000 weights; choose the two layers' numbers by themselves"
        )
    again = copy.deepcopy(network)
    layers = [m for m in again.modules() if isinstance(m, nn.Linear)]
    train(
        nn.Sequential(layers[0], nn.ReLU(), layers[1]), [layer.weight.detach() != 0 for layer in layers], 400
    )
    better = accuracy(packed(again))
    if better > min(AT_LEAST - 1, right + 5):
        return f"400 more steps of train with your masks bring {better:.1f}%: train after pruning"
    return f"400 more steps of train with your masks bring {better:.1f}%. Choose the weights in another way"


@check("09-design")
def check_design(that, design):
    network = design()
    that(network is not None, "nothing came back: return the network", 1)
    try:
        arrays = as_arrays(network)
    except BadNetwork as error:
        that(False, str(error), 1)
    file = packed(network)
    parts = []
    for name in ("w1", "w2"):
        how, stored = smallest(arrays[name])
        size = sum(it.nbytes for it in stored.values())
        parts.append(f"{name} has {np.count_nonzero(arrays[name]):,} weights: {size:,} bytes as {how}")
    words = f"the file has {len(file):,} bytes; {MOST_BYTES:,} are allowed"
    that(len(file) <= MOST_BYTES, f"{words} ({'; '.join(parts)}). {too_many(arrays)}", 1)
    right = accuracy(file)
    if right < AT_LEAST:
        found = f"{len(file):,} of {MOST_BYTES:,} bytes, {right:.1f}% of validation; {AT_LEAST:g}% are asked"
        that(False, f"{found}. {what_is_wrong(network, arrays, right)}", 2)
