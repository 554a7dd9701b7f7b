"""Lab 06's check of predicted savings: what each wrong line of a calculation comes to."""

from __future__ import annotations

import copy
from collections.abc import Mapping

import numpy as np

from utils.ch06 import lab
from utils.checks import check

NUMBER = int | float | np.number

INNOCENT = {
    "draw": "each step needs other images",
    "forward": "that is the training itself",
    "loss": "that is the training itself",
    "backward": "that is the training itself",
    "update": "that is the training itself",
    "log": "one number a step, which a report reads",
    "report": "it runs only every so many steps, and is asked for",
}


def predicted(p: Mapping) -> tuple[dict[str, float], dict[str, float]]:
    """What mending each line alone saves, and what each line takes with all six mended, in ms."""
    ms, r, every = p["ms"], p["float32"], p["every"]
    savings = {
        "scale": ms["scale"] * (1 - 1 / p["num_steps"]),
        "shift": ms["shift"] - p["shift at once"],
        "tensor": (1 - r) * sum(ms[lap] for lap in lab.MODEL_LAPS),
        "count": ms["forward"],
        "validate": ms["validate"] * (1 - 1 / every),
        "save": ms["save"] * (1 - 1 / every),
    }
    after = dict(ms) | {"scale": ms["scale"] / p["num_steps"], "shift": p["shift at once"]}
    after["count"] -= ms["forward"]
    after = {lap: value * r if lap in lab.MODEL_LAPS else value for lap, value in after.items()}
    return savings, after | {lap: after[lap] / every for lap in ("validate", "save")}


def wrong_savings(p: Mapping, lap: str, right: float) -> list[tuple[str, float]]:
    """What usual mistakes in one line's saving come to, each with its reply."""
    ms, r, every, num_steps = p["ms"], p["float32"], p["every"], p["num_steps"]
    left = "that is what is left, not what is saved"
    if lap == "tensor":
        all_six = sum(ms[it] for it in lab.MODEL_LAPS)
        core = sum(ms[it] for it in ("forward", "backward", "update"))
        own = "that is the line itself; float64 costs in the lines that compute with the model"
        fraction = "float32 is the fraction of the time that is left: 1 - float32 is saved"
        found = [
            (left, r * all_six),
            (own, ms["tensor"]),
            ("the second forward, the loss and the validation compute in float64, too", (1 - r) * core),
            ("only lines that compute with the model change", (1 - r) * sum(ms.values())),
            (fraction, (1 / r - 1) * all_six),
            (fraction, (1 - 1 / r) * all_six),
        ]
        for it in lab.MODEL_LAPS:
            found.append((f"{it} computes in float64, too", (1 - r) * (all_six - ms[it])))
            found.append((f"that is {it} alone", (1 - r) * ms[it]))
    elif lap == "scale":
        found = [
            ("once before the loop it still costs, shared by all steps", ms[lap]),
            ("it is done once in num_steps steps, not once in every", ms[lap] * (1 - 1 / every)),
            (left, ms[lap] / num_steps),
        ]
    elif lap == "shift":
        found = [("shifting at once takes time, too", ms[lap]), (left, p["shift at once"])]
    elif lap == "count":
        only = "comparing and adding still has to be done; only the forward can go"
        found = [(only, ms[lap]), (left, ms[lap] - ms["forward"])]
    else:
        found = [
            (f"it still runs in one step of {every}", ms[lap]),
            ("it runs once in every steps, not once in num_steps", ms[lap] * (1 - 1 / num_steps)),
            ("1 / every of it is left, not every / num_steps", ms[lap] * (1 - every / num_steps)),
            (f"every is {every} in this p, and not 20: take it from p", ms[lap] * (1 - 1 / 20)),
            (left, ms[lap] / every),
        ]
    return [
        *found,
        ("a saving is before minus after, and yours is after minus before", -right),
        ("that is all steps' together; ms a step are asked for", right * num_steps),
        ("that is all images' together; p holds ms of a whole batch", right * 64),
        ("seconds? ms are asked for", right / 1e3),
    ]


