"""Lab 08's check of a loss scaler: scales as plain numbers, bad gradients, what steps may change."""

from __future__ import annotations

from math import inf

import numpy as np
import torch

from utils.checks import check


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
