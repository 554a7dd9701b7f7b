"""Lab 08's check of a training step: the same step in NumPy, and where it differs."""

from __future__ import annotations

from math import inf, isfinite

import numpy as np
import torch

from utils.ch08.lab import NotedNetwork, alike
from utils.checks import check


class Step:
    """Everything that a training step needs, and what came of it: a NotedNetwork, SGD with lr 0.5, a schedule."""

    def __init__(self, scale: float, interval: int = 100):
        self.network = NotedNetwork()
        groups = [{"params": [it]} for it in self.network.parameters()]
        self.optimizer, self.stepped = torch.optim.SGD(groups, lr=0.5), 0
        self.optimizer.register_step_post_hook(self.note)
        self.schedule = torch.optim.lr_scheduler.ExponentialLR(self.optimizer, FALLS)
        self.scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=interval)

    def note(self, *_) -> None:
        self.stepped += 1

    def take(self, train_step, gradients: list[list[float]], most_norm: float):
        """A step whose batches, of 1, 2, 4 … rows that are alike, have these gradients (w, w, w, b)."""
        self.network.notes.clear()
        self.stepped = 0
        batches = [alike(torch.tensor(g), 2**i) for i, g in enumerate(gradients)]
        given = list(batches)
        got = train_step(self.network, given, self.optimizer, self.schedule, self.scaler, most_norm)
        self.kept = len(given) == len(batches)
        return got

    @property
    def moved(self) -> list[float]:
        return [round(it, 6) + 0.0 for it in [*self.network.w.tolist(), self.network.b.item()]]

    @property
    def lr(self) -> float:
        return self.optimizer.param_groups[0]["lr"]


FALLS = 0.75  # what the schedule multiplies the rate by
TORCH_SAYS = {  # a part of PyTorch's message: what to do
    "unscale_() has already been called": "call unscale_ once a step, when all batches have been added",
    "recorded for this optimizer": "no gradient is there: call backward on each batch's scaled loss",
    "is being called after step": "unscale_ comes before scaler.step; scaler.update() ends each step, skipped or not",
    "No inf checks were recorded": "call scaler.update() once a step, after scaler.step(optimizer)",
    "_scale is None": "no loss went through scaler.scale; each batch's does, before backward",
    "has already been called since the last update": "call scaler.step once a step, and then scaler.update()",
}


def what_moved(w: np.ndarray, lr: float, gradients, most_norm: float, scale: float):
    """Where usual mistakes lead the parameters ``w`` (4,), with the words and a hint."""
    g = np.array(gradients)
    mean = g.mean(axis=0)
    norm = float(np.linalg.norm(mean))
    clip = min(1, most_norm / norm)
    yield w, "they haven't moved. Is there a scaler.step(optimizer), and no zero_grad in front of it?", 2
    yield w - lr * mean * most_norm / norm, "multiplied, although the norm is below most_norm", 2
    yield w - lr * g.sum(axis=0) * min(1, most_norm / np.linalg.norm(g.sum(axis=0))), SUM, 1
    for part, which in ((g[-1], "last"), (g[0], "first")) if len(g) > 1 else ():
        for one in (part, part / len(g)):
            yield w - lr * one, f"the {which} batch alone: zero_grad comes before the loop, and only there", 1
    rows = 2 ** np.arange(len(g))
    by_rows = rows @ g / rows.sum()
    yield w - lr * by_rows, "each batch counts by its rows: the mean is over batches", 1
    early = "they were clipped while still scaled: unscale, then clip"
    yield w - lr * mean * min(1, most_norm / (norm * scale)), early, 2
    yield w - lr * mean * scale, "these are scaled gradients: call scaler.step, and not optimizer.step", 2
    twice = "divided by the scale twice. Does update come before step, or do you divide once more yourself?"
    yield w - lr * mean * clip / scale, twice, 2
    yield w - lr * mean * clip * FALLS, "with the next step's rate: the schedule comes last", 3
    yield w - lr * mean * clip / 2, "half of it: divide each loss by the number of batches, and only once", 1
    yield w - lr * mean, "nothing was clipped before scaler.step", 2
    yield w - lr * mean * min(1, 1 / norm), "clipped to a norm of 1, not of most_norm", 2
    yield (
        w - lr * mean * min(1, most_norm / norm**2),
        "divided by the norm's square: the norm is its square root",
        2,
    )
    yield w - lr * np.clip(mean, -most_norm, most_norm), "clipped by value, and not by norm", 2
    added = np.zeros(4)
    for one in g / len(g):
        added = (added + one) * min(1, most_norm / np.linalg.norm(added + one))
    yield w - lr * added, "clipped after each batch: clip once, when all have been added", 2
    first, last = (
        mean[:3] * min(1, most_norm / np.linalg.norm(mean[:3])),
        np.clip(mean[3], -most_norm, most_norm),
    )
    yield w - lr * np.array([*first, last]), "each parameter is clipped by itself: it is one norm over all", 2
    words = "only the first parameter is clipped: clip all of network.parameters()"
    yield w - lr * np.array([*first, mean[3]]), words, 2


