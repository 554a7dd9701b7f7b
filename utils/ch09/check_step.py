"""Lab 09's check of a step that revives nothing: small cases first, then five steps of five optimizers."""

from __future__ import annotations

from functools import partial

import numpy as np
import torch
from torch import nn

from utils.ch09.lab import OPTIMIZERS, traced
from utils.checks import check


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
    ("a weight at False that the step leaves at 2", [([1, 2], [1, 0], [0, 0], [True, False])]),
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
    kept = [masks.get(p) for p in params]
    made = {f"weights of parameter {i}": p.tolist() for i, p in enumerate(params)}
    for i, p in enumerate(params):
        if kept[i] is not None:
            made[f"mask of parameter {i} after the step"] = kept[i].tolist()
        made[f"hooks left on parameter {i}"] = len(p._backward_hooks or ())
        buffer = optimizer.state[p].get("momentum_buffer")
        made[f"momentum of parameter {i} after the step"] = None if buffer is None else buffer.tolist()
    return made, count


@check("09-step")
def check_step(that, masked_step):
    def step(optimizer, masks, words, right=None):
        got = masked_step(optimizer, masks)
        number = isinstance(got, int) and not isinstance(got, bool)
        kind = "None" if got is None else f"{type(got).__name__} {got!r:.40}"
        that(
            number,
            f"{words}: return how many weights at False weren't 0 after the optimizer's step, an int; yours is {kind}",
            3,
        )
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
                that(
                    len(its) == len(mine),
                    f"{long}: {len(mine)} numbers, yours are {len(its)}: are some made or lost?",
                    2,
                )
                off = np.flatnonzero(~np.isclose(its, mine, rtol=1e-6, atol=1e-9))
                if len(off):
                    k = int(off[0])
                    that(False, f"{long}: number {k} should be {mine[k]:.6g}; yours is {its[k]:.6g}", 2)
