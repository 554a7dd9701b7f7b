"""The visible checks of lab 08, and what is right: rounding by fractions, scalers and steps as plain numbers."""

from __future__ import annotations

import itertools
from fractions import Fraction
from math import inf, isfinite

import numpy as np
import torch

from utils.ch08.design import MOST_BYTES, BadPlan, as_plan, cost, digits, trained
from utils.ch08.lab import KINDS, NotedNetwork, alike, chain, half, run, telling_numbers
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


def array_mistakes(x: np.ndarray, e: int, m: int, before: list[tuple[int, int]]):
    """What usual mistakes make of a whole array, with the words; ``before``: the formats of earlier calls."""
    with np.errstate(all="ignore"):
        spacing = np.ldexp(1.0, int(np.frexp(np.abs(x).max())[1]) - 1 - m)
        yield np.rint(x / spacing) * spacing, "All have the largest one's spacing: each number has its own"
        yield np.round(x, m), "np.round counts decimals; m counts bits"
    if m <= 10:
        yield np.array([nearest(it, m, e) for it in x]), "As if e and m were exchanged"
    for e2, m2 in [it for it in before if it != (e, m)]:
        rounded = np.array([nearest(it, e2, m2) for it in x])
        yield (
            rounded,
            f"As if e = {e2}, m = {m2}, which an earlier call had: use this call's, and keep nothing",
        )