SUM = "the batches' sum, and not their mean: divide each loss"


@check("08-step")
def check_step(that, train_step):
    def moved_rightly(step: Step, before, right, given, words: str, skipped: bool) -> None:
        yours = step.moved
        if np.allclose(yours, right, rtol=1e-4, atol=1e-6):
            return
        why = "scaler.step(optimizer) skips it, optimizer.step() doesn't"
        that(not skipped, f"{words}: to be skipped, parameters {before}; yours are {yours}. {why}", 2)
        shown = [round(it, 4) + 0.0 for it in right]
        words = f"{words}: parameters {shown}; yours {yours}"
        that(step.stepped < 2, f"{words}: the optimizer stepped {step.stepped} times; once is right", 2)
        size = np.abs(np.array(yours) - before).max()
        for those, why, hint in what_moved(np.array(before), *given):
            near = np.abs(np.array(yours) - those).max() <= 1e-3 * size + 5e-7
            that(not near, f"{words}: {why}", hint)
        that(False, words, 3)

    def taken(step: Step, gradients, most_norm: float, words: str):
        try:
            return step.take(train_step, gradients, most_norm)
        except (RuntimeError, AssertionError) as error:
            for part, advice in TORCH_SAYS.items():
                that(part not in str(error), f"{words}: PyTorch says “{error}”: {advice}", 2)
            raise

    def number(value, name: str, words: str) -> float:
        try:
            return float(value)
        except (TypeError, ValueError):
            that(False, f"{words}: {name} is a number; yours is {value!r}", 1)

    def passes(step: Step, n: int, words: str) -> None:
        """How often, and in which type, the network and its backward ran."""
        ways = [[on for way, on in step.network.notes if way == it] for it in ("forward", "backward")]
        for them, way in zip(ways, ("forward", "backward"), strict=True):
            that(len(them) == n, f"{words}: number of {way} passes: {n}, one a batch; yours {len(them)}", 1)
        that("off" not in ways[0], f"{words}: the forward pass runs outside autocast", 1)
        that(set(ways[0]) == {"bfloat16"}, f"{words}: autocast is to use bfloat16, not {ways[0][0]}", 1)
        that(set(ways[1]) == {"off"}, f"{words}: backward runs inside autocast: leave the with first", 1)

    def expect(step: Step, gradients, most_norm: float, words: str, skipped: bool = False):
        before, lr, scale = step.moved, step.lr, step.scaler.get_scale()
        w, mean = np.array(before), np.mean(np.array(gradients), axis=0)
        norm = float(np.linalg.norm(mean))
        right = before if skipped else (w - lr * mean * min(1, most_norm / norm)).tolist()
        losses = np.array([10 + w @ np.array(g) for g in gradients])
        mean_loss = inf if losses.max() > 3.4e38 else float(losses.mean())
        got = taken(step, gradients, most_norm, words)
        that(got is not None, f"{words}: train_step returned nothing; is there a return?", 1)
        that(step.kept, "your code changed the list batches, which belongs to the caller", 1)
        three = isinstance(got, tuple | list) and len(got) == 3
        that(three, f"{words}: return (loss, norm, stepped); you returned {got!r}", 1)
        passes(step, len(gradients), words)
        moved_rightly(step, before, right, (lr, gradients, most_norm, scale), words, skipped)
        graph = "the loss holds its graph, and with it all that forward kept: return a number, loss.item()"
        that(not getattr(got[0], "requires_grad", False), f"{words}: {graph}", 1)
        loss, its_norm, stepped = number(got[0], "loss", words), number(got[1], "norm", words), got[2]
        swapped = np.allclose([loss, its_norm], [norm, mean_loss], rtol=1e-4)
        near = np.isclose(loss, mean_loss, rtol=1e-4, atol=0)
        that(near or skipped or not swapped, f"{words}: the order is (loss, norm, stepped); yours {got!r}", 1)
        told = "yours is still scaled" if abs(loss) > 4 * abs(mean_loss) else "the mean over batches is asked"
        that(near, f"{words}: the loss is {mean_loss:.6g}, and you return {loss:.6g}: {told}", 1)
        a_bool = isinstance(stepped, bool | np.bool_) or getattr(stepped, "dtype", None) == torch.bool
        that(a_bool, f"{words}: stepped is True or False; yours is {stepped!r}", 3)
        after = step.scaler.get_scale()
        if skipped:
            infinite = f"{words}: the norm of gradients that aren't finite isn't either; yours {its_norm}"
            that(not isfinite(its_norm), infinite, 2)
            halves = f"{words}: the scale of the scaler that you get halves, to {scale / 2}; it is {after}"
            that(after == scale / 2, f"{halves}. One scaler.update() a step, skipped or not", 2)
            early = "Is the scale from before read before update?"
            stays = f"{words}: a skipped step doesn't count for the schedule: lr stays {lr}; yours {step.lr}"
            that(step.lr == lr, f"{stays}. {early}", 3)
            that(not stepped, f"{words}: no step was made, and you return stepped={stepped}. {early}", 3)
            return
        told = "before clipping, over all parameters together, the square root of the sum of squares"
        told = "yours is that of scaled gradients" if its_norm > 10 * norm else told
        right_norm = abs(its_norm - norm) < 1e-4 * norm
        that(right_norm, f"{words}: the norm is {norm:.6g}; you return {its_norm:.6g}: {told}", 2)
        grown = scale * 2 if step.scaler.get_growth_interval() == 1 else scale
        that(after == grown, f"{words}: the scale is {grown} then; yours {after}. One update a step", 2)
        why = f"the scale {'grew' if after > scale else 'is the same'}, so a step was made"
        rate = f"{words}: the schedule goes on once, lr {lr * FALLS:.4g}; yours {step.lr:.4g} ({why})"
        that(step.lr == lr * FALLS, rate, 3)
        that(stepped, f"{words}: you return stepped={stepped} ({why})", 3)

    expect(Step(1024.0), [[0.0, 3, 0, 4]], 15.0, "one batch, norm 5, nothing to clip")
    expect(Step(1024.0), [[2.0, 2, 1, 4]], 2.0, "one batch, norm 5, clipped to 2")
    expect(Step(256.0), [[1.0, 6, 4, 10], [3.0, 0, 4, 0]], 100.0, "two batches")
    step = Step(64.0)
    step.network.w.grad = torch.tensor([100.0 * 64, 0, 0])
    words = "old gradients lie in .grad: without zero_grad they are added"
    expect(step, [[0.0, 3, 0, 4]], 1000.0, words)
    step = Step(2.0**20)
    expect(step, [[1e36, 0, 0, 0]], 1.0, "a batch that overflows when scaled", skipped=True)
    expect(step, [[0.0, 3, 0, 4]], 1.0, "a step after one that was skipped")
    expect(step, [[0.0, 4, 3, 0], [2.0, 0, 0, 2]], 0.5, "a third step, two batches, clipped")
    expect(step, [[-1e36, 2, 0, 4]], 1.0, "an overflow later on, where the loss is large, too", skipped=True)
    step = Step(2.0**20)
    expect(step, [[1.0, 2, 3, 4], [1e36, 0, 0, 0], [1.0, 1, 1, 1]], 1.0, "three batches, one overflows", True)
    step.network.w.data[0] = 4.0
    expect(step, [[1.0, 2, 3, 4], [3e38, 0, 0, 0]], 1.0, "two batches, one with an infinite loss", True)
    step = Step(8.0, interval=1)
    expect(step, [[0.0, 3, 0, 4]], 1.0, "growth_interval=1")
    expect(step, [[0.0, 4, 0, 3], [0.0, 2, 0, 3]], 1.0, "growth_interval=1, second step")
    step = Step(8.0)
    for number_of in range(3):
        expect(
            step, [[1.0, 2, 2, 4], [1.0, 2, 2, -4], [4.0, 5, 2, 0]], 3.0, f"three batches, step {number_of}"
        )
