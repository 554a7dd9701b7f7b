"""Chapter 00's widget: something to turn, where turning teaches more than reading."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

STATISTICS = {
    "mean": np.mean,
    "minimum": np.min,
    "median": np.median,
    "p95": lambda x, axis: np.percentile(x, 95, axis=axis),
    "p99": lambda x, axis: np.percentile(x, 99, axis=axis),
}


def estimates(trace: np.ndarray, repeats: int, statistic: str) -> np.ndarray:
    """What you would have reported, had you measured at another moment: one value a run of ``repeats``.

    ``trace``: (calls,) timings in the order in which they were taken.
    """
    runs = trace[: len(trace) // repeats * repeats].reshape(-1, repeats)
    return STATISTICS[statistic](runs, axis=1)


def draw_estimates(trace: np.ndarray, repeats: int, statistic: str, ax=None) -> None:
    """Histogram of :func:`estimates`, in per cent of their median, cut at ±40%; a bar is a share of them."""
    ax = ax or plt.gca()
    values = estimates(trace, repeats, statistic)
    off = 100 * (values / np.median(values) - 1)
    ax.hist(np.clip(off, -40, 40), bins=np.arange(-41, 42, 2), weights=np.full(len(off), 100 / len(off)))
    ax.axvspan(-5, 5, color="black", alpha=0.12, zorder=0)
    inside = np.mean(np.abs(off) <= 5)
    ax.set_title(f"{statistic} of {repeats}: {inside:.0%} of measurements within ±5%", fontsize=11)
    ax.set_xlabel("away from the typical measurement, %")
    ax.set_ylabel("measurements, %")


def explore_timings(traces: Mapping[str, np.ndarray]) -> ipywidgets.interactive:
    """Choose a trace, a statistic and a number of repeats; see how far your answer would have varied."""

    def show(machine: str, statistic: str, repeats: int) -> None:
        draw_estimates(traces[machine], repeats, statistic)
        plt.show()

    return ipywidgets.interactive(
        show,
        machine=ipywidgets.ToggleButtons(options=list(traces)),
        statistic=ipywidgets.ToggleButtons(options=list(STATISTICS), value="mean"),
        repeats=ipywidgets.SelectionSlider(options=[1, 3, 10, 30, 100, 300, 1000], value=10),
    )