def same_bits(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return (np.isnan(a) & np.isnan(b)) | ((a == b) & (np.signbit(a) == np.signbit(b)))


@check("08-round")
def check_round(that, round_to):
    def rounded(x: np.ndarray, e: int, m: int, words: str):
        given = x.copy()
        try:
            got = round_to(given, e, m)
        except Exception as error:
            if x.ndim == 1:
                raise
            that(False, f"{words}: x may have any shape, and yours raises {type(error).__name__}: {error}", 1)
        that(got is not None, f"{words} returned nothing; is there a return?", 1)
        that(isinstance(got, np.ndarray), f"{words}: a NumPy array is asked, not {type(got).__name__}", 1)
        that(got.dtype == np.float64, f"{words}: float64 is asked; yours is {got.dtype}", 1)
        that(got.shape == x.shape, f"{words}: the shape is {x.shape}; yours is {got.shape}", 1)
        that(same_bits(given, x).all(), f"{words} changed x, which belongs to the caller", 1)
        return got

    def as_a_whole(x: np.ndarray, got: np.ndarray, e: int, m: int) -> str:
        """What mistake makes just this of the array."""
        for wrong, mistake in array_mistakes(x, e, m, formats):
            if same_bits(wrong, got).all():
                return f". {mistake}"
        return ""

    formats = []  # of the calls so far
    for numbers, e, m, why, hint in ROUND_CASES:
        x = np.array(numbers)
        right = [nearest(it, e, m) for it in numbers]
        got = rounded(x, e, m, f"round_to(x, {e}, {m})")
        for it, mine, yours in zip(numbers, right, got.tolist(), strict=True):
            same = same_bits(np.array(mine), np.array(yours))
            words = f"round_to([{it!r}], {e}, {m}) is {mine!r}; yours is {yours!r}"
            plain = why in ("the nearest number", "below 2**-14 the spacing stays 2**-24")
            told = "" if same else as_a_whole(x, got, e, m)
            told = told or (rounding_mistake(it, e, m, yours) if plain and not same else "")
            that(same, f"{words}. {why[0].upper()}{why[1:]}{told}", hint)
        formats.append((e, m))
    rows = np.linspace(-3, 3, 12).reshape(3, 4)
    words = "round_to(x (3, 4), 5, 10)"
    right = np.array([nearest(it, 5, 10) for it in rows.ravel().tolist()]).reshape(3, 4)
    ordered = same_bits(rounded(rows, 5, 10, words), right).all()
    that(ordered, f"{words}: each number keeps its place; row by row, as in one dimension, it's right", 1)
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
            words += f" ({np.sum(~same)} of {len(x)} numbers are wrong in this format)"
            that(False, f"{words}{as_a_whole(x, got, e, m)}", 2)
        formats.append((e, m))


def parameters(*shapes: int) -> list[torch.nn.Parameter]:
    return [torch.nn.Parameter(torch.zeros(n)) for n in shapes]


def an_optimizer(momentum: float = 0.5) -> tuple[list[torch.nn.Parameter], torch.optim.Optimizer]:
    """Parameters w (2,), b (1,), and one in each of the two groups that never gets a gradient; lr is 1."""
    w, b, idle, unused = them = parameters(2, 1, 3, 3)
    groups = [{"params": [w, idle]}, {"params": [unused, b]}]
    return them, torch.optim.SGD(groups, lr=1.0, momentum=momentum)


def give(them: list[torch.nn.Parameter], w: list[float], b: float) -> None:
    them[0].grad, them[1].grad = torch.tensor(w), torch.tensor([b])


def gradients(them: list[torch.nn.Parameter]) -> list[float]:
    """Those of w and b, one after the other; [] if one was dropped."""
    grads = [p.grad for p in them[:2]]
    return [] if any(g is None for g in grads) else torch.cat(grads).tolist()


def scales(scale: float, growth: float, backoff: float, interval: int, good: str) -> list[float]:
    """The scale after each update, of steps that are good (G) or not (B)."""
    found, run_of = [], 0
    for step in good:
        run_of = run_of + 1 if step == "G" else 0
        scale *= backoff if step == "B" else growth if run_of == interval else 1
        run_of %= interval
        found.append(scale)
    return found


def moved(that, them, by: tuple, words: str, hint: int = 2) -> None:
    yours = torch.cat([p.detach() for p in them[:2]]).tolist()
    that(yours == list(by), f"{words}: the parameters are {list(by)} then; yours {yours}", hint)


def raises(that, scaler, optimizer, words: str) -> None:
    error = None
    try:
        scaler.unscale(optimizer)
    except Exception as its:
        error = its
    that(error is not None, f"{words}, has to raise RuntimeError", 2)
    that(isinstance(error, RuntimeError), f"{words}, raises {type(error).__name__}, not RuntimeError", 2)


def made(that, scaler, optimizer, words: str) -> bool:
    got = scaler.step(optimizer)
    that(
        got is not None,
        f"{words}: step returned nothing; True where optimizer.step() was called, else False",
        1,
    )
    that(
        isinstance(got, bool),
        f"{words}: step returns a Python bool; yours is {got!r}. bool(…) makes it one",
        1,
    )
    return got


def scales_a_loss(that, Scaler) -> None:
    for scale in (8.0, 1.5, 0.5):
        yours = getattr(Scaler(scale, 2.0, 0.5, 3), "scale", None)
        that(yours == scale, f"Scaler({scale}, 2.0, 0.5, 3).scale is {scale} at first; yours {yours}", 1)
    scaler, (them, _) = Scaler(8.0, 2.0, 0.5, 3), an_optimizer()
    loss = (them[0] * torch.tensor([1.0, 2.0])).sum() + 3 * them[1].sum() + 5
    scaled = scaler.scaled(loss)
    tensor = isinstance(scaled, torch.Tensor)
    that(tensor, f"scaled(loss) returns a tensor; yours is a {type(scaled).__name__}", 1)
    that(scaled.item() == 40, f"scaled(loss) of 5 at scale 8 is 40; yours is {scaled.item()}", 1)
    that(scaled.dtype == loss.dtype, f"scaled(loss) keeps the type {loss.dtype}; yours {scaled.dtype}", 1)
    that(loss.item() == 5, "scaled(loss) changed the loss itself: multiply into a new tensor", 1)
    that(not gradients(them), "scaled(loss) calls backward: leave that to the caller", 1)
    lost = (
        "scaled(loss) has lost its graph: backward from it reaches no parameter. Multiply the tensor itself"
    )
    that(scaled.requires_grad, lost, 1)
    scaled.backward()
    that(gradients(them) == [8, 16, 24], lost, 1)


def unscales_and_steps(that, Scaler) -> None:
    scaler, (them, optimizer) = Scaler(8.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [8.0, 16.0], 24.0)
    scaler.unscale(optimizer)
    *w, b = grads = gradients(them) or [0, 0, 0]
    words = "unscale leaves the gradients as they are: at scale 8, those of 8, 16 and 24 are 1, 2 and 3"
    that(grads != [8, 16, 24], words, 1)
    that(
        not (w == [1, 2] and b == 24),
        "unscale passes over a parameter: go through all of each group of optimizer.param_groups, also behind "
        "one whose gradient is None",
        2,
    )
    that(grads == [1, 2, 3], f"unscale makes gradients of 8, 16 and 24 to 1, 2 and 3; yours {grads}", 1)
    that(all(p.grad is None for p in them[2:]), "a parameter without a gradient (None) keeps None", 2)
    raises(that, scaler, optimizer, "unscale, called a second time before update")
    that(gradients(them) == [1, 2, 3], "a second unscale has to raise before it divides once more", 2)
    that(
        made(that, scaler, optimizer, "finite gradients"),
        "a step with finite gradients is made: return True",
        2,
    )
    twice = torch.allclose(them[0], torch.tensor([-1.0, -2.0]) / 8)
    that(not twice, "step after unscale divided by the scale once more: it was done", 2)
    moved(that, them, (-1, -2, -3), "unscale, then step, with gradients 1, 2 and 3 and lr 1")
    that(scaler.scale == 8, f"the scale changes in update only; after step it is {scaler.scale}", 3)
    words = "unscale, called after step and before update (does step call update, or take back the note?)"
    raises(that, scaler, optimizer, words)
    scaler.update()
    words = f"one good step of an interval of 3: the scale stays 8; yours is {scaler.scale}"
    that(scaler.scale == 8, words, 3)
    that(
        gradients(them) == [1, 2, 3],
        "your code drops gradients or sets them to 0: zero_grad is the caller's",
        1,
    )

    scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [4.0, 8.0], 12.0)
    made(that, scaler, optimizer, "finite gradients")
    words = "step without unscale before it (scale 4, gradients 4, 8 and 12): it does that itself"
    moved(that, them, (-1, -2, -3), words)
    scaler.update()
    give(them, [4.0, 8.0], 12.0)
    anew = "after update a new step begins: unscale divides again, so update has to reset your note"
    try:
        scaler.unscale(optimizer)
    except RuntimeError:
        that(False, f"{anew}; yours raises RuntimeError", 3)
    that(gradients(them) == [1, 2, 3], f"{anew}: gradients 1, 2 and 3; yours {gradients(them)}", 2)


