"""Lab 12's check of predictions and explanations from profiles; each common mistake has a sentence."""

from __future__ import annotations

from copy import deepcopy

import numpy as np

from utils.ch12 import lab
from utils.checks import check


def near(mine, right) -> bool:
    number = isinstance(mine, int | float | np.number) and not isinstance(mine, bool)  # None is none
    return number and bool(np.isclose(float(mine), right, rtol=1e-6, atol=1e-6))


def as_said(got) -> str:
    """In a reply: five digits of a number, and anything else as it is."""
    return f"{got:.5g}" if isinstance(got, int | float | np.number) else f"{got!r:.60}"


def named(got, right: float, mistakes) -> str:
    """The sentence of the mistake that makes this number, if one does."""
    for words, value in mistakes:
        if value is not None and near(got, value):
            return f": {words}"
    digits = next((d for d in range(5) if near(got, round(right, d))), None)
    return "" if digits is None else f": rounded to {digits} digits; it is asked as it comes"


def not_medians(rows):
    """What else may be taken for a layer's time: (its name, {layer: µs})."""
    ways = {"the mean": np.mean, "the least": np.min, "the first run": lambda us: us[0], "the sum": np.sum}
    ways |= {"the mean without the first run": lambda us: np.mean(us[1:])}
    ways |= {"that of the others without the first run": lambda us: np.median(us[1:])}
    for words, of in ways.items():
        yield words, {row["layer"]: float(of(row["us"])) for row in rows}


def predict_mistakes(rows, times, macs, factor):
    total, part = sum(times.values()), sum(us for n, us in times.items() if n in macs)
    right = total / (total - part + part / factor)
    yield "that is the factor, as if all layers were in macs; the others take what they took", factor
    yield "that is the new time over the old one; above 1 is faster", 1 / right
    yield "that is a saving in percent; a speed-up is old time / new time", 100 * (1 - 1 / right)
    yield "the time of the others counts, too", total / max(part / factor, 1e-9)
    yield "the others took the factor, and those in macs didn't", total / (part + (total - part) / factor)
    yield (
        "the layers in macs took no time at all; theirs is 1 / factor of it",
        total / max(total - part, 1e-9),
    )
    for other in (2, 3, 4, 8):
        if other != factor:
            yield f"yours divides by {other}; factor is {factor}", total / (total - part + part / other)
    yield "that is the new time, not a speed-up", total / right
    yield "the sum is over layers, not their mean", right / len(times)
    weight = sum(macs.values())
    number = sum(n in macs for n in times) / len(times)
    shares = (("the layers' number", number), ("multiplications", weight / (weight + len(times) - len(macs))))
    for words, share in shares:
        yield f"the part of the time counts, not that of {words}", 1 / (1 - share + share / factor)
    for words, us in not_medians(rows):
        new = sum(t / factor if n in macs else t for n, t in us.items())
        yield f"a layer's time is the median of its us, not {words}", sum(us.values()) / new
    multiply = ("conv", "dense")
    new = sum(t / factor if n.startswith(multiply) else t for n, t in times.items())
    yield "macs says which layers, not their names", total / new


def explain_mistakes(key, right, fp32, int8, a, b):
    both = [b[n] - a[n] for n in a if n in b]
    by_place = [np.median(two["us"]) - np.median(one["us"]) for one, two in zip(fp32, int8, strict=False)]
    if key == "speed_up":
        yield "that is int8 / fp32; above 1 is faster", 1 / right
        shared = [n for n in a if n in b]
        yield (
            "all layers of both count, also those in one only",
            sum(a[n] for n in shared) / sum(b[n] for n in shared),
        )
        for (words, one), (_, two) in zip(not_medians(fp32), not_medians(int8), strict=True):
            said = f"a layer's time is the median of its us, not {words}"
            yield said, sum(one.values()) / sum(two.values())
        yield "that is a difference; a speed-up is a ratio", sum(a.values()) - sum(b.values())
        return
    parts = {
        "saved": [-d for d in both if d < 0],
        "lost": [d for d in both if d > 0],
        "removed": [us for n, us in a.items() if n not in b],
        "added": [us for n, us in b.items() if n not in a],
    }
    yield "no time is negative here", -right
    if key in ("saved", "lost"):
        sign = 1 if key == "lost" else -1
        pairs = sum(max(sign * off, 0) for off in by_place)
        yield "yours pairs rows by their place; pair layers by their names", pairs
    yield "all of its layers are summed up; that is the largest", max(parts[key], default=None)
    yield "that is how many layers there are, not their time", len(parts[key])
    yield (
        "that is what was saved less what was lost; they are apart",
        sum(parts["saved"]) - sum(parts["lost"]),
    )
    yield (
        "that is what was lost less what was saved; they are apart",
        sum(parts["lost"]) - sum(parts["saved"]),
    )
    for other, held in parts.items():
        if other != key:
            yield f"that is what {other!r} is", sum(held)
            yield f"what {other!r} counts isn't in it", right + sum(held)


def scaling_mistakes(a, b, stuck):
    total, kept = sum(a.values()), sum(a[n] for n in stuck)
    if not stuck:
        return
    yield "the times are those of one thread", sum(b.values()) / sum(b[n] for n in stuck)
    yield "the stuck layers stay at their time of one thread", total / sum(b[n] for n in stuck)
    yield "it is a speed-up: all layers' time over the stuck ones'", kept / total
    yield "that is what two threads could reach; here the others go to 0", total / (kept + (total - kept) / 2)
    yield "the total on top is that of one thread, too", sum(b.values()) / kept
    yield "times count, not the number of layers", len(a) / len(stuck)
    yield "the others go to 0", total / sum(b.values())
    yield (
        "the others go to 0: they don't stay in the sum below",
        total / (kept + sum(b[n] for n in a if n not in stuck)),
    )


