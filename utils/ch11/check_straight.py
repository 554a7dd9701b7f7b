"""Lab 11's check of a straight-through gradient."""

from __future__ import annotations

import math

import numpy as np
import torch

from utils.by_hand import ByHand
from utils.ch11 import lab
from utils.ch11.replies import from_a_cell, likely, takes
from utils.checks import check


def before_the_cut(w: torch.Tensor, scale, zero) -> torch.Tensor:
    """Whole numbers, where the grid has no ends yet; computed in float64."""
    zero = zero.long() if isinstance(zero, torch.Tensor) else zero
    return torch.round(w.double() / scale).long() + zero


@check("11-straight")
def check_straight(that, fake_quantize):
    def attempt(w, scale, zero, q_min, q_max, now):
        q = before_the_cut(w, scale, zero)
        given, kept = w.clone().requires_grad_(), w.clone()
        with ByHand("quantize"):
            got = fake_quantize(given, scale, zero, q_min, q_max)
        that(isinstance(got, torch.Tensor), f"{now}: return a tensor; you returned {type(got).__name__}", 1)
        that(torch.equal(given.detach(), kept), f"{now}: w has changed, which belongs to the caller", 1)
        that(got.shape == w.shape, f"{now}: the shape is {tuple(w.shape)}; yours is {tuple(got.shape)}", 1)
        that(got.dtype == w.dtype, f"{now}: the type is {w.dtype}; yours is {got.dtype}", 1)
        right, value = (q.clamp(q_min, q_max) - zero) * scale, got.detach()
        steps = ((value - right) / scale).abs()
        at = tuple(np.unravel_index(int(steps.argmax()), w.shape))
        words = f"{now}: {float(w[at]):.5g} is {int(q[at])} on the grid {q_min} … {q_max}, so it becomes"
        if float(steps[at]) >= 1e-3:
            why = likely(value.numpy(), at_ties(w, scale, zero, q_min, q_max, at), rtol=1e-4)
            why = why or likely(float(value[at]), values(w, scale, zero, q_min, q_max, at), rtol=1e-4)
            that(False, f"{words} {float(right[at]):.5g}; yours is {float(value[at]):.5g}{why}", 2)
        that(got.requires_grad, f"{now}: no gradient gets through: the result is cut off from w", 1)
        return given, got, (q >= q_min) & (q <= q_max), q, w.double() / scale + zero, scale

    def at_ties(w, scale, zero, q_min, q_max, at):
        """All values of an answer that differs from torch.round half-way between two integers, and nowhere else."""
        steps = w.double() / scale
        v, z = float(steps[at]), float(torch.as_tensor(zero).expand_as(w)[at])
        near = (
            torch.floor(steps + 0.5),
            torch.ceil(steps - 0.5),
            steps.sign() * torch.floor(steps.abs() + 0.5),
        )
        first = f"w / scale is {v:g}: round it first (to {round(v)}), then add the zero point"
        even = f"w / scale is {v:g}, half-way: torch.round takes the even one, {round(v)}"
        ways = [(torch.round(steps + zero), f"{first}; rounding {v + z:g} gives {round(v + z)}")]
        ways += [(it + zero, even) for it in near]
        for q, words in ways:
            yield (q.clamp(q_min, q_max) - zero) * scale, words

    def values(w, scale, zero, q_min, q_max, at):
        """What goes wrong on the way forward, and the value that comes of it."""
        s, z = (float(torch.as_tensor(it).expand_as(w)[at]) for it in (scale, zero))
        v = float(w[at]) / s
        q = round(v) + z

        def back(q):
            return (min(max(q, q_min), q_max) - z) * s

        yield float(w[at]), "that is w itself"
        yield (q - z) * s, "what is beyond a bound becomes that bound"
        for cut, words in ((math.floor, "rounded down"), (math.trunc, "cut off"), (math.ceil, "rounded up")):
            yield back(cut(v) + z), f"{words}, not to the nearest"
        yield back(round(v)), "the zero point is left out on the way there"
        yield min(max(q, q_min), q_max) * s, "the zero point is left out on the way back"
        yield min(max(round(v), q_min), q_max) * s, "the zero point is left out"
        yield min(max(q, q_min), q_max) - z, "the scale is left out on the way back"
        yield back(-max(-q, 1 - q_max)), "the grid goes from q_min on"
        for other in set(torch.as_tensor(scale).flatten().tolist()) - {s}:
            yield (min(max(round(float(w[at]) / other) + z, q_min), q_max) - z) * other, "another's scale"
        for other in set(torch.as_tensor(zero).flatten().tolist()) - {z}:
            yield (min(max(round(v) + other, q_min), q_max) - other) * s, "another's zero point"
            yield (min(max(round(v) + other, q_min), q_max) - z) * s, "another's zero point"

    def gradients(arrives, q, q_min, q_max, scale, at):
        """What goes wrong on the way back, and the gradient that comes of it."""
        g, s = float(arrives[at]), float(torch.as_tensor(scale).expand_as(arrives)[at])
        inside = q_min <= q <= q_max
        if inside:
            bound = "a weight at a bound wasn't cut off, and gets its gradient"
            yield 0.0, bound if q in (q_min, q_max) else "a weight inside gets its gradient"
            yield 1.0, "the mask alone: times what arrives"
            yield g * s, "times the scale: the two factors, 1 / scale and scale, cancel"
            yield g / s, "divided by the scale: the two factors, 1 / scale and scale, cancel"
            yield min(max(g, -1.0), 1.0), "what arrives is passed on as it is, not clamped"
            yield 2 * g, "what arrives comes twice"
            yield g / 2, "that is half of what arrives"
            yield g / arrives.numel() ** 0.5, "what arrives is passed on as it is, not divided"
        else:
            yield g, "a weight that was cut off gets none"
            yield 1.0, "a weight that was cut off gets none"
            for part in (0.01, 0.1, 0.5):
                yield part * g, f"a weight that was cut off gets none, not even {part:g} of what arrives"

    def back(given, got, inside, q, unrounded, scale, q_min, q_max, masks, now):
        arrives = torch.tensor(rng.normal(size=tuple(got.shape)) + 3, dtype=got.dtype)
        came = arrives.clone()
        with ByHand("quantize"):
            try:
                got.backward(came)
            except Exception as error:  # PyTorch's own have no line of the answer's to point to
                that(from_a_cell(error), f"{now}: backward raises {error}", 1)
                raise
        that(given.grad is not None, f"{now}: no gradient arrives at w", 1)
        words = (
            f"{now}: backward changes the gradient that arrives, which others may get, too: make a new one"
        )
        that(torch.equal(came, arrives), words, 1)
        right = arrives * inside
        wrong = ~torch.isclose(given.grad, right, rtol=1e-3, atol=1e-4)
        if wrong.any():
            inner = wrong & (q > q_min) & (q < q_max)  # what is at a bound may be wrong for many reasons
            at = tuple(int(i) for i in (inner if inner.any() else wrong).nonzero()[0])
            words = f"{now}: q is {int(q[at])} on a grid of {q_min} … {q_max}"
            words += f", {float(arrives[at]):.4f} arrives: w's gradient is {float(right[at]):.4f}"
            yours = float(given.grad[at])
            why = likely(yours, gradients(arrives, int(q[at]), q_min, q_max, scale, at), rtol=1e-3)
            if not why and inside[at]:
                why = ": what arrives is passed on as it is, as if the grid weren't there"
            if not given.grad.any():
                why = ": it is 0 everywhere, as the slope of a staircase is"
            others = [it for it in masks if not torch.equal(it, inside)]
            if any(torch.allclose(given.grad, arrives * it, rtol=1e-3, atol=1e-4) for it in others):
                why = ": that is the mask of another call"
            early = arrives * ((unrounded >= q_min) & (unrounded <= q_max))
            if torch.allclose(given.grad, early, rtol=1e-3, atol=1e-4):
                why = f": before rounding this was {float(unrounded[at]):.4g}"
                why += ", but what counts is q after rounding and before the clamp"
            that(False, f"{words}; yours is {yours:.4f}{why}", 2)

    rng, words = np.random.default_rng(0), "fake_quantize takes (w, scale, zero_point, q_min, q_max)"
    that(takes(fake_quantize, *range(5)), f"{words}: leave its first line as it was", 1)
    for shape, q_min, q_max, grain, dtype in (
        ((4, 5), 0, 7, "tensor", torch.float32),
        ((3, 8), -8, 7, "tensor", torch.float64),
        ((40,), 0, 255, "tensor", torch.float32),
        ((6, 4), -4, 3, "row", torch.float32),
        ((5, 5), -4, 3, "column", torch.float32),
        ((3, 2, 3, 3), 0, 15, "row", torch.float64),
        ((16,), -1, 1, "tensor", torch.float32),
    ):
        now = f"w {shape}, one scale a {grain}, {q_min} … {q_max}"
        cases = lab.three_cases(rng, shape, q_min, q_max, grain, dtype)
        three = [attempt(*case, q_min, q_max, now) for case in cases]
        for k in (1, 2, 0):
            masks = [inside for _, _, inside, *_ in three]
            number = ("first", "second", "third")[k]
            back(*three[k], q_min, q_max, masks, f"{now}, three calls, then the backward of the {number}")
    ties, now = lab.halves(rng), "w half-way between two integers, one scale, 0 … 15"
    back(*attempt(*ties, 0, 15, now), 0, 15, [], now)
    alone, *grid = lab.grid_weights(rng, (4, 6), 0, 7)
    w, scale, zero, (a, b, c) = case = lab.thrice_case(rng)
    with ByHand("quantize"):
        got, plain = lab.thrice(fake_quantize, *case), fake_quantize(alone, *grid, 0, 7)
    q = before_the_cut(w, scale, zero)
    right = a * ((q >= 2) & (q <= 5)) + b * ((q >= 0) & (q <= 7)) + c
    words = "w is used three times, on two grids and as it is: its gradient isn't the three parts' sum"
    that(torch.allclose(got, right, rtol=1e-3, atol=1e-4), words, 1)
    right = (before_the_cut(alone, *grid).clamp(0, 7) - grid[1]) * grid[0]
    fine = torch.allclose(plain, right, atol=1e-3 * grid[0])
    that(fine, "a w that needs no gradient has to come out right, too", 1)
