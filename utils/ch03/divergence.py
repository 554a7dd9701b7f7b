"""Chapter 03: two trainings that should be one: at which step they part, and how far apart they go."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

from utils.plots import COLOURS

FLOOR = 1e-8  # below one step of a float32 near a loss of 0.1: drawn there, equal bits can be seen
STYLES = ["-", "--", ":", "-."]


def first_parting(a: Sequence[float], b: Sequence[float]) -> int | None:
    """The step, counted from 1, at which the losses ``a`` and ``b``, each (steps,), first differ; or None."""
    steps = np.flatnonzero(np.asarray(a) != np.asarray(b))
    return int(steps[0]) + 1 if len(steps) else None


def largest_gap(a: Sequence[float], b: Sequence[float]) -> float:
    """The largest difference of two runs' losses (steps,): 0 if every bit is the same."""
    return float(np.abs(np.asarray(a, float) - np.asarray(b, float)).max())


def draw_partings(runs: Mapping[str, Sequence[float]], reference: Sequence[float], ax=None):
    """How far each run's losses (steps,) are from the reference's, log scale; at its foot: equal bits."""
    ax = ax or plt.gca()
    for k, (name, losses) in enumerate(runs.items()):
        gaps = np.maximum(np.abs(np.asarray(losses, float) - np.asarray(reference, float)), FLOOR)  # (steps,)
        ax.plot(range(1, len(gaps) + 1), gaps, STYLES[k % 4], color=COLOURS[k], lw=1, alpha=0.7, label=name)
    powers = [-8, -6, -4, -2, 0]
    ax.set(yscale="log", xlabel="step", ylabel="difference of the losses", ylim=(FLOOR / 2, 10))
    ax.set_yticks([10.0**p for p in powers], ["equal bits", *(f"$10^{{{p}}}$" for p in powers[1:])])
    ax.minorticks_off()
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, handlelength=2, columnspacing=1)
    return ax


def choose_parts(resume: Callable[[Sequence[str]], Sequence[float]], parts: Sequence[str], reference):
    """A widget: tick what a checkpoint brings back, and see whether the losses go on as if nothing had been.

    ``resume(parts)`` returns the losses (steps,) of a run that got back the parts named.
    """

    def show(**ticked: bool) -> None:
        losses = resume([part for part in parts if ticked[part]])
        step = first_parting(losses, reference)
        draw_partings({"resumed": losses}, reference)
        verdict = "the same losses, bit for bit" if step is None else f"they part at step {step}"
        plt.title(verdict, loc="right")
        plt.show()

    boxes = {part: ipywidgets.Checkbox(value=part != parts[-1], description=part) for part in parts}
    return ipywidgets.interactive(show, **boxes)
