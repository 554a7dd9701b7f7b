"""Lab 11's check of scale and zero point."""

from __future__ import annotations

import numpy as np

from utils.by_hand import ByHand, whole
from utils.ch11.replies import likely, takes
from utils.checks import check


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
        swapped = whole(got[0]) is not None and whole(got[1]) is None and got[1] == right
        that(not swapped, f"{now}: return (scale, zero_point), the scale first; you returned {got!r}", 1)
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
        why = likely(scale, scales(low, high, bits, symmetric, a, wide, steps))
        if not why and scale > right and right < 1e-6:
            why = ": a range as narrow as this has a scale like any other; add or set nothing for safety"
        that(
            np.isclose(scale, right, rtol=1e-5, atol=0),
            f"{now}: {grid}, the range is {width} wide: the scale is {right:.6g}; yours is {scale:.6g}{why}",
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
        nearest = round(-min(low, 0.0) / scale)
        if zero != nearest:
            words += f" (−low / scale is {-min(low, 0.0) / scale:.2f}: the nearest integer is {nearest})"
        that(off <= 0.5001, f"{words}, {off:.2f} steps away. Half a step is the most", 2)

    def scales(low, high, bits, symmetric, a, wide, steps):
        """What goes wrong with a scale, and the scale that comes of it."""
        ends = f"{min(low, 0.0):g} … {max(high, 0.0):g}"
        if low > 0 or high < 0:
            made = "it is made wider until it holds 0"
            if low == high:
                yield 1.0, f"a constant tensor is no tensor of zeros: {made}, {ends}"
            if not symmetric:
                yield (high - low) / steps, f"the range doesn't hold 0: {made}, {ends}"
                yield 2 * a / steps, f"{made}, {ends}, and no further on the other side"
        if symmetric:
            yield wide / (2**bits - 1), "symmetric is True here"
            yield a / (2**bits - 1), f"the integers are −{steps // 2} … {steps // 2}, not 0 … {2**bits - 1}"
            words = f"symmetric reaches as far below 0 as above it, to ±{a:g}"
            yield wide / steps, f"{words}, so it is {2 * a:g} wide"
            yield (high - low) / steps, f"{words}, so it is {2 * a:g} wide"
            yield abs(2 * high) / steps, f"{words}, the larger of |low| and |high|"
            yield 2 * a / (steps + 1), f"±{steps // 2} are {steps} steps, not {steps + 1}"
            yield 2 * a / (steps + 2), f"±{steps // 2} are {steps} steps, not {steps + 2}"
            yield a / steps, f"{steps} steps span both sides, {steps // 2} each"
        else:
            yield wide / (steps + 1), f"a fence of {steps + 1} posts has {steps} gaps"
            yield 2 * a / (steps - 1), "symmetric is False here"
        right, less = (2 * a, 2) if symmetric else (wide, 1)
        for b in range(2, 9):
            yield right / (2**b - less), f"that is the scale of {b} bits, and bits is {bits} here"
        for digits in range(8):
            yield round(right / steps, digits), f"it is rounded to {digits} digits"
        for eps in 10.0 ** -np.arange(4, 17):
            for value in (right / steps + eps, (right + eps) / steps):
                yield value, "a small number added for safety spoils it"
        if right < 1e-6:
            yield 1.0, "only where the scale would come out as 0 it is 1"

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