@check("12-profile")
def check_profile(that, predict, explain, scaling):
    def unchanged(name, function, *given):
        before = deepcopy(given)
        got = function(*given)
        that(
            given == before, f"{name} changes what it is given, which belongs to the caller: copy it first", 1
        )
        return got

    def expect_speed_up(times, macs, factor, right):
        rows = lab.profile(times)
        got = unchanged("predict", predict, rows, macs, factor)
        if not near(got, right):
            words = f"predict: {times} µs, {', '.join(macs)} to become {factor} times as fast: {right:.4g}×"
            that(
                False,
                f"{words}; yours is {as_said(got)}{named(got, right, predict_mistakes(rows, times, macs, factor))}",
                1,
            )

    def expect_parts(a, b, factor, right, guilty):
        rows = lab.profile(a), lab.profile(b)
        got = lab.explained(unchanged("explain", explain, *rows, factor))
        that(not isinstance(got, str), str(got), 2)
        now = f"explain: fp32 {a}, int8 {b}, factor {factor}"
        for key, mine, value in zip(
            ("speed_up", "saved", "lost", "removed", "added"), got[0], right, strict=True
        ):
            if not near(mine, value):
                why = named(mine, value, explain_mistakes(key, value, *rows, a, b))
                that(False, f"{now}: {key} is {value:.5g}; yours is {mine:.5g}{why}", 3)
        if got[1] != guilty:
            excess = {n: us - a.get(n, 0) / factor for n, us in b.items()}
            said = f"Its excess, b − a / {factor}, is {excess[guilty]:.4g} µs"
            mine = f", and that of {got[1]} {excess[got[1]]:.4g}" if got[1] in excess else ""
            that(False, f"{now}: guilty is {guilty}; yours is {got[1]}. {said}{mine}", 2)

    def expect_scaling(a, b, stuck, most):
        got = unchanged("scaling", scaling, lab.profile(a), lab.profile(b))
        two = isinstance(got, tuple | list) and len(got) == 2
        two = two and isinstance(got[0], list | tuple | set | np.ndarray)
        that(two, f"scaling returns (stuck, most), a list and then a number; yours is {got!r:.60}", 3)
        now = f"scaling: one thread {a}, two threads {b}"
        mine = sorted(map(str, got[0]))
        for layer in [n for n in a if (n in mine) != (n in stuck)]:
            said = f"{layer} takes {b[layer] / a[layer]:.4g} of its time of one thread"
            is_it = "is stuck, above 0.8" if layer in stuck else "isn't stuck, not above 0.8"
            that(False, f"{now}: {said}, so it {is_it}; yours are {mine}", 3)
        that(mine == stuck, f"{now}: stuck are {stuck}; yours are {mine}", 3)
        if not near(got[1], most):
            words = f"at most {most:.4g}× (a number, inf if none is stuck); yours is {as_said(got[1])}"
            that(False, f"{now}: {words}{named(got[1], most, scaling_mistakes(a, b, stuck))}", 3)

    expect_speed_up({"conv1": 60.0, "pool1": 30.0, "dense1": 20.0}, {"conv1": 9, "dense1": 1}, 4, 2.2)
    expect_speed_up({"dense1": 70.0, "mix1": 80.0, "dense2": 30.0}, {"mix1": 5, "dense2": 7}, 2, 180 / 125)
    expect_speed_up({"dense1": 800.0, "relu1": 200.0}, {"dense1": 10**6}, 2, 5 / 3)
    a = {"conv1": 100.0, "pool1": 50.0, "conv2": 400.0, "reorder1": 30.0}
    b = {"quantize1": 20.0, "conv1": 300.0, "pool1": 40.0, "conv2": 120.0}
    expect_parts(a, b, 4, (580 / 480, 290, 200, 30, 20), "conv1")
    expect_parts(a, b | {"conv1": 40.0}, 4, (580 / 220, 350, 0, 30, 20), "pool1")
    expect_parts(a, b | {"conv1": 20.0, "conv2": 190.0}, 4, (580 / 270, 300, 0, 30, 20), "conv2")
    expect_parts(
        {"dense1": 90.0}, {"dense1": 30.0, "quantize1": 50.0}, 3, (90 / 80, 60, 0, 0, 50), "quantize1"
    )
    many, int8 = lab.many_guilty()
    parts = (12740 / 3400, 9490, 65, 50, 135)
    for factor, guilty in ((2, "quantize1"), (3, "dense1"), (4, "conv1"), (8, "conv2")):
        expect_parts(many, int8, factor, parts, guilty)
    b = {"conv1": 70.0, "pool1": 50.0, "conv2": 210.0, "reorder1": 35.0}
    expect_scaling(a, b, ["pool1", "reorder1"], 580 / 80)
    two = {"dense1": 79.0, "conv1": 162.0, "pool1": 40.5}
    expect_scaling({"dense1": 100.0, "conv1": 200.0, "pool1": 50.0}, two, ["conv1", "pool1"], 1.4)
    expect_scaling({"dense1": 10.0, "pool1": 100.0}, {"dense1": 7.0, "pool1": 80.0}, [], np.inf)
    expect_scaling({"dense1": 10.0, "conv1": 1.0}, {"dense1": 8.5, "conv1": 1.2}, ["conv1", "dense1"], 1.0)
