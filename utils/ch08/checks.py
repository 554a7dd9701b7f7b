"""The visible checks of lab 08, and what is right: rounding by fractions, scalers and steps as plain numbers."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import inf, isfinite

import numpy as np
import torch

from utils.ch08.design import MOST_BYTES, BadPlan, as_plan, cost, digits, trained
from utils.ch08.lab import KINDS, NotedNetwork, chain, half, run, telling_numbers
from utils.checks import check
from utils.data import load_mnist

AT_LEAST = 82.0  # of validation, in %: right plans reach 85, and one bad tensor leaves 79 or less


def nearest(x: float, e: int, m: int, more_bias: int = 0) -> float:
    """``x`` rounded, in exact fractions."""
    if x != x or abs(x) == inf or x == 0:
        return x
    bias, size = 2 ** (e - 1) - 1 + more_bias, abs(Fraction(x))
    power = 1 - bias
    while size >= Fraction(2) ** (power + 1):
        power += 1
    spacing = Fraction(2) ** (power - m)
    rounded = round(size / spacing) * spacing  # of a Fraction: ties to even
    largest = (2 - Fraction(1, 2**m)) * Fraction(2) ** bias
    return float(np.copysign(inf if rounded > largest else float(rounded), x))


ROUND_CASES = [  # numbers, exponent bits, mantissa bits, what they tell, hint
    ([1.3, 1.0992, 2.6, 100.7, 0.0012], 5, 10, "the nearest number", 2),
    ([-1.3, -1.0992, -2.6, -100.7], 5, 10, "a negative number is rounded as its positive is", 1),
    ([1 + 2**-11, 1 + 3 * 2**-11, 5 * 2**-10 + 1], 5, 10, "halfway, take the one whose last bit is 0", 2),
    ([-1 - 2**-11, -1 - 3 * 2**-11], 5, 10, "halfway and negative: the one whose last bit is 0", 2),
    ([2 - 2**-12, 4 - 2**-10], 5, 10, "just below a power of two: it rounds up to that", 2),
    ([2.0**-15, 3 * 2.0**-20, 5 * 2.0**-24], 5, 10, "below 2**-14 are subnormals, not zeros", 1),
    ([2.0**-15 * 1.2345, 2.3 * 2.0**-24], 5, 10, "below 2**-14 the spacing stays 2**-24", 2),
    ([2.0**-25 * 1.5, 2.0**-24 * 1.4], 5, 10, "numbers around the smallest, 2**-24, go to the nearest", 2),
    ([2.0**-25, 3 * 2.0**-25], 5, 10, "halfway among subnormals: the even multiple of 2**-24", 2),
    (
        [2.0**-24 * (3.5 - 2**-12)],
        5,
        10,
        "a subnormal just below a tie: round once, to multiples of 2**-24",
        3,
    ),
    ([1 + 2**-11 + 2**-40, 1 + 2**-11 - 2**-40], 5, 10, "beside a tie by less than float32 can tell", 3),
    ([65504.0, 65519.0, 65519.999], 5, 10, "less than half a spacing above the largest: the largest", 3),
    ([65520.0, 1e6, 1e30], 5, 10, "half a spacing above the largest, and beyond: inf", 3),
    ([-65519.0, -65520.0, -1e6], 5, 10, "negative and large", 3),
    ([inf, -inf], 5, 10, "infinity stays", 3),
    ([float("nan")], 5, 10, "NaN stays NaN", 3),
    ([0.0, -0.0, -(2.0**-30)], 5, 10, "0.0 keeps its sign, and so does what rounds to 0", 3),
    ([1.3, 1.0625, 240.0, 247.0, 248.0, 2.0**-9, 2.0**-10, 0.013], 4, 3, "4 and 3 bits: largest 240", 1),
    ([1.3, 57344.0, 61439.0, 61440.0, 2.0**-16, 2.0**-17], 5, 2, "5 and 2 bits: largest 57,344", 1),
    ([1.3, 3.0, 3.4, 3.5, 0.5, 0.25, 0.7, 0.75], 2, 1, "2 and 1 bits: numbers 0, 0.5, 1, 1.5, 2, 3", 1),
    ([1.003, 3.38e38, 3.4e38, 1e-39, 9.2e-41, 1e-42], 8, 7, "8 and 7 bits, bfloat16", 1),
    ([1.0001, 3e38, 1e-44, 1e-46, 1.1, 16777217.0], 8, 23, "8 and 23 bits, float32", 1),
]


def rounding_mistake(x: float, e: int, m: int, yours: float) -> str:
    """What usual mistake rounds a number so that is neither a tie nor near an end of the range."""
    smallest = 2.0 ** (2 - 2 ** (e - 1))  # normal number
    if abs(x) < smallest:
        return ". As if bias were one more" * (yours == nearest(x, e, m, 1) != nearest(x, e, m))
    spacing = np.ldexp(1.0, int(np.frexp(x)[1]) - 1 - m)
    if yours == np.trunc(x / spacing) * spacing:
        return ". That is cut off, and not rounded"
    if yours == np.floor(x / spacing) * spacing:
        return ". That is rounded down"
    if yours == nearest(x, e, m - 1):
        return f". That is with {m - 1} bits: the leading 1 isn't stored; frexp's fraction begins at 0.5, not at 1"
    if yours == nearest(x, e, m + 1):
        return f". That is with {m + 1} bits: m counts without the leading 1"
    return ""


def same_bits(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (np.isnan(a) & np.isnan(b)) | ((a == b) & (np.signbit(a) == np.signbit(b)))


@check("08-round")
def check_round(that, round_to):
    def rounded(x: np.ndarray, e: int, m: int, words: str):
        given = x.copy()
        got = round_to(given, e, m)
        that(got is not None, f"{words} returned nothing; is there a return?", 1)
        that(isinstance(got, np.ndarray), f"{words}: a NumPy array is asked, not {type(got).__name__}", 1)
        that(got.dtype == np.float64, f"{words}: float64 is asked; yours is {got.dtype}", 1)
        that(got.shape == x.shape, f"{words}: the shape is {x.shape}; yours is {got.shape}", 1)
        that(same_bits(given, x).all(), f"{words} changed x, which belongs to the caller", 1)
        return got

    for numbers, e, m, why, hint in ROUND_CASES:
        x = np.array(numbers)
        right = [nearest(it, e, m) for it in numbers]
        got = rounded(x, e, m, f"round_to(x, {e}, {m})")
        for it, mine, yours in zip(numbers, right, got.tolist(), strict=True):
            same = same_bits(np.array(mine), np.array(yours))
            words = f"round_to([{it!r}], {e}, {m}) is {mine!r}; yours is {yours!r}"
            plain = why in ("the nearest number", "below 2**-14 the spacing stays 2**-24")
            told = rounding_mistake(it, e, m, yours) if plain and not same else ""
            that(same, f"{words}. {why[0].upper()}{why[1:]}{told}", hint)
    rounded(np.linspace(-3, 3, 12).reshape(3, 4), 5, 10, "round_to(x (3, 4), 5, 10)")
    rounded(np.zeros((2, 0)), 5, 10, "round_to(x (2, 0), 5, 10)")
    rng = np.random.default_rng(8)
    for e, m in [(5, 10), (8, 7), (4, 3), (5, 2), (8, 10), (3, 4), (6, 1), (2, 5), (8, 23)]:
        x = telling_numbers(rng, e, m)
        right = np.array([nearest(it, e, m) for it in x.tolist()])
        got = rounded(x, e, m, f"round_to(x, {e}, {m})")
        if not (same := same_bits(got, right)).all():
            i = int(np.argmin(same))
            words = (
                f"round_to([{float(x[i])!r}], {e}, {m}) is {float(right[i])!r}; yours is {float(got[i])!r}"
            )
            that(False, f"{words} ({np.sum(~same)} of {len(x)} numbers are wrong in this format)", 2)


def parameters(*shapes: int) -> list[torch.nn.Parameter]:
    return [torch.nn.Parameter(torch.zeros(n)) for n in shapes]


def an_optimizer(momentum: float = 0.5) -> tuple[list[torch.nn.Parameter], torch.optim.Optimizer]:
    """Three parameters in two groups, the last of which never gets a gradient; lr is 1."""
    w, b, unused = them = parameters(2, 1, 3)
    return them, torch.optim.SGD([{"params": [w]}, {"params": [b, unused]}], lr=1.0, momentum=momentum)


def give(them: list[torch.nn.Parameter], w: list[float], b: float) -> None:
    them[0].grad, them[1].grad = torch.tensor(w), torch.tensor([b])


def scales(scale: float, growth: float, backoff: float, interval: int, good: str) -> list[float]:
    """The scale after each update, of steps that are good (G) or not (B)."""
    found, run_of = [], 0
    for step in good:
        run_of = run_of + 1 if step == "G" else 0
        scale *= backoff if step == "B" else growth if run_of == interval else 1
        run_of %= interval
        found.append(scale)
    return found


@check("08-scaler")
def check_scaler(that, Scaler):
    def moved(them, by: tuple, words: str, hint: int) -> None:
        yours = torch.cat([p.detach() for p in them[:2]]).tolist()
        that(yours == list(by), f"{words}: the parameters are {list(by)} then; yours {yours}", hint)

    def raises(scaler, optimizer, words: str) -> None:
        error = None
        try:
            scaler.unscale(optimizer)
        except Exception as its:
            error = its
        that(error is not None, f"{words}, has to raise RuntimeError", 2)
        that(isinstance(error, RuntimeError), f"{words}, raises {type(error).__name__}, not RuntimeError", 2)

    scaler = Scaler(8.0, 2.0, 0.5, 3)
    that(getattr(scaler, "scale", None) == 8, "Scaler(8.0, 2.0, 0.5, 3).scale is 8.0 at first", 1)
    them, optimizer = an_optimizer()
    loss = (them[0] * torch.tensor([1.0, 2.0])).sum() + 3 * them[1].sum() + 5
    scaled = scaler.scaled(loss)
    tensor = isinstance(scaled, torch.Tensor)
    that(tensor, f"scaled(loss) returns a tensor; yours is a {type(scaled).__name__}", 1)
    that(scaled.item() == 40, f"scaled(loss) of 5 at scale 8 is 40; yours is {scaled.item()}", 1)
    that(loss.item() == 5, "scaled(loss) changed the loss itself: multiply into a new tensor", 1)
    that(
        scaled.requires_grad, "scaled(loss) has lost its graph: backward needs it, so multiply the tensor", 1
    )
    scaled.backward()
    scaler.unscale(optimizer)
    grads = [p.grad.tolist() for p in them[:2]]
    that(
        grads[0] != [8, 16],
        "unscale leaves the gradients as they are: they are 1, 2 and 3, not 8 times that",
        1,
    )
    that(grads[1] != [24], "unscale leaves the second group's gradient: there are optimizer.param_groups", 2)
    that(grads == [[1, 2], [3]], f"unscale makes the gradients [1, 2] and [3]; yours are {grads}", 1)
    that(them[2].grad is None, "a parameter without a gradient (None) keeps None", 2)
    raises(scaler, optimizer, "unscale, called a second time before update")
    stepped = scaler.step(optimizer)
    that(stepped is not None, "step returned nothing: True where the optimizer made its step, else False", 1)
    that(isinstance(stepped, bool), f"step returns True or False; yours is {stepped!r}", 1)
    that(stepped, "a step with finite gradients is made, and returns True", 2)
    twice = torch.allclose(them[0], torch.tensor([-1.0, -2.0]) / 8)
    that(not twice, "step after unscale divided by the scale once more: it was done", 2)
    moved(them, (-1, -2, -3), "unscale, then step, with gradients 1, 2 and 3 and lr 1", 2)
    that(scaler.scale == 8, f"the scale changes in update only; after step it is {scaler.scale}", 3)
    raises(scaler, optimizer, "unscale, called after step and before update")
    scaler.update()
    that(
        scaler.scale == 8, f"one good step of an interval of 3: the scale stays 8; yours is {scaler.scale}", 3
    )

    scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [4.0, 8.0], 12.0)
    scaler.step(optimizer)
    moved(
        them,
        (-1, -2, -3),
        "step without unscale before it (scale 4, gradients 4, 8 and 12): it does that itself",
        2,
    )
    scaler.update()
    give(them, [4.0, 8.0], 12.0)
    scaler.unscale(optimizer)
    kept = them[0].grad.tolist()
    that(
        kept == [1, 2],
        f"after update a new step begins: unscale divides again. Gradient [1, 2]; yours {kept}",
        2,
    )

    for what, w, b in [
        ("inf", [inf, 1.0], 1.0),
        ("-inf", [1.0, -inf], 1.0),
        ("NaN", [1.0, float("nan")], 1.0),
        ("inf in the second group", [1.0, 1.0], inf),
        ("inf and -inf, whose sum is NaN", [inf, -inf], 1.0),
        ("NaN in the second group", [1.0, 1.0], float("nan")),
    ]:
        scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
        give(them, [4.0, 4.0], 4.0)
        scaler.step(optimizer)
        scaler.update()
        give(them, w, b)
        stepped = scaler.step(optimizer)
        that(stepped is not None, f"a gradient with {what}: step returned nothing", 1)
        that(not stepped, f"a gradient with {what}: step has to return False", 2)
        that(
            scaler.scale == 4, f"the scale changes in update only; after step it is {scaler.scale}, not 4", 3
        )
        dropped = any(p.grad is None or not p.grad.any() for p in them[:2])
        that(not dropped, "your code drops gradients or sets them to 0: zero_grad is the caller's", 1)
        moved(
            them,
            (-1, -1, -1),
            f"a gradient with {what}: optimizer.step isn't called, so momentum moves nothing",
            2,
        )
        scaler.update()
        that(scaler.scale == 2, f"a skipped step at scale 4, backoff 0.5: scale 2; yours {scaler.scale}", 3)
        give(them, [2.0, 2.0], 2.0)
        again = scaler.step(optimizer)
        that(again, "a finite step after a skipped one is made: update forgets that one was not", 3)

    scaler, (them, optimizer) = Scaler(2.0, 2.0, 0.5, 1), an_optimizer(momentum=0)
    for scale in (2.0, 4.0):
        give(them, [scale, 2 * scale], 3 * scale)
        scaler.step(optimizer)
        scaler.update()
    moved(them, (-2, -4, -6), "the scale grew to 4, and the second step's gradients are divided by 4", 2)
    scaler, (them, optimizer) = Scaler(1.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [0.0, 0.0], 1.0)
    that(scaler.step(optimizer) is True, "a gradient of 0 is finite: the step is made", 2)
    scaler.update()
    give(them, [3e38, 3e38], -3e38)
    words = (
        "gradients of 3e38 and -3e38 are large, and finite, though their sum or norm isn't: the step is made"
    )
    that(scaler.step(optimizer) is True, words, 2)
    scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [inf, 4.0], 4.0)
    scaler.unscale(optimizer)
    torch.nn.utils.clip_grad_value_(them, 1.0)
    stepped = scaler.step(optimizer)
    words = "unscale met inf, then clipping by value made it 1: the step is skipped all the same"
    that(stepped is False, f"{words}. Note it in unscale", 2)
    moved(them, (0, 0, 0), words, 2)

    for arguments, good in [
        ((8.0, 2.0, 0.5, 3), "GGG"),
        ((8.0, 2.0, 0.5, 3), "GGBG"),
        ((8.0, 2.0, 0.5, 3), "GGBGGG"),
        ((8.0, 2.0, 0.5, 2), "GGGGG"),
        ((8.0, 2.0, 0.5, 2), "BB"),
        ((1.0, 2.0, 0.5, 2), "BB"),
        ((2.0**20, 2.0, 0.5, 1), "GGGGG"),
        ((8.0, 4.0, 0.125, 2), "GGBGG"),
        ((8.0, 2.0, 0.25, 1), "GGBGB"),
        ((8.0, 2.0, 0.5, 4), "GGGBGGGGGGGGB"),
    ]:
        scaler, (them, optimizer) = Scaler(*arguments), an_optimizer()
        for i, (mine, kind) in enumerate(zip(scales(*arguments, good), good, strict=True)):
            give(them, [inf if kind == "B" else 1.0, 1.0], 1.0)
            scaler.step(optimizer)
            scaler.update()
            done = "".join({"G": "good ", "B": "skipped "}[it] for it in good[: i + 1])
            words = f"Scaler{arguments} after steps {done.strip()}: scale {mine}; yours {scaler.scale}"
            told = ""
            if kind == "G" and "B" in good[:i] and scaler.scale > mine:
                told = ". A skipped step starts the count of good ones anew"
            elif kind == "G" and mine == (before := [arguments[0], *scales(*arguments, good)][i]):
                told = ". After it grew, the count begins anew" * (i >= arguments[3])
                told = told or f". Nothing changes until {arguments[3]} good steps in a row" * (
                    scaler.scale != before
                )
            elif kind == "G":
                told = f". {arguments[3]} good steps in a row: times growth"
            elif kind == "B":
                told = ". A skipped step: times backoff"
            that(scaler.scale == mine, words + told, 3)
    one, two = Scaler(8.0, 2.0, 0.5, 1), Scaler(16.0, 2.0, 0.5, 1)
    (them, optimizer), (others, other) = an_optimizer(), an_optimizer()
    give(them, [1.0, 1.0], 1.0)
    give(others, [16.0, 16.0], 16.0)
    one.unscale(optimizer)
    two.step(other)
    two.update()
    moved(others, (-1, -1, -1), "two scalers at once: they share nothing", 1)
    that(
        (one.scale, two.scale) == (8, 32),
        f"two scalers: scales 8 and 32; yours {one.scale} and {two.scale}",
        1,
    )


class Step:
    """Everything that a training step needs, and what came of it: a NotedNetwork, SGD with lr 0.5, a schedule."""

    def __init__(self, scale: float, interval: int = 100):
        self.network = NotedNetwork()
        self.optimizer = torch.optim.SGD(self.network.parameters(), lr=0.5)
        self.schedule = torch.optim.lr_scheduler.ExponentialLR(self.optimizer, 0.5)
        self.scaler = torch.amp.GradScaler("cpu", init_scale=scale, growth_interval=interval)

    def take(self, train_step, gradients: list[list[float]], most_norm: float):
        """A step whose batches have these gradients (w, w, w, b)."""
        self.network.notes.clear()
        batches = [(torch.tensor(g[:3]), torch.tensor(g[3])) for g in gradients]
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


def what_moved(w: np.ndarray, lr: float, gradients, most_norm: float, scale: float):
    """Where usual mistakes lead the parameters ``w`` (4,), with the words and a hint."""
    g = np.array(gradients)
    mean = g.mean(axis=0)
    norm = float(np.linalg.norm(mean))
    clip = min(1, most_norm / norm)
    yield w, "they haven't moved. Is there a scaler.step(optimizer), and no zero_grad in front of it?", 2
    yield w - lr * g.sum(axis=0) * clip, "the batches' sum, and not their mean: divide each loss", 1
    yield w - 2 * lr * mean * clip, "the step is made twice", 2
    for part, which in ((g[-1], "last"), (g[0], "first")) if len(g) > 1 else ():
        for one in (part, part / len(g)):
            yield w - lr * one, f"the {which} batch alone: zero_grad comes before the loop, and only there", 1
    early = "they were clipped while still scaled: unscale, then clip"
    yield w - lr * mean * min(1, most_norm / (norm * scale)), early, 2
    yield w - lr * mean * scale, "these are scaled gradients: call scaler.step, and not optimizer.step", 2
    yield w - lr * mean * clip / 2, "with the next step's rate: the schedule comes last", 3
    yield w - lr * mean * most_norm / norm, "multiplied, although the norm is below most_norm", 2
    yield w - lr * mean, "nothing was clipped", 2
    yield w - lr * np.clip(mean, -most_norm, most_norm), "clipped by value, and not by norm", 2
    alone = np.array(
        [*mean[:3] * min(1, most_norm / np.linalg.norm(mean[:3])), np.clip(mean[3], -most_norm, most_norm)]
    )
    yield w - lr * alone, "each parameter is clipped by itself: it is one norm over all of them", 2
    kept = np.array([*mean[:3] * min(1, most_norm / np.linalg.norm(mean[:3])), mean[3]])
    yield w - lr * kept, "only the first parameter is clipped", 2


@check("08-step")
def check_step(that, train_step):
    def moved_rightly(step: Step, before, right, given, words: str, skipped: bool) -> None:
        yours = step.moved
        if np.allclose(yours, right, rtol=1e-4, atol=1e-6):
            return
        skips = "scaler.step(optimizer) skips it, optimizer.step() doesn't"
        that(not skipped, f"{words}: to be skipped, parameters {before}; yours are {yours}. {skips}", 2)
        shown = [round(it, 4) + 0.0 for it in right]
        size = np.abs(np.array(yours) - before).max()
        for those, why, hint in what_moved(np.array(before), *given):
            near = np.abs(np.array(yours) - those).max() <= 1e-3 * size + 5e-7
            that(not near, f"{words}: parameters {shown}; yours {yours}: {why}", hint)
        that(False, f"{words}: parameters {shown}; yours {yours}", 3)

    def expect(step: Step, gradients, most_norm: float, words: str, skipped: bool = False):
        before, lr, scale = step.moved, step.lr, step.scaler.get_scale()
        w, mean = np.array(before), np.mean(np.array(gradients), axis=0)
        norm = float(np.linalg.norm(mean))
        right = before if skipped else (w - lr * mean * min(1, most_norm / norm)).tolist()
        mean_loss = float(np.mean([10 + w @ np.array(g) for g in gradients]))
        got = step.take(train_step, gradients, most_norm)
        that(got is not None, f"{words}: train_step returned nothing; is there a return?", 1)
        that(step.kept, "your code changed the list batches, which belongs to the caller", 1)
        three = isinstance(got, tuple | list) and len(got) == 3
        that(three, f"{words}: return (loss, norm, stepped); you returned {got!r}", 1)
        ways = [[on for way, on in step.network.notes if way == it] for it in ("forward", "backward")]
        for them, way in zip(ways, ("forward", "backward"), strict=True):
            number, n = len(them), len(gradients)
            that(number == n, f"{words}: {number} {way} passes; {n} are right, one a batch", 1)
        that("off" not in ways[0], f"{words}: the forward pass runs outside autocast", 1)
        that(set(ways[0]) == {"bfloat16"}, f"{words}: autocast is to use bfloat16, not {ways[0][0]}", 1)
        that(set(ways[1]) == {"off"}, f"{words}: backward runs inside autocast: leave the with first", 1)
        moved_rightly(step, before, right, (lr, gradients, most_norm, scale), words, skipped)
        loss, its_norm, stepped = float(got[0]), float(got[1]), got[2]
        near = abs(loss - mean_loss) < 1e-4 * abs(mean_loss)
        told = "yours is still scaled" if abs(loss) > 4 * abs(mean_loss) else "the mean over batches is asked"
        that(near, f"{words}: the loss is {mean_loss:.6g}, and you return {loss:.6g}: {told}", 1)
        after = step.scaler.get_scale()
        that(
            isinstance(stepped, bool | np.bool_),
            f"{words}: stepped is True or False; yours is {stepped!r}",
            3,
        )
        if skipped:
            infinite = f"{words}: the norm of gradients that aren't finite isn't either; yours {its_norm}"
            that(not isfinite(its_norm), infinite, 2)
            halves = f"{words}: the scale of the scaler that you get halves, to {scale / 2}; it is {after}"
            that(after == scale / 2, f"{halves}. One scaler.update() a step, skipped or not", 2)
            stays = "a skipped step doesn't count for the schedule"
            that(step.lr == lr, f"{words}: {stays}: lr stays {lr}; yours {step.lr}", 3)
            that(not stepped, f"{words}: no step was made, and you return stepped={stepped}", 3)
            return
        told = "before clipping, over all parameters together, the square root of the sum of squares"
        told = "yours is that of scaled gradients" if its_norm > 10 * norm else told
        right_norm = abs(its_norm - norm) < 1e-4 * norm
        that(right_norm, f"{words}: the norm is {norm:.6g}; you return {its_norm:.6g}: {told}", 2)
        grown = scale * 2 if step.scaler.get_growth_interval() == 1 else scale
        that(after == grown, f"{words}: the scale is {grown} then; yours {after}. One update a step", 2)
        why = "grew" if after > scale else "is the same"
        why = f"the scale {why}, so a step was made"
        that(
            step.lr == lr / 2, f"{words}: the schedule goes on once, lr {lr / 2}; yours {step.lr} ({why})", 3
        )
        that(stepped, f"{words}: you return stepped={stepped} ({why})", 3)

    expect(Step(1024.0), [[0.0, 3, 0, 4]], 10.0, "one batch, norm 5, nothing to clip")
    expect(Step(1024.0), [[2.0, 2, 1, 4]], 1.0, "one batch, norm 5, clipped to 1")
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
    step = Step(8.0, interval=1)
    expect(step, [[0.0, 3, 0, 4]], 1.0, "growth_interval=1")
    expect(step, [[0.0, 4, 0, 3], [0.0, 2, 0, 3]], 1.0, "growth_interval=1, second step")
    step = Step(8.0)
    for number in range(3):
        expect(step, [[1.0, 2, 2, 4], [1.0, 2, 2, -4], [4.0, 5, 2, 0]], 3.0, f"three batches, step {number}")


def off_by(operations, x: np.ndarray, keep, largest=np.max) -> float:
    exact = run(operations, x, lambda it: it)
    got = run(operations, x, half, keep)
    if not np.isfinite(got).all():
        return inf
    return float(largest(np.abs(got - exact)) / largest(np.abs(exact)))


def fewest(operations, x: np.ndarray, most_error: float, error=off_by, last: bool = False) -> list[str]:
    """The smallest set whose error is within the bound, and of these the best (or the last one that is tried)."""
    names = [name for name, _ in operations]
    for k in range(len(names) + 1):
        found = [(error(operations, x, some), some) for some in itertools.combinations(names, k)]
        if within := [it for it in found if it[0] <= most_error]:
            return list(min(within)[1] if not last else within[0][1])
    return names


def peak(values: np.ndarray) -> float:
    return float(np.abs(values).max())


MEASURES = (  # kind that tells it, a mistaken error of (result, exact), the words
    ("large", lambda y, exact: peak(y - exact), "that is an absolute error; divide by the largest |exact|"),
    (
        "small element",
        lambda y, exact: peak((y - exact) / exact),
        "divide by the largest |exact|, not each by its own",
    ),
    (
        "small element",
        lambda y, exact: peak(y - exact) / exact.max(),
        "it is the largest |exact|, not the largest exact",
    ),
    (
        "sum",
        lambda y, exact: (y - exact).max() / peak(exact),
        "deviations below count, too: |result - exact|",
    ),
    (
        "largest",
        lambda y, exact: peak(y - exact) / np.ptp(exact),
        "divide by the largest |exact|, not by the range",
    ),
    (
        "largest",
        lambda y, exact: np.abs(y - exact).mean() / np.abs(exact).mean(),
        "the largest counts, not the mean",
    ),
    (
        "largest",
        lambda y, exact: np.linalg.norm(y - exact) / np.linalg.norm(exact),
        "the largest counts, not a norm",
    ),
    ("largest", lambda y, exact: (peak(y - exact) / peak(exact)) ** 2, "that is a squared error"),
    ("far", lambda y, exact: peak(y - exact) / peak(y), "divide by the largest |exact|, not by the result's"),
)


def stay_mistakes(kind: str, operations, x: np.ndarray, most: float):
    """What usual mistakes come to, with the words and a hint."""
    names, exact = [name for name, _ in operations], run(operations, x, lambda it: it)
    right = fewest(operations, x, most)
    for _, measure, words in [it for it in MEASURES if it[0] == kind]:

        def error(operations, x, keep, measure=measure):
            y = run(operations, x, half, keep)
            with np.errstate(all="ignore"):
                return float(measure(y, exact)) if np.isfinite(y).all() else inf

        yield fewest(operations, x, most, error), words, 1

    def not_nan(operations, x, keep):
        return -1.0 if np.isnan(run(operations, x, half, keep)).any() else off_by(operations, x, keep)

    yield fewest(operations, x, most, not_nan), "a result with NaN in it is no result: its error is inf", 2
    yield fewest(operations, x, np.nextafter(most, 0)), "an error of just most_error is allowed: <=", 1
    if not right:
        best = min((off_by(operations, x, [name]), name) for name in names)[1]
        yield [best], "nothing has to stay: begin with the empty set", 1
    yield [n for n in names if n not in right], "these may be half; return those that stay", 1
    alone = {name: off_by(operations, x, [n for n in names if n != name]) for name in names}
    words = "you take those that are over the bound if they alone are half"
    yield [n for n in names if alone[n] > most], words, 2
    if right:
        words = "you take those without which the rest is over the bound"
        yield [n for n in names if off_by(operations, x, [n]) > most], words, 2
    yield fewest(operations, x, most, last=True), "of equally few, take those with the smallest error", 3
    kept = []
    for name in names:  # front to back, until it is enough
        if off_by(operations, x, kept) <= most:
            break
        kept.append(name)
    yield kept, "you keep all up to some place; fewer are enough", 3
    ranked, kept = sorted(names, key=lambda n: -alone[n]), []
    while off_by(operations, x, kept) > most:
        kept.append(ranked.pop(0))
    yield [n for n in names if n in kept], "worst first isn't fewest: errors add up, and cancel", 3


SAID = {
    "norm": "squares that overflow, and their mean",
    "softmax": "powers that overflow, and their sum",
    "sum": "a total that grows so large that small numbers are lost",
    "nan": "0 / 0 in half, in one row",
    "together": "two operations, each within the bound alone, over it together",
    "opposed": "errors that cancel",
    "greedy": "three errors, the worst of which makes up for the others",
    "far": "a result nearly twice as large as the exact one",
    "fewest": "one bad operation, or two others",
    "exact": "an error of just most_error",
    "large": "results near 1,000",
    "small element": "an element that is tiny beside the largest, which is negative",
    "largest": "one element of many is off",
    "apart": "large numbers added and taken away, twice",
    "all": "squares that overflow, their sum, and twice that",
    "none": "nothing has to stay",
    "shifted": "a large number added and taken away",
}


@check("08-stays")
def check_stays(that, must_stay):
    for kind in KINDS:
        for seed in range(3):
            operations, x, most = chain(np.random.default_rng([seed, len(kind)]), kind)
            names, right = [name for name, _ in operations], fewest(operations, x, most)
            given, its_x = list(operations), x.copy()
            got = must_stay(given, its_x, half, most)
            words = f"{SAID[kind]} ({', '.join(names)}, most_error {most:.3g})"
            every = f"Try sets of every size, from none (return []) to all {len(names)}, with which the error is 0"
            that(
                got is not None, f"{words}: nothing came back. {every}, and return the first that will do", 1
            )
            that(
                isinstance(got, list),
                f"{words}: a list of names is asked; yours is a {type(got).__name__}",
                1,
            )
            that(given == operations and np.array_equal(its_x, x), "your code changed operations or x", 1)
            strange = [it for it in got if not isinstance(it, str) or it not in names]
            that(not strange, f"{words}: {strange} are no names of operations", 1)
            if got == right:
                continue
            ordered = [n for n in names if n in got]
            that(sorted(got) != sorted(right), f"{words}: {right}, in the operations' order; yours {got}", 1)
            error = off_by(operations, x, got)
            why = f"yours, {got}, leaves an error of {error:.3g}"
            for wrong, mistake, hint in stay_mistakes(kind, operations, x, most):
                that(
                    ordered != wrong, f"{words}: {right} stay; {why}. Your mistake, probably: {mistake}", hint
                )
            more, same = len(got) > len(right), len(got) == len(right)
            that(
                got or error <= most,
                f"{words}: {right} stay; {why}. Does run get the names that stay? Is exact without half?",
                2,
            )
            that(error <= most, f"{words}: {right} stay; {why}: over the bound", 2)
            that(not more, f"{words}: {right} stay, which are fewer; {why}", 3)
            least = off_by(operations, x, right)
            that(
                not same,
                f"{words}: of equally few those with the smallest error stay, {right} ({least:.3g}); {why}",
                3,
            )
            that(False, f"{words}: {right} stay; {why}", 2)


def accuracy(formats: dict, scale: float, seed: int = 11) -> tuple[float, int]:
    """(on validation, in %, skipped steps)."""
    data = load_mnist()
    weights, skipped = trained(formats, scale, seed)
    return 100 * float(np.mean(digits(weights, data.x_val) == data.y_val)), skipped


WHY = {
    "weights": "a step smaller than half a spacing changes nothing",
    "gradients": "flushed or rounded coarsely: another scale, or a wider range",
    "deltas": "flushed or rounded coarsely: another scale, or a wider range",
    "momentum": "it isn't scaled: about 1e-7 here",
    "variance": "it holds squares of gradients, not scaled: about 1e-14 here",
    "activations": "from 0 to about 5 here",
}


def what_fails(formats: dict, scale: float, skips: int) -> str:
    """Which tensors, or the scale: what mends it when it alone is put right."""

    def mended(name: str) -> float:
        return accuracy(formats | {name: "fp32"}, scale)[0] if formats[name] != "fp32" else 0

    def told(name: str, better: float) -> str:
        return f"With {name} in fp32 it is {better:.1f}%, so {name} in {formats[name]} won't do: {WHY[name]}"

    for name in ("variance", "momentum", "weights"):
        if (better := mended(name)) >= AT_LEAST:
            return told(name, better)
    if skips > 16:
        return f"{skips} of 160 steps overflow: the scale is too large for deltas or gradients"
    if scale < 2.0**16 and accuracy(formats, 2.0**16)[0] >= AT_LEAST:
        return f"The scale, {scale:g}, is at fault: deltas or gradients flush to 0, so try a larger one"
    for name in ("deltas", "gradients", "activations"):
        if (better := mended(name)) >= AT_LEAST:
            return told(name, better)
    state = {name: formats[name] for name in ("weights", "momentum", "variance")}
    if accuracy(formats | dict.fromkeys(state, "fp32"), scale)[0] >= AT_LEAST:
        return f"At least two fail of what isn't scaled, {state}: try one of them at a time, the rest in fp32"
    return "Several tensors fail: begin with all in fp32, and try one at a time"


@check("08-design")
def check_design(that, plan):
    got = plan()
    two = isinstance(got, tuple | list) and len(got) == 2
    that(two, "return a tuple (formats, scale): a dict and a number", 1)
    formats, scale = got
    try:
        as_plan(formats, scale)
    except BadPlan as error:
        that(False, str(error), 1)
    found, skips = [], []
    for seed in (11, 12, 13):
        its, skipped = accuracy(formats, scale, seed)
        found.append(its)
        skips.append(skipped)
        if found[-1] < AT_LEAST - 4:  # no need to try again
            break
    right = float(np.mean(found))
    if right >= AT_LEAST:
        return
    words = f"{cost(formats):,} of {MOST_BYTES:,} bytes, {right:.1f}% of validation; {AT_LEAST}% are needed."
    that(False, f"{words} {what_fails(formats, scale, max(skips))}", 2)
