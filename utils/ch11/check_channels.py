"""Lab 11's check of a scale for each channel."""

from __future__ import annotations

import numpy as np

from utils.by_hand import ByHand, as_array
from utils.ch11 import lab
from utils.ch11.replies import in_case, likely, takes
from utils.checks import check


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
        rule = f"a scale has to stand along axis {axis}"
        with ByHand("quantize"), np.errstate(all="ignore"), in_case(now, rule):
            got = quantize(given, bits, axis)
        two = isinstance(got, tuple | list) and len(got) == 2
        that(two, f"quantize: return two arrays, (q, scale); you returned {type(got).__name__}", 1)
        that(np.array_equal(given, w), f"{now}: w has changed, which belongs to the caller", 2)
        mine, yours = map(as_array, got)
        swapped = mine.shape == scale.shape and yours.shape == shape and w.ndim > 1
        that(not swapped, f"{now}: return (q, scale), q first; yours look like (scale, q)", 1)
        words = (
            f"{now}: there are {len(scale)} channels, so the scales are {scale.shape}; yours {yours.shape}"
        )
        if yours.size == 1:
            words += ": one for the whole tensor"
        elif yours.ndim > 1 and yours.size == len(scale):
            words += ": take the other dimensions away at the end"
        else:
            words += f": the largest is taken over all axes but axis {axis}"
        that(yours.shape == scale.shape, words, 1)
        if not (close := np.isclose(yours, scale, rtol=1e-5, atol=0)).all():
            k = int(np.argmin(close))
            row = np.moveaxis(w, axis, 0)[k].astype(np.float64)
            a = np.abs(row).max()
            why = likely(yours[k], channel_scales(row, a, n, w, scale * n))
            if not why and yours[k] > 0:
                why = f": with that its largest weight would be {a / yours[k]:.2f} steps from 0, not {n}"
            words = (
                f"{now}: channel {k} runs from {row.min():.4g} to {row.max():.4g}, and n is {n}: its scale"
            )
            hint = 1 if len(set(shape)) < len(shape) else 2
            that(False, f"{words} is {scale[k]:.5g}; yours is {yours[k]:.5g}{why}", hint)
        that(mine.shape == shape, f"{now}: q has w's shape; yours is {mine.shape}", 2)
        that(mine.dtype == np.int8, f"{now}: q is of type int8; yours is {mine.dtype}", 1)
        if not np.array_equal(mine, q):
            at = tuple(map(int, np.argwhere(mine != q)[0]))
            steps = w[at] / scale[at[axis]]
            words = f"{now}: w{list(at)} is {steps:.3f} of its channel's steps"
            ways = [(np.trunc(steps), "cut off where it is to be rounded")]
            ways += [(np.floor(steps), "rounded down, not to the nearest")]
            ways += [(np.ceil(steps), "rounded up, not to the nearest")]
            ways += [(np.trunc(steps + 0.5), "adding a half and cutting off is wrong below 0")]
            ways += [(-n - 1, f"−{n + 1} isn't on the grid: it goes from −{n} to {n}")]
            that(False, f"{words}, so q is {q[at]}; yours is {mine[at]}{likely(mine[at], ways)}", 2)
        expect_back(q, scale * np.arange(1, len(scale) + 1), axis, scale)
        other = 0 if axis % len(shape) else -1  # the same channels on another axis
        expect_back(np.moveaxis(q, axis, other), scale, other)

    def expect_back(q, scale, axis, earlier=()):
        right = np.moveaxis(np.moveaxis(q, axis, -1) * scale, -1, axis)
        given, steps, now = q.astype(np.int8), scale.copy(), f"dequantize, q {q.shape}, axis {axis}"
        with ByHand("quantize"), in_case(now, f"the scale {scale.shape} has to stand along axis {axis}"):
            got = dequantize(given, steps, axis)
        that(got is not None, "dequantize returned nothing", 1)
        same = np.array_equal(given, q) and np.array_equal(steps, scale)
        that(same, f"{now}: q or scale has changed, which belong to the caller", 2)
        got = as_array(got)
        that(got.shape == q.shape, f"{now}: it has q's shape; yours is {got.shape}", 3)
        if not (close := np.isclose(got, right, rtol=1e-5, atol=0)).all():
            at = tuple(map(int, np.argwhere(~close)[0]))
            words = f"{now}: q{list(at)} is {q[at]}, its channel's scale {scale[at[axis]]:.4g}"
            s = scale[at[axis]]
            ways = [(q[at], "the scale is left out"), (q[at] / s, "times the scale, not divided by it")]
            ways += [(q[at] * other, "that is another channel's scale") for other in scale if other != s]
            ways += [(np.int8(int(q[at] * s)), "int8 holds no fractions")] if abs(q[at] * s) < 127 else []
            ways += [(np.round(right[at], d), f"rounded to {d} digits") for d in range(8)]
            ways += [(q[at] * np.float64(np.float16(s)), "float16 holds three digits only")]
            ways += [(q[at] * old, "that is quantize's scale, not the one that is given") for old in earlier]
            why = likely(got[at], ways)
            that(False, f"{words}: it stands for {right[at]:.6g}; yours is {got[at]:.6g}{why}", 1)

    def channel_scales(row, a, n, w, around):
        """What goes wrong with a channel's scale, and the scale that comes of it."""
        if a == 0:
            yield 0.0, "a channel of zeros has scale 1, so that nobody divides by 0"
            yield np.nan, "a channel of zeros has scale 1, so that nobody divides by 0"
            return
        yield 1.0, "only a channel of zeros has scale 1"
        yield np.abs(w).max() / n, "that is the largest of the whole tensor, not of this channel"
        yield row.max() / n, f"its largest magnitude is that of a negative weight, {row.min():.4g}"
        yield a / (n + 1), f"{n + 1} is one too many: the largest weight becomes ±{n}"
        yield a / 127, f"n is {n} for these bits, not 127"
        yield np.ptp(row) / (2 * n), "half of the range isn't the largest magnitude"
        for other in around:
            yield other / n, "that is another channel's scale"
        yield np.abs(row).mean() / n, "that is the mean magnitude"
        yield row.std() / n, "that is the spread, not the largest magnitude"
        if a < 1e-6:
            for eps in 10.0 ** np.arange(-14, -3):
                words = "a channel as small as this has a scale like any other; add or set nothing for safety"
                for value in (eps, eps / n, (a + eps) / n, a / n + eps):
                    yield value, words

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