def share_nothing(that, Scaler) -> None:
    words = "two scalers at once (does yours keep something in the class, or in a global?)"
    one, two = Scaler(8.0, 2.0, 0.5, 3), Scaler(16.0, 2.0, 0.5, 3)
    (them, optimizer), (others, other) = an_optimizer(), an_optimizer()
    for scaler, its, sgd in ((one, them, optimizer), (two, others, other)):
        give(its, [8.0, 8.0], 8.0)
        scaler.step(sgd)
        scaler.update()
    found = (one.scale, two.scale)
    that(found == (8, 16), f"{words}: after a good step each, scales 8 and 16; yours {found}", 1)
    one.unscale(optimizer)
    give(others, [16.0, 16.0], 16.0)
    two.step(other)
    moved(that, others, (-1.75, -1.75, -1.75), f"{words}: one has unscaled, the other has not", 1)


BAD_GRADIENTS = [  # what they hold, of w and b
    ("inf, then finite ones", [inf, 4.0], 4.0),
    ("-inf between finite ones", [4.0, -inf], 4.0),
    ("NaN between finite ones", [4.0, float("nan")], 4.0),
    ("inf in the second group alone", [4.0, 4.0], inf),
    ("inf and -inf, whose sum is NaN, then a finite one", [inf, -inf], 4.0),
    ("NaN in the second group alone", [4.0, 4.0], float("nan")),
]


