"""What chapter 11 needs beside its own cells: bits packed into bytes, ranges by entropy, and a widget."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np

from utils.plots import COLOURS, MARKERS


def packed(q: np.ndarray, bits: int) -> np.ndarray:
    """Integers 0 … 2^bits − 1, any shape, as bytes ``(⌈size · bits / 8⌉,) uint8``: no bit is left unused."""
    q = np.asarray(q)
    if q.size and (q.min() < 0 or q.max() >= 2**bits):
        raise ValueError(f"{bits} bits hold 0 to {2**bits - 1}, not {q.min()} to {q.max()}")
    places = np.arange(bits - 1, -1, -1)
    return np.packbits((q.reshape(-1, 1) >> places & 1).astype(np.uint8))


def unpacked(bytes_: np.ndarray, bits: int, shape: tuple[int, ...]) -> np.ndarray:
    """What :func:`packed` packed, ``int64`` in its old shape."""
    count = int(np.prod(shape))
    digits = np.unpackbits(bytes_, count=count * bits).reshape(count, bits)
    return (digits @ (1 << np.arange(bits - 1, -1, -1))).reshape(shape)


def entropy_bins(counts: np.ndarray, levels: int, step: int = 16) -> int:
    """How many bins of a histogram ``counts (n,)`` to keep, so that ``levels`` integers tell the most.

    For each candidate, what lies beyond goes into the last bin that is kept: P. The same bins, merged into
    ``levels`` groups and spread evenly again over those that weren't empty, are Q. The candidate with the
    smallest Kullback–Leibler divergence of Q from P wins. Source: Migacz, 8-bit inference with TensorRT
    (GTC 2017). As there, bin 0 (after ReLU: mostly exact zeros, which every grid holds) isn't counted.
    """
    counts = np.asarray(counts, float).copy()
    counts[0] = counts[1]
    end = np.flatnonzero(counts)[-1] + 1 if counts.any() else len(counts)
    best, smallest = len(counts), np.inf
    for kept in range(max(levels, step), min(end + step, len(counts)) + 1, step):
        inside = counts[:kept]
        p = inside.copy()
        p[-1] += counts[kept:].sum()
        level = np.arange(kept) * levels // kept
        mass, filled = np.bincount(level, inside, levels), np.bincount(level, inside > 0, levels)
        q = np.where(inside > 0, (mass / np.maximum(filled, 1))[level], 0)
        some = p > 0
        if not np.all(q[some] > 0):
            continue
        p, q = p[some] / p.sum(), q[some] / q.sum()
        divergence = np.sum(p * np.log(p / q))
        if divergence < smallest:
            best, smallest = kept, divergence
    return best


def draw_setting(
    w: np.ndarray,
    rounded: np.ndarray,
    accuracies: Mapping[tuple, float],
    setting: tuple[int, str, str],
    reference: float,
):
    """A layer's weights before and after, and its network's accuracy among all settings.

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
        right.plot([k[0] for k in keys], [accuracies[k] for k in keys], marker, ls="-", c="0.7", ms=4)
    keys = sorted(key for key in accuracies if key[1:] == (span, granularity))
    right.plot([k[0] for k in keys], [accuracies[k] for k in keys], color=COLOURS[0])
    right.plot(bits, accuracies[setting], "o", color=COLOURS[1], ms=9)
    right.axhline(reference, color="black", linestyle="--", linewidth=1)
    right.set(xlabel="bits", ylim=(0, 103), title=f"accuracy {accuracies[setting]:.1f}%")
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
