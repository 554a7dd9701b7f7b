"""Chapter 11's widget: bits, range and granularity of one grid, and what they do to a network."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Callable, Mapping

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

from utils.ch11.grids import make_grid, weighted
from utils.ch11.study import BITS
from utils.plots import COLOURS, MARKERS

RANGES = {"all": 1.0, "99.9%": 0.999, "99%": 0.99, "least error": None}  # of the weights, so many are within
SETTINGS = list(itertools.product(BITS, RANGES, ("per tensor", "per channel")))


def set_to(w: torch.Tensor, bits: int, span: str, granularity: str) -> torch.Tensor:
    """w (n, …), rounded with one of SETTINGS, on symmetric grids."""
    rows = w.flatten(1) if granularity == "per channel" else w.reshape(1, -1)
    keep = RANGES[span]
    if keep == 1:
        top = rows.abs().amax(dim=1, keepdim=True)
    elif keep:
        k = int(np.ceil(keep * rows.shape[1]))
        top = rows.abs().kthvalue(k, dim=1, keepdim=True).values
    else:
        tops = [part * rows.abs().amax(dim=1, keepdim=True) for part in torch.linspace(0.1, 1, 16)]
        off = [make_grid(-t, t, bits, symmetric=True).rounded(rows) - rows for t in tops]
        best = torch.stack([o.square().sum(dim=1) for o in off]).argmin(dim=0)
        top = torch.stack(tops)[best, torch.arange(len(rows))]
    return make_grid(-top, top, bits, symmetric=True).rounded(rows).reshape(w.shape)


def network_set_to(model: nn.Sequential, setting: tuple[int, str, str]) -> nn.Sequential:
    """A copy of the model, all weights rounded with this setting."""
    model = copy.deepcopy(model)
    with torch.no_grad():
        for layer in weighted(model):
            layer.weight.copy_(set_to(layer.weight, *setting))
    return model


def draw_setting(
    w: np.ndarray,
    rounded: np.ndarray,
    accuracies: Mapping[tuple, float],
    setting: tuple[int, str, str],
    reference: float,
):
    """A layer's weights before and after, and the points that its network loses, among all settings.

    ``setting`` and the keys of ``accuracies`` (in %) are (bits, range, granularity); ``reference`` is the
    accuracy in float.
    """
    bits, span, granularity = setting
    fig, (left, right) = plt.subplots(1, 2, figsize=(6.8, 3.1), width_ratios=[3, 2])
    most = np.abs(w).max()
    bins = np.linspace(-most, most, 161)
    left.hist(w.ravel(), bins, color="0.75", label="before")
    left.hist(rounded.ravel(), bins, histtype="step", color=COLOURS[0], label="after")
    error = np.linalg.norm(rounded - w) / np.linalg.norm(w)
    left.set(yscale="log", xlabel="weight", ylabel="how many", title=f"relative error {error:.1%}")
    left.legend(fontsize=9, loc="upper right")
    spans = list(dict.fromkeys(key[1] for key in accuracies))
    for name, marker in zip(spans, MARKERS, strict=False):
        keys = sorted(key for key in accuracies if key[1:] == (name, granularity))
        lost = [reference - accuracies[k] for k in keys]
        colour, above = (COLOURS[0], 3) if name == span else ("0.6", 2)
        right.plot([k[0] for k in keys], lost, marker, ls="-", c=colour, ms=4, zorder=above, label=name)
    right.plot(bits, reference - accuracies[setting], "o", color=COLOURS[1], ms=9, zorder=4)
    right.axhline(0, color="black", linestyle="--", linewidth=1)  # as good as in float
    right.set_yscale("symlog", linthresh=0.1)  # a line up to 0.1, then by powers of 10
    right.set_yticks([0, 0.1, 1, 10, 100], ["0", "0.1", "1", "10", "100"])
    right.legend(fontsize=8, loc="upper right", title="range", title_fontsize=8)
    right.set(
        xlabel="bits",
        ylabel="points lost on validation",
        ylim=(-0.2, 30_000),  # with room for the legend
        title=f"accuracy {accuracies[setting]:.1f}%",
    )
    fig.suptitle(f"{bits} bits, {span}, {granularity}", fontsize=11)
    return fig


def explore_settings(
    w: np.ndarray,
    rounded: Callable[[int, str, str], np.ndarray],
    accuracies: Mapping[tuple, float],
    reference: float,
) -> ipywidgets.interactive:
    """A widget over :func:`draw_setting`; ``rounded(bits, range, granularity)`` gives w on that grid."""

    def show(bits: int, span: str, granularity: str) -> None:
        draw_setting(w, rounded(bits, span, granularity), accuracies, (bits, span, granularity), reference)
        plt.show()

    def choices(place: int) -> list:
        return list(dict.fromkeys(key[place] for key in accuracies))

    return ipywidgets.interactive(
        show,
        bits=ipywidgets.SelectionSlider(options=sorted(choices(0)), value=min(choices(0))),
        span=ipywidgets.ToggleButtons(options=choices(1), description="range"),
        granularity=ipywidgets.ToggleButtons(options=choices(2), description="one grid"),
    )