def skips(that, Scaler) -> None:
    """At each kind of gradient that isn't finite: a good step, one that is skipped, a good one."""
    dropped = "your code drops gradients or sets them to 0: zero_grad is the caller's"
    for what, w, b in BAD_GRADIENTS:
        words = f"gradients with {what}"
        scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
        give(them, [4.0, 4.0], 4.0)
        scaler.step(optimizer)
        scaler.update()
        give(them, w, b)
        that(not made(that, scaler, optimizer, words), f"{words}: step has to return False", 2)
        that(
            scaler.scale == 4, f"the scale changes in update only; after step it is {scaler.scale}, not 4", 3
        )
        found = gradients(them)
        that(found and any(found), dropped, 1)
        momentum = "optimizer.step isn't called, so momentum moves nothing"
        moved(that, them, (-1, -1, -1), f"{words}: {momentum}")
        raises(that, scaler, optimizer, f"{words}: unscale, called once more before update")
        divided = np.array_equal(found, np.array([*w, b]) / 4, equal_nan=True)
        that(
            divided, f"{words}: all are divided by 4 all the same, and none is replaced; yours are {found}", 2
        )
        scaler.update()
        told = ". That is by growth: the arguments are scale, growth, backoff, interval" * (scaler.scale == 8)
        told = f"a skipped step at scale 4, backoff 0.5: scale 2; yours {scaler.scale}{told}"
        that(scaler.scale == 2, told, 3)
        that(any(gradients(them)), dropped, 1)
        give(them, [2.0, 2.0], 2.0)
        words = "after a skipped step, one with finite gradients must be made: update has to reset your note"
        that(made(that, scaler, optimizer, words), words, 3)
        moved(that, them, (-2.5, -2.5, -2.5), f"{momentum} in a skipped step; a good step after it")


SCALES = [  # arguments, steps that are good or bad
    ((8.0, 2.0, 0.5, 1), "GG"),
    ((8.0, 2.0, 0.5, 3), "GGG"),
    ((8.0, 2.0, 0.5, 3), "GGBG"),
    ((8.0, 2.0, 0.5, 3), "GGBGGG"),
    ((8.0, 2.0, 0.5, 2), "GGGGG"),
    ((8.0, 2.0, 0.5, 2), "BB"),
    ((1.0, 2.0, 0.5, 2), "BB"),
    ((0.5, 2.0, 0.5, 2), "GG"),
    ((2.0**20, 2.0, 0.5, 1), "GGGGG"),
    ((8.0, 4.0, 0.125, 2), "GGBGG"),
    ((8.0, 2.0, 0.25, 1), "GGBGB"),
    ((8.0, 2.0, 0.5, 4), "GGGBGGGGGGGGB"),
]


def scale_mistake(arguments: tuple, done: str, yours: float) -> str:
    """What the last of the steps ``done`` should have come to."""
    *_, before, mine = [arguments[0], *scales(*arguments, done)]
    interval = arguments[3]
    if done[-1] == "B":
        return "A skipped step: times backoff"
    if mine != before:
        return f"Good steps in a row: {interval}, so times growth" + ". Yours doesn't grow here" * (
            yours == before
        )
    if "B" in done and yours > mine:
        return "A skipped step starts the count of good ones anew"
    if len(done) > interval:
        return "After it grew, the count begins anew"
    return f"Nothing changes until {interval} good steps in a row"


def follows_its_scale(that, Scaler) -> None:
    for arguments, good in SCALES:
        scaler, (them, optimizer) = Scaler(*arguments), an_optimizer()
        for i, (mine, kind) in enumerate(zip(scales(*arguments, good), good, strict=True)):
            give(them, [inf if kind == "B" else 1.0, 1.0], 1.0)
            scaler.step(optimizer)
            scaler.update()
            done = " ".join({"G": "good", "B": "skipped"}[it] for it in good[: i + 1])
            told = scale_mistake(arguments, good[: i + 1], scaler.scale)
            words = f"Scaler{arguments} after steps {done}: scale {mine}; yours {scaler.scale}. {told}"
            that(scaler.scale == mine, words, 3)
    scaler, (them, optimizer) = Scaler(2.0, 2.0, 0.5, 1), an_optimizer(momentum=0)
    for scale in (2.0, 4.0):
        give(them, [scale, 2 * scale], 3 * scale)
        scaler.step(optimizer)
        scaler.update()
    words = "the scale grew from 2 to 4, and the second step's gradients are divided by 4"
    moved(that, them, (-2, -4, -6), words)
    yours = scaler.scaled(torch.tensor(5.0)).item()
    that(yours == 40, f"the scale grew to 8: scaled(loss) of 5 is 40; yours is {yours}", 1)


