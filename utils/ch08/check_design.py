"""Lab 08's check of the design problem: a plan is trained, and what fails is found tensor by tensor."""

from __future__ import annotations

import numpy as np

from utils.ch08.design import MOST_BYTES, BadPlan, as_plan, cost, digits, trained
from utils.checks import check
from utils.data import load_mnist

AT_LEAST = 82.0  # of validation, in %: right plans reach 85, and one bad tensor leaves 79 or less


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
