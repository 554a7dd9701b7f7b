"""The visible checks of lab 11: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import torch

from utils.by_hand import ByHand, as_array, whole
from utils.ch11 import lab
from utils.ch11.design import BUDGET, BadPlan, from_table, right_on_validation, store, table
from utils.checks import check


def takes(function: Callable, *arguments, **options) -> bool:
    """Whether ``function`` can be called so: it does as long as its first line is the stub's."""
    try:
        inspect.signature(function).bind(*arguments, **options)
    except TypeError:
        return False
    except ValueError:  # one written in C, which doesn't say
        pass
    return True


def from_a_cell(error: Exception) -> bool:
    """Whether an error, in the frame that caught it, came from a notebook's line and not from the call."""
    return any("ipykernel" in frame.filename for frame in traceback.extract_tb(error.__traceback__)[1:])


@check("11-range")
def check_range(that, affine):
    def expect(low, high, bits, symmetric=None):
        steps = 2**bits - 2 if symmetric else 2**bits - 1
        first, last = (-(steps // 2), steps // 2) if symmetric else (0, steps)
        a, wide = max(abs(low), abs(high)), max(high, 0.0) - min(low, 0.0)
        right = (2 * a if symmetric else wide) / steps
        options = {} if symmetric is None else {"symmetric": symmetric}
        now = f"affine({low!r}, {high!r}, {bits}" + f", symmetric={symmetric}" * len(options) + ")"
        with ByHand("quantize"):
            got = affine(low, high, bits, **options)
        two = isinstance(got, tuple | list) and len(got) == 2
        that(two, f"{now}: return (scale, zero_point); you returned {got!r}", 1)
        number = np.ndim(got[0]) == 0 and not isinstance(got[0], str)
        scale = float(got[0]) if number else np.nan
        usable = np.isfinite(scale) and scale > 0
        that(usable, f"{now}: a scale is a float above 0; yours is {got[0]!r}", 3 if number else 1)
        zero = whole(got[1])
        words = f"{now}: a zero point is a whole number, an int; yours is {got[1]!r}"
        that(zero is not None, words, 2)
        if right == 0:
            words = f"{now}: the scale would be 0, so return 1.0 and 0; you return {scale:g} and {zero}"
            that((scale, zero) == (1, 0), words, 3)
            return
        grid = f"the integers {first} to {last} are {steps} steps"
        width = f"{2 * a if symmetric else wide:g}"
        that(
            np.isclose(scale, right, rtol=1e-5, atol=0),
            f"{now}: {grid}, the range is {width} wide: the scale is {right:.6g}; yours is {scale:.6g}",
            1,
        )
        inside = first <= zero <= last
        words = f"{now}: your zero point, {zero}, isn't among {first} … {last}: 0 has no integer"
        that(inside, words, 2)
        that(not symmetric or zero == 0, f"{now}: symmetric has its zero point at 0; yours is {zero}", 3)
        x = np.linspace(low, high, 1001)
        back = scale * (np.clip(np.round(x / scale) + zero, first, last) - zero)
        at = int(np.argmax(np.abs(back - x)))
        off = abs(back[at] - x[at]) / scale
        words = f"{now}, with your {scale:.4g} and {zero}: {x[at]:.5g} comes back as {back[at]:.5g}"
        that(off <= 0.5001, f"{words}, {off:.2f} steps away. Half a step is the most", 2)

    as_the_stub = takes(affine, 0.0, 1.0, 8, True) and takes(affine, 0.0, 1.0, 8, symmetric=True)
    that(as_the_stub, "affine takes (low, high, bits, symmetric=False): leave its first line as it was", 1)
    expect(-1.0, 2.0, 2)
    expect(-1.0, 14.0, 4, False)
    for low, high in ((-0.9, 2.1), (-2.2, 0.8), (0.0, 3.0), (-3.0, 0.0), (-1.37, 5.21), (-0.024, 0.017)):
        for bits in (2, 3, 4, 8):
            expect(low, high, bits, False)
            expect(low, high, bits, True)
    for low, high in ((2.0, 5.0), (-5.0, -2.0), (4.0, 4.0), (-1e-9, 2e-9), (-7e8, 3e7), (-1.0, 1.0)):
        for bits in (2, 5, 8):
            expect(low, high, bits, False)
            expect(low, high, bits, True)
    for low, high in ((-2e-12, 1e-12), (0.0, 3e-20), (-1e-30, 2e-30)):  # narrow, and ranges all the same
        expect(low, high, 8, False)
        expect(low, high, 8, True)
    for low, high in ((0.0, 0.0), (-0.0, 0.0), (0.0, 5e-324), (-5e-324, 0.0)):
        expect(low, high, 8, False)
        expect(low, high, 8, True)


def by_channel(w: np.ndarray, bits: int, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """(q, scale) as exercise 2 asks for them, in float64."""
    n, first = 2 ** (bits - 1) - 1, np.moveaxis(w.astype(np.float64), axis, 0)  # (channels, …)
    largest = np.abs(first).max(axis=tuple(range(1, w.ndim)))
    scale = np.where(largest > 0, largest / n, 1.0)
    q = np.round(first / scale.reshape(-1, *[1] * (w.ndim - 1))).astype(int)
    return np.moveaxis(q, 0, axis), scale


@check("11-channels")
def check_channels(that, quantize, dequantize):
    def expect(shape, axis, bits, zeros=False, dtype=np.float64):
        w = lab.channel_weights(rng, shape, axis, bits, zeros, dtype)
        q, scale = by_channel(w, bits, axis)
        n, now, given = 2 ** (bits - 1) - 1, f"quantize, w {shape}, axis {axis}, {bits} bits", w.copy()
        given.flags.writeable = False
        with ByHand("quantize"), np.errstate(all="ignore"):
            got = quantize(given, bits, axis)
        two = isinstance(got, tuple | list) and len(got) == 2
        that(two, "quantize: return two arrays, (q, scale)", 1)
        that(np.array_equal(given, w), f"{now}: w has changed, which belongs to the caller", 2)
        mine, yours = map(as_array, got)
        words = f"{now}: there are {len(scale)} channels"
        that(yours.shape == scale.shape, f"{words}, the scales are {scale.shape}; yours are {yours.shape}", 1)
        if not (close := np.isclose(yours, scale, rtol=1e-5, atol=0)).all():
            k = int(np.argmin(close))
            row = np.moveaxis(w, axis, 0)[k]
            words = (
                f"{now}: channel {k} runs from {row.min():.4g} to {row.max():.4g}, and n is {n}: its scale"
            )
            hint = 1 if len(set(shape)) < len(shape) else 2
            that(False, f"{words} is {scale[k]:.5g}; yours is {yours[k]:.5g}", hint)
        that(mine.shape == shape, f"{now}: q has w's shape; yours is {mine.shape}", 2)
        that(mine.dtype == np.int8, f"{now}: q is of type int8; yours is {mine.dtype}", 1)
        if not np.array_equal(mine, q):
            at = tuple(map(int, np.argwhere(mine != q)[0]))
            words = f"{now}: w{list(at)} is {w[at] / scale[at[axis]]:.3f} of its channel's steps"
            that(False, f"{words}, so q is {q[at]}; yours is {mine[at]}", 2)
        expect_back(q, scale * np.arange(1, len(scale) + 1), axis)
        other = 0 if axis % len(shape) else -1  # the same channels on another axis
        expect_back(np.moveaxis(q, axis, other), scale, other)

    def expect_back(q, scale, axis):
        right = np.moveaxis(np.moveaxis(q, axis, -1) * scale, -1, axis)
        given, steps, now = q.astype(np.int8), scale.copy(), f"dequantize, q {q.shape}, axis {axis}"
        with ByHand("quantize"):
            got = dequantize(given, steps, axis)
        that(got is not None, "dequantize returned nothing", 1)
        same = np.array_equal(given, q) and np.array_equal(steps, scale)
        that(same, f"{now}: q or scale has changed, which belong to the caller", 2)
        got = as_array(got)
        that(got.shape == q.shape, f"{now}: it has q's shape; yours is {got.shape}", 3)
        if not (close := np.isclose(got, right, rtol=1e-5, atol=0)).all():
            at = tuple(map(int, np.argwhere(~close)[0]))
            words = f"{now}: q{list(at)} is {q[at]}, its channel's scale {scale[at[axis]]:.4g}"
            that(False, f"{words}: {right[at]:.4g}; yours is {got[at]:.4g}", 1)

    rng, line = np.random.default_rng(0), "leave its first line as it was"
    that(takes(quantize, rng, 8, axis=0), f"quantize takes (w, bits, axis): {line}", 1)
    that(takes(dequantize, rng, rng, axis=0), f"dequantize takes (q, scale, axis): {line}", 1)
    for shape, axis in [((3, 4), 0), ((3, 4), 0), ((3, 4), 1), ((5, 5), 0), ((5, 5), 1), ((6,), 0)]:
        expect(shape, axis, 4 if shape == (5, 5) else 8)
    for case in (((4, 2, 3, 3), 0, 8), ((3, 3, 2, 4), -1, 8), ((3, 3, 3, 3), -2, 3), ((3, 3, 3), 1, 2)):
        expect(*case)
    expect((4, 3), 0, 8, zeros=True)
    expect((5, 2, 2), -3, 3, dtype=np.float32)
    expect((1, 7), 0, 6)
    expect((40, 50), 1, 8, zeros=True, dtype=np.float32)


@check("11-integers")
def check_integers(that, fixed_point, integer_linear):
    def expect_point(factors):
        given = np.array(factors, np.float64)
        with ByHand("quantize"):
            got = fixed_point(given)
        that(isinstance(got, tuple | list) and len(got) == 2, "fixed_point: return (m0, shift)", 1)
        got = [as_array(value) for value in got]
        for now, value in zip(("fixed_point: m0", "fixed_point: shift"), got, strict=True):
            that(value.shape == given.shape, f"{now} is {given.shape}; yours {value.shape}", 2)
            that(value.dtype == np.int64, f"{now} holds int64; yours {value.dtype}", 1)
        that(np.array_equal(given, factors), "fixed_point changes factor, which isn't yours", 2)
        for factor, m0, shift in zip(factors, *(value.tolist() for value in got), strict=True):
            right = next(s for s in range(-40, 110) if round(Fraction(factor) * Fraction(2) ** s) >= 2**30)
            mine = round(Fraction(factor) * Fraction(2) ** right)
            words = f"fixed_point of {factor!r}: m0 is {mine}, shift {right}; yours {m0}, {shift}"
            that(m0 != 2**31, f"{words}. 2**31 needs a bit more than int32 has", 2)
            that((m0, shift) == (mine, right), words, 3)

    def expect(case, why):
        plain = [value.tolist() if isinstance(value, np.ndarray) else value for value in case]
        x, x_zero, w, b, m0, shift, y_zero = plain  # Python's own whole numbers: they have no end

        def sums(i, j):
            return sum((u - x_zero) * v for u, v in zip(x[i], w[j], strict=True)) + b[j]

        raw = np.zeros((len(x), len(b)), object)
        for i, j in np.ndindex(raw.shape):
            raw[i, j] = ((sums(i, j) * m0[j] + 2 ** (shift[j] - 1)) >> shift[j]) + y_zero
        right = np.clip(raw, 0, 255).astype(int)
        given = lab.watched(case)
        with lab.OnIntegers("quantize"), np.errstate(all="ignore"):
            got = integer_linear(*given)
        that(got is not None, "integer_linear returned nothing", 1)
        got, now = as_array(got), f"integer_linear, {why}"
        that(got.shape == right.shape, f"{now}: y is {right.shape}; yours is {got.shape}", 3)
        that(got.dtype == np.uint8, f"{now}: y is uint8; yours is {got.dtype}", 1)
        same = all(np.array_equal(old, new) for old, new in zip(case, given, strict=True))
        that(same, f"{now}: an argument has changed, which belongs to the caller", 2)
        if (wrong := np.argwhere(got != right)).size:
            i, j = map(int, wrong[0])
            acc, exact = sums(i, j), Fraction(sums(i, j) * m0[j], 2 ** shift[j])
            words = f"{now}, image {i}, output {j}: acc {acc:,}, acc · m0 / 2**shift {float(exact):.4f}"
            words += " (less a hair, which no float holds)" * (exact.denominator > 2**53)
            words += f", so y is {raw[i, j]}" + f", clipped {right[i, j]}" * int(raw[i, j] != right[i, j])
            that(False, f"{words}; yours is {got[i, j]}", 1)

    words = "leave the first lines of fixed_point and integer_linear, and their arguments, as they were"
    that(takes(fixed_point, 1) and takes(integer_linear, *range(7)), words, 1)
    expect_point([0.75, 0.5, 0.3, 1.0, 3.7, 0.0012, 1e-6, 1e-12, 100.0])
    expect_point([1 - 2.0**-40, 2 - 2.0**-45, 0.25 - 2.0**-36, 2.0**-20, 0.1, 0.7])
    expect_point(np.random.default_rng(1).uniform(1e-5, 2, 40).tolist())
    x, w, b = np.array([[3, 9]], np.uint8), np.array([[10, -4]], np.int8), np.array([7], np.int32)
    expect((x, 5, w, b, np.array([3 * 2**29]), np.array([33]), 100), "one image, two inputs")
    rng, ends = np.random.default_rng(9), ({"zeros": (0, 255)}, {"zeros": (255, 0)})
    for options in ({}, {}, {}, *ends, {"batch": 4, "k": 300}, {"batch": 4, "k": 2000}):
        expect(
            case := lab.layer_case(rng, **options),
            f"{case[0].shape[1]} inputs, zero points {case[1]} and {case[6]}",
        )


@check("11-observer")
def check_observer(that, Observer):
    def state(observer, now):
        missing = [name for name in ("low", "high", "batches") if not hasattr(observer, name)]
        that(not missing, f"{now}: your observer has no {', no '.join(missing)}", 1)
        return observer.low, observer.high, observer.batches

    def expect(batches, why, **options):
        percentile, momentum = options.get("percentile", 100.0), options.get("momentum")
        observer, other = Observer(**options), Observer()
        got = state(observer, "a new one")
        that(got == (None, None, 0), f"a new observer has low None, high None, batches 0; yours {got}", 1)
        lows, highs = [], []
        for count, x in enumerate(batches, 1):
            now, given = f"{why}, {options}, after batch {count} of shape {x.shape}", x.copy()
            place = np.array([100 - percentile, percentile]) / 100 * (x.size - 1)
            low, high = np.interp(place, np.arange(x.size), np.sort(x, axis=None))
            lows, highs = [*lows, low], [*highs, high]
            observer.observe(given)
            that(np.array_equal(given, x), f"{now}: x has changed, which belongs to the caller", 1)
            given.fill(255 if x.dtype == np.uint8 else 1e6)  # the caller's next batch
            ends = min(lows), max(highs)
            if momentum is not None:
                shares = (1 - momentum) ** np.arange(count)[::-1]
                shares[1:] *= momentum
                ends = shares @ lows, shares @ highs
            got = state(observer, now)
            that(got[2] == count, f"{now}: batches is {count}; yours is {got[2]}", 1)
            for name, mine, yours in zip(("low", "high"), ends, got, strict=False):
                words = f"{now}: {name} should be {mine:.5f}; yours is {yours}"
                that(as_array(yours).ndim == 0 and as_array(yours).dtype.kind in "iuf", words, 1)
                that(np.isclose(float(yours), mine, rtol=1e-5, atol=1e-5), words, 2)
            other.observe(np.full(3, -100.0 * count))  # a second observer, with a state of its own
            that(other.low == -100 * count, f"{why}: of two observers, one changes the other", 1)

    def each(batches, why, *settings):
        for options in settings:
            expect(batches, why, **options)

    as_the_stub = takes(Observer, 99.0, 0.1) and takes(Observer, percentile=99.0, momentum=0.1)
    that(as_the_stub, "Observer takes (percentile=100.0, momentum=None): leave that as it was", 1)
    rng = np.random.default_rng(0)
    plain, half, steps = {}, {"momentum": 0.5}, [np.array(x) for x in ([5.0, 7], [6.0, 9], [4, 6.5])]
    each(steps, "5…7, 6…9, 4…6.5", plain, half)
    for momentum in (0.1, 0.3, 0.0, 1.0):
        expect(lab.batches_that_move(rng), "six batches", momentum=momentum)
    expect([-x for x in lab.batches_that_move(rng)], "six batches below 0")
    for percentile in (99.0, 75.0, 99.9):
        settings = {"percentile": percentile}, {"percentile": percentile, "momentum": 0.2}
        each(lab.batches_that_move(rng), "six batches", *settings)
    each(lab.batches_in_order(rng), "12,000 values", plain, half, {"percentile": 99.99})
    each([*steps, np.zeros((2, 3)), *steps], "a batch of zeros", plain, half)
    each(lab.batches_of_images(rng), "images of uint8", plain, half)
    relu = [np.array(x) for x in ([0.0, 4.0], [1.0, 6.0], [0.5, 3.0], [-4.0, 0.0])]
    each(relu, "0…4, 1…6, 0.5…3, −4…0", half)
    each([-x for x in relu], "−4…0, −6…−1, −3…−0.5, 0…4", half)
    for options in (plain, {"percentile": 99.0, "momentum": 0.1}):
        kept, more = lab.memory(Observer, rng, **options)
        that(kept <= 30, f"after hundreds of batches your observer holds {kept} numbers: 3 are enough", 1)
        that(more <= 400, f"50 batches more, and {more:,} bytes more are kept: 3 numbers are enough", 1)


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
        that(float(steps[at]) < 1e-3, f"{words} {float(right[at]):.5g}; yours is {float(value[at]):.5g}", 2)
        that(got.requires_grad, f"{now}: no gradient gets through: the result is cut off from w", 1)
        return given, got, (q >= q_min) & (q <= q_max), q

    def back(given, got, inside, q, q_min, q_max, now):
        arrives = torch.tensor(rng.normal(size=tuple(got.shape)) + 3, dtype=got.dtype)
        with ByHand("quantize"):
            try:
                got.backward(arrives)
            except Exception as error:  # PyTorch's own have no line of the answer's to point to
                that(from_a_cell(error), f"{now}: backward raises {error}", 1)
                raise
        that(given.grad is not None, f"{now}: no gradient arrives at w", 1)
        right = arrives * inside
        wrong = ~torch.isclose(given.grad, right, rtol=1e-3, atol=1e-4)
        if wrong.any():
            at = tuple(int(i) for i in wrong.nonzero()[0])
            words = f"{now}: q is {int(q[at])} on a grid of {q_min} … {q_max}"
            words += f", {float(arrives[at]):.4f} arrives: w's gradient is {float(right[at]):.4f}"
            that(False, f"{words}; yours is {float(given.grad[at]):.4f}", 2)

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
            back(*three[k], q_min, q_max, f"{now}, after three calls backward of number {k + 1}")
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


@check("11-plan")
def check_plan(that, bit_plan):
    got = bit_plan()
    try:
        rows = table(got)
    except BadPlan as error:
        that(False, str(error), 1)
    that(np.array_equal(table(bit_plan()), rows), "bit_plan returns something else each time: decide", 1)
    stored, network = store(from_table(rows))
    right = right_on_validation(network)
    words = f"your plan stores {len(stored):,} bytes, and gets {right:.2f}% of the validation images right"
    that(len(stored) <= BUDGET, f"{words}: there is room for {BUDGET:,}", 2)
    that(right >= 97.7, f"{words}: 97.7% are asked, and can be had", 2 if right > 90 else 1)