def notes_what_it_met(that, Scaler) -> None:
    """Gradients that are finite though they don't look so, and what happens between unscale and step."""
    large = "3e38 and -3e38 are large, and finite, though their sum or norm isn't: the step is made"
    for w, b, words in [([0.0, 0.0], 1.0, "0 is finite: the step is made"), ([3e38, 3e38], -3e38, large)]:
        scaler, (them, optimizer) = Scaler(1.0, 2.0, 0.5, 3), an_optimizer()
        give(them, w, b)
        that(made(that, scaler, optimizer, "finite gradients"), f"gradients: {words}", 2)
    scaler, (them, optimizer) = Scaler(0.5, 2.0, 0.5, 3), an_optimizer()
    give(them, [1.0, 2.0], 3.0)
    scaler.step(optimizer)
    moved(that, them, (-2, -4, -6), "gradients 1, 2 and 3 at scale 0.5")
    scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [400_004.0, 4.0], 4.0)
    scaler.step(optimizer)
    moved(that, them, (-100_001, -1, -1), "gradients 400004, 4 and 4 at scale 4: divide them in fp32")

    scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [inf, 4.0], 4.0)
    scaler.unscale(optimizer)
    torch.nn.utils.clip_grad_value_(them, 1.0)
    words = "unscale met inf, then clipping by value made it 1: the step is skipped all the same"
    that(not made(that, scaler, optimizer, words), f"{words}. Note it in unscale", 2)
    moved(that, them, (0, 0, 0), words)
    scaler, (them, optimizer) = Scaler(4.0, 2.0, 0.5, 3), an_optimizer()
    give(them, [4.0, 4.0], 4.0)
    scaler.unscale(optimizer)
    give(them, [inf, 1.0], 1.0)
    words = "unscale met finite gradients, then one was set to inf: the step is made, by what unscale noted"
    that(made(that, scaler, optimizer, words), f"{words}. Look at gradients in unscale alone", 2)


@check("08-scaler")
def check_scaler(that, Scaler):
    scales_a_loss(that, Scaler)
    unscales_and_steps(that, Scaler)
    share_nothing(that, Scaler)
    skips(that, Scaler)
    follows_its_scale(that, Scaler)
    notes_what_it_met(that, Scaler)


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


def off_by(operations, x: np.ndarray, keep) -> float:
    exact = run(operations, x, lambda it: it)
    got = run(operations, x, half, keep)
    if not np.isfinite(got).all():
        return inf
    return peak(got - exact) / peak(exact)


def peak(values: np.ndarray) -> float:
    return float(np.abs(values).max())


def fewest(
    operations, x: np.ndarray, most_error: float, error=off_by, best=min, sizes=slice(None)
) -> list[str]:
    """The smallest set whose error is within the bound, and of these the ``best``; only these ``sizes`` are tried."""
    names = [name for name, _ in operations]
    for k in range(len(names) + 1)[sizes]:
        found = [(error(operations, x, some), some) for some in itertools.combinations(names, k)]
        if within := [it for it in found if it[0] <= most_error]:
            return list(best(within)[1])
    return []


def measured(measure, nan_passes: bool = False):
    """An error of a set, by a ``measure`` (result, exact), which may be mistaken."""

    def error(operations, x: np.ndarray, keep) -> float:
        y, exact = run(operations, x, half, keep), run(operations, x, lambda it: it)
        if not np.isfinite(y).all():
            return -1.0 if nan_passes and np.isnan(y).any() else inf
        with np.errstate(all="ignore"):
            return float(measure(y, exact))

    return error


def relative(y: np.ndarray, exact: np.ndarray) -> float:
    return peak(y - exact) / peak(exact)


def rows_of(values: np.ndarray) -> np.ndarray:
    return np.abs(values).reshape(len(values), -1).max(axis=1)