def wrong_after(p: Mapping, after: dict[str, float]) -> list[tuple[str, float]]:
    """What a step takes with all six mended by usual mistakes in one of its lines, each with its reply."""
    ms, r, every, num_steps = p["ms"], p["float32"], p["every"], p["num_steps"]
    rest, total = ms["count"] - ms["forward"], sum(after.values())
    in_its_place = {
        "count": ([ms["count"], r * ms["count"], rest, r * ms["count"] - ms["forward"]],
                  "loses the second forward, and what stays is float32's"),
        "validate": ([ms["validate"], r * ms["validate"], ms["validate"] / every, r * ms["validate"] / num_steps],
                     f"runs in float32, and in one step of {every}"),
        "save": ([ms["save"], r * ms["save"] / every, ms["save"] / num_steps],
                 f"runs in one step of {every}, and is none of float32's"),
        "scale": ([ms["scale"], ms["scale"] / every], "runs once, which all steps share"),
        "shift": ([ms["shift"], ms["shift"] - p["shift at once"]], "takes what shifting at once takes"),
        "tensor": ([r * ms["tensor"]], "takes as long as before"),
    }  # fmt: skip
    found = [
        (f"{lap} {what}", total - after[lap] + it) for lap, (its, what) in in_its_place.items() for it in its
    ]
    for lap, its in after.items():
        found.append((f"{lap} is left out", total - its))
        if lap in lab.MODEL_LAPS:
            found.append((f"{lap} runs in float32", total - its + its / r))
        else:
            found.append((f"{lap} is none of float32's", total - its + its * r))
    all_in_float32 = "all lines in float32? Only those that compute with the model are"
    by_steps = "that is all steps' together; ms a step are asked for"
    return [
        *found,
        (all_in_float32, r * total),
        (by_steps, total * num_steps),
        ("seconds? ms are asked for", total / 1e3),
    ]


@check("06-wastes")
def check_wastes(that, predict):
    for seed in (0, 1, 2):
        p = lab.pretend_profile(seed)
        savings, lines = predicted(p)
        after = sum(lines.values())
        got = predict(given := copy.deepcopy(p))
        that(given == p, "you changed p, which belongs to the caller: work on a copy of p['ms']", 1)
        that(got is not None, "predict returned nothing: is there a return?", 1)
        two = isinstance(got, tuple | list) and len(got) == 2 and isinstance(got[0], Mapping)
        that(two, f"return two things, (savings, after): a dict and a number; you returned {got!r:.80}", 1)
        why = f"pretend_profile({seed})"
        for lap in got[0]:
            that(lap in lab.LAPS, f"{lap!r} is the name of no line of the loop: {', '.join(lab.LAPS)}", 1)
            that(lap in savings, f"{lap!r} wastes nothing: {INNOCENT.get(lap)}", 1)
        for lap, reason in {
            "scale": "does the same work in each step, on what never changes",
            "shift": "does for one image after the other what NumPy does for all at once",
            "tensor": "takes little time itself, and decides how long others take",
            "count": "computes something that is there already",
            "validate": "computes in each step what is read once in a while",
            "save": "writes in each step what is read once in a while",
        }.items():
            that(
                lap in got[0], f"you name {len(got[0])} of the six wastes. One that you leave out {reason}", 1
            )
        for lap, right in savings.items():
            value = got[0][lap]
            that(isinstance(value, NUMBER), f"{why}: the saving of {lap!r} is a number, not {value!r}", 1)
            words = f"{why}: mending {lap!r} alone saves {right:.3f} ms a step; you predict {value:.3f}"
            share = np.isclose(value, right / sum(p["ms"].values()))
            that(not share, f"{words}: a fraction of a step? ms are asked for", 1)
            for reply, wrong in wrong_savings(p, lap, right):
                same = np.isclose(value, wrong) and not np.isclose(wrong, right)
                that(not same, f"{words}: {reply}", 2)
            its = p["ms"][lap] if lap != "tensor" else sum(p["ms"][it] for it in lab.MODEL_LAPS)
            left = f"of {its:.3f} ms that it is about, you leave {its - value:.3f}"
            that(np.isclose(value, right), f"{words}: {left}, and {its - right:.3f} are left", 2)
        total = sum(p["ms"].values())
        that(isinstance(got[1], NUMBER), f"{why}: after is a number, not {got[1]!r}", 3)
        words = f"{why}: with all six mended a step takes {after:.3f} ms; you predict {got[1]:.3f}"
        added = np.isclose(got[1], total - sum(savings.values()))
        gone = "a line that runs in float32 has less to save"
        that(not added, f"{words}. Savings don't add: {gone}", 3)
        that(not np.isclose(got[1], total - after), f"{words}, which is what is saved", 3)
        slow = sum(p["ms"].values()) - sum(value for lap, value in savings.items() if lap != "tensor")
        that(not np.isclose(got[1], slow), f"{words}, without float32", 3)
        for reply, wrong in wrong_after(p, lines):
            same = np.isclose(got[1], wrong) and not np.isclose(wrong, after)
            that(not same, f"{words}: {reply}", 3)
        that(np.isclose(got[1], after), f"{words}. Take each line as it is when all six are mended", 3)
