"""Lab 12's check of the design problem: the file that the choices build, tried out."""

from __future__ import annotations

import numpy as np

from utils.ch12 import lab
from utils.ch12.design import BadChoices, built, camera_images, checked
from utils.checks import check


@check("12-design")
def check_design(that, choices):
    got = choices()
    try:
        full = checked(got)
    except BadChoices as error:
        that(False, str(error), 1)
    that(checked(choices()) == full, "choices returns something else each time: decide", 1)
    x_val, shots = lab.validation()[0], camera_images()
    loud, weights = lab.largest("p1", x_val), lab.largest("w2", x_val)
    hot = [float(shots[full["images"]].max()), float(x_val.max())]
    file = built(full)
    right, left = lab.accuracy(file), full["float"]
    words = f"your choices make {len(file):,} bytes, and get {right:.2f}% of the validation images right"
    if len(file) > 40_000:
        sizes = {"conv2": 73_728, "dense": 64_000}
        large = [f"{n} alone has {sizes[n]:,} bytes of weights in float" for n in left if n in sizes]
        spent = f"{full['format']} spends {len(file) - 35_000:,} on scales, names and nodes"
        why = large[0] if large else spent
        that(False, f"{words}. There is room for 40,000: {why}", 3 if large else 2)
    if right < 96:
        step, small = loud.max() / 255, np.sort(loud)
        why = f"in p1, channels reach from {small[0]:.2g} to {small[-1]:,.0f}; one step of 8 bits is {step:.2g},"
        why = f"{why} and {np.mean(loud < step):.0%} of the channels are below it. Scales are set for"
        why = f"{why} everything from conv1 to gain1: which node makes these numbers large, and which undoes it?"
        that({"conv1", "gain1"} <= set(left), f"{words}. One reason: {why}", 2)
        why = f"conv2's weights reach {weights.max():.3g} in one channel,"
        why = f"{why} and {np.median(weights):.2g} in the middle one;"
        why = f"{why} one scale for all has steps of {weights.max() / 127:.2g}"
        that(full["per_channel"], f"{words}. One reason: {why}", 2)
        why = (
            f"pixels reach {hot[0]:,.0f} in calibration, and {hot[1]:.0f} on validation, and yours lets that"
        )
        cut = full["method"] == "Percentile" and full["percentile"] < 99.8
        that(hot[0] <= 1 or cut, f"{words}. One reason: {why} set ranges", 1)
        why = "Try fewer nodes in float, or other images"
        if full["method"] == "Percentile" and full["percentile"] < 99:
            why = f"A percentile of {full['percentile']:g} cuts off the largest values of every tensor"
        if {"relu1", "relu2"} & set(left):
            why = (
                "In float, a relu doesn't merge with its convolution: what lies below 0 takes up steps, too."
            )
            why = f"{why} Try fewer nodes in float"
        that(False, f"{words}; 96% are asked, and can be had. {why}", 3)