MEASURES = [  # a mistaken error of (result, exact), the words
    (lambda y, exact: peak(y - exact), "that is an absolute error; divide by the largest |exact|"),
    (lambda y, exact: peak((y - exact) / exact), "divide by the largest |exact|, not each by its own"),
    (lambda y, exact: peak(y - exact) / exact.max(), "it is the largest |exact|, not the largest exact"),
    (lambda y, exact: peak(y - exact) / abs(exact.max()), "take |exact| first, and the largest of it then"),
    (lambda y, exact: (y - exact).max() / peak(exact), "deviations below count, too: |result - exact|"),
    (lambda y, exact: abs((y - exact).max()) / peak(exact), "take |result - exact| first, its maximum then"),
    (lambda y, exact: abs(peak(y) - peak(exact)) / peak(exact), "subtract first, and take the largest then"),
    (lambda y, exact: peak(np.abs(y) - np.abs(exact)) / peak(exact), "subtract first: a flipped sign counts"),
    (lambda y, exact: peak(y - exact) / np.ptp(exact), "divide by the largest |exact|, not by the range"),
    (lambda y, exact: peak(y - exact) / peak(y), "divide by the largest |exact|, not by the result's"),
    (lambda y, exact: peak(y - exact) / max(1, peak(exact)), "results may be far below 1: no max(1, …)"),
    (lambda y, exact: peak(y - exact) / (peak(exact) + 1e-3), "add nothing to the largest |exact|"),
    (
        lambda y, exact: peak(y - exact) / np.abs(exact).mean(),
        "divide by the largest |exact|, not by the mean",
    ),
    (lambda y, exact: np.abs(y - exact).mean() / np.abs(exact).mean(), "the largest counts, not the mean"),
    (lambda y, exact: np.abs(y - exact).mean() / peak(exact), "the largest counts, not the mean"),
    (lambda y, exact: np.linalg.norm(y - exact) / np.linalg.norm(exact), "the largest counts, not a norm"),
    (lambda y, exact: relative(y, exact) ** 2, "that is a squared error"),
    (lambda y, exact: 100 * relative(y, exact), "most_error is a fraction, not in %"),
    (lambda y, exact: (rows_of(y - exact) / rows_of(exact)).max(), "over all elements, not row by row"),
    (lambda y, exact: (rows_of(y - exact) / rows_of(exact)).mean(), "over all elements, not row by row"),
    (lambda y, exact: relative(y[0], exact[0]), "over all elements, not in one row"),
    (lambda y, exact: relative(y[-1], exact[-1]), "over all elements, not in one row"),
    (lambda y, exact: relative(half(y), exact), "the result itself isn't rounded once more"),
    (lambda y, exact: relative(y, half(exact)), "exact is without half"),
]


def one_by_one(operations, x: np.ndarray, most: float) -> list[str]:
    """Greedy: the best one more, until it is enough."""
    names, kept = [name for name, _ in operations], []
    while off_by(operations, x, kept) > most:
        rest = [n for n in names if n not in kept]
        kept.append(min(rest, key=lambda it: off_by(operations, x, [*kept, it])))
    return kept


def dropped(operations, x: np.ndarray, most: float, best: bool) -> list[str]:
    """Greedy: all, then one less (the first that can be spared, or the best), as long as it is enough."""
    kept = [name for name, _ in operations]
    while True:
        less = [(off_by(operations, x, [n for n in kept if n != it]), it) for it in kept]
        spared = [it for it in less if it[0] <= most]
        if not spared:
            return kept
        kept.remove((min(spared) if best else spared[0])[1])


def worst_first(operations, x: np.ndarray, most: float) -> list[str]:
    names, kept = [name for name, _ in operations], []
    ranked = sorted(names, key=lambda it: off_by(operations, x, [n for n in names if n != it]))
    while off_by(operations, x, kept) > most:
        kept.append(ranked.pop())
    return kept


def bad_alone(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    return [it for it in names if off_by(operations, x, [n for n in names if n != it]) > most]


def bad_without(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    right = off_by(operations, x, []) <= most
    return [] if right else [it for it in names if off_by(operations, x, [it]) > most]


def complement(operations, x: np.ndarray, most: float) -> list[str]:
    right = fewest(operations, x, most)
    return [name for name, _ in operations if name not in right]


def best_of_all(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    every = [some for k in range(len(names) + 1) for some in itertools.combinations(names, k)]
    return list(min(every, key=lambda some: off_by(operations, x, some)))


def up_to(operations, x: np.ndarray, most: float) -> list[str]:
    names = [name for name, _ in operations]
    return next(names[:k] for k in range(len(names) + 1) if off_by(operations, x, names[:k]) <= most)


def within(**other):
    return lambda operations, x, most: fewest(operations, x, most, **other)


EVERY = "Try sets of every size, from none (return []) to all"
GREEDY = "one at a time isn't enough: the best single one need not be in the smallest set, and errors cancel"
STAY_MISTAKES = [  # what it makes of (operations, x, most_error), the words, a hint
    *[(within(error=measured(measure)), words, 1) for measure, words in MEASURES],
    (
        within(error=measured(relative, nan_passes=True)),
        "a result with NaN in it is no result: its error is inf",
        2,
    ),
    (
        lambda ops, x, most: fewest(ops, x, np.nextafter(most, 0)),
        "an error of just most_error is allowed: <=",
        1,
    ),
    (
        lambda ops, x, most: fewest(ops, x, most) or [one_best(ops, x)],
        f"Nothing may have to stay. {EVERY}",
        1,
    ),
    *[(within(sizes=slice(0, k)), f"{EVERY}; yours end too early", 1) for k in (2, 3, 4, 5, -1)],
    (complement, "these may be half; return those that stay", 1),
    (lambda ops, x, most: [name for name, _ in ops], "fewest first: you keep all", 1),
    (best_of_all, "fewest first: you take the smallest error of all sets", 1),
    (
        within(best=lambda found: found[0]),
        "of equally few, take those with the smallest error, not the first",
        3,
    ),
    (
        within(best=lambda found: found[-1]),
        "of equally few, take those with the smallest error, not the last",
        3,
    ),
    (within(best=max), "of equally few, take those with the smallest error, not the largest", 3),
    (bad_alone, "you take those that are over the bound if they alone are half", 2),
    (bad_without, "you take those without which the rest is over the bound", 2),
    (up_to, "you keep all up to some place; fewer are enough", 3),
    (one_by_one, GREEDY, 3),
    (lambda ops, x, most: dropped(ops, x, most, best=False), f"you drop while you can; {GREEDY}", 3),
    (lambda ops, x, most: dropped(ops, x, most, best=True), f"you drop while you can; {GREEDY}", 3),
    (worst_first, "worst first isn't fewest: errors add up, and cancel", 3),
]


def one_best(operations, x: np.ndarray) -> str:
    return min((off_by(operations, x, [name]), name) for name, _ in operations)[1]


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
    "largest": "one element of many is too large",
    "below": "one element is too small, all others slightly too large",
    "apart": "large numbers added and taken away, twice",
    "all": "squares that overflow, their sum, and twice that",
    "none": "nothing has to stay",
    "shifted": "a large number added and taken away",
    "small row": "a row near 1,000, and one near 0.01 that is far off by itself",
    "small": "results below 0.001",
    "flipped": "results of the right size and the wrong sign",
    "beyond": "results just above 65,504, where half is infinite",
    "nan first": "0 / 0 in half, where the exact element is next to 0; the first sets of a size have NaN",
    "names": "one name is part of another, and keep holds whole names",
    "four": "six operations, the last four of which are each over the bound",
    "six": "six operations, each over the bound",
}


@check("08-stays")
def check_stays(that, must_stay):
    def answer(case, words: str) -> list[str]:
        operations, x, most = case
        names, given, its_x = [name for name, _ in operations], list(operations), x.copy()
        got = must_stay(given, its_x, half, most)
        nothing = f"{words}: nothing came back. {EVERY} {len(names)}, with which the error is 0"
        that(got is not None, f"{nothing}, and return the first that will do", 1)
        kind = type(got).__name__
        that(isinstance(got, list), f"{words}: a list of names is asked; yours is a {kind}", 1)
        that(given == operations and np.array_equal(its_x, x), "your code changed operations or x", 1)
        strange = [it for it in got if not isinstance(it, str) or it not in names]
        those = ", but of an earlier call's: keep nothing" * (bool(tried) and set(map(str, strange)) <= seen)
        that(not strange, f"{words}: {strange} are no names of these operations{those}", 1)
        seen.update(names)
        return got

    cases = [
        (kind, chain(np.random.default_rng([seed, len(kind)]), kind)) for kind in KINDS for seed in range(3)
    ]
    tried, seen = [], set()  # of each case the words, what is right, what came; names so far
    for kind, case in cases:
        names = [name for name, _ in case[0]]
        words = f"{SAID[kind]} ({', '.join(names)}, most_error {case[2]:.3g})"
        tried.append((words, fewest(*case), answer(case, words)))
    wrong = [i for i, (_, right, got) in enumerate(tried) if got != right]
    if not wrong:
        return
    words, right, got = tried[wrong[0]]
    case = cases[wrong[0]][1]
    that(sorted(got) != sorted(right), f"{words}: {right}, in the operations' order; yours {got}", 1)
    kept = f"{words}: twice the same input, {got} and then another result: keep nothing between calls"
    that(answer(case, words) == got, kept, 1)
    error, least = off_by(*case[:2], got), off_by(*case[:2], right)
    words = f"{words}: {right} stay; yours, {got}, leaves an error of {error:.3g}"
    unkept = all(not its for _, _, its in tried)
    that(
        not unkept,
        f"{words}. Yours never keeps any: does run get the names that stay? Is exact without half?",
        2,
    )
    fitting = {
        what: hint
        for mistake, what, hint in STAY_MISTAKES
        if all(sorted(mistake(*it)) == sorted(its) for (_, it), (_, _, its) in zip(cases, tried, strict=True))
    }
    what, hint = " Or: ".join(fitting), max(fitting.values(), default=2)
    that(not fitting, f"{words}. All {len(cases)} of your results fit this mistake: {what}", hint)
    that(error <= case[2], f"{words}: over the bound", 2)
    that(len(got) <= len(right), f"{words}: fewer are enough, with {least:.3g}", 3)
    that(False, f"{words}; of equally few those with the smallest error stay, with {least:.3g}", 3)


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


GOOD_SCALE = 2.0**16  # for each format of deltas and gradients


def what_fails(formats: dict, scale: float, skips: int) -> str:
    """Which tensors, or the scale: what mends it when it alone is put right, or with one other thing."""

    def told(name: str, its_scale: float) -> str:
        """Is it enough to put ``name`` into fp32?"""
        better = accuracy(formats | {name: "fp32"}, its_scale)[0] if formats[name] != "fp32" else 0
        if better < AT_LEAST:
            return ""
        return f"With {name} in fp32 it is {better:.1f}%, so {name} in {formats[name]} won't do: {WHY[name]}"

    small = scale < GOOD_SCALE
    what = f"The scale, {scale:g}, is too {'small' if small else 'large'}"
    flush = (
        "deltas or gradients flush to 0"
        if small
        else f"deltas or gradients overflow, in {skips} of 160 steps"
    )
    for name in ("variance", "momentum", "weights"):
        if words := told(name, scale):
            return words
    if (better := accuracy(formats, GOOD_SCALE)[0]) >= AT_LEAST:
        return f"{what}: {flush}. With 2.0**16 it is {better:.1f}%"
    for name in ("variance", "momentum", "weights"):
        if words := told(name, GOOD_SCALE):
            return (
                f"Two things fail. {what}: {flush}. {words.replace('it is', 'and the scale 2.0**16 it is')}"
            )
    for name in ("deltas", "gradients", "activations"):
        if words := told(name, scale):
            return words
    state = {name: formats[name] for name in ("weights", "momentum", "variance")}
    if accuracy(formats | dict.fromkeys(state, "fp32"), GOOD_SCALE)[0] >= AT_LEAST:
        return f"At least two fail of what isn't scaled, {state}: try one of them at a time, the rest in fp32"
    return "Several tensors fail: begin with all in fp32, and try one at a time"


@check("08-design")
def check_design(that, plan):
    that(
        callable(plan),
        f"plan is a function that returns (formats, scale); yours is a {type(plan).__name__}",
        1,
    )
    got = plan()
    pair = "return a tuple (formats, scale): a dict and a number"
    count = f" of {len(got)}" if isinstance(got, tuple | list) else ""
    that(
        isinstance(got, tuple | list) and len(got) == 2, f"{pair}; yours is a {type(got).__name__}{count}", 1
    )
    formats, scale = got
    try:
        as_plan(formats, scale)
    except BadPlan as error:
        that(False, str(error), 1)
    that(plan() == got, "plan returns something else when it is called a second time", 1)
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
