"""Lesson of chapter 06: the profiler's events as a table of kinds, and a trace drawn as a picture."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from utils.plots import COLOURS

KINDS = {"convolution": 0, "matrix product": 2, "pooling": 1, "other op": 5, "label": 6}


def kind(name: str) -> str:
    """What sort of work an op of PyTorch does, by its name."""
    if "conv" in name.lower():
        return "convolution"
    if name in ("aten::mm", "aten::addmm", "aten::bmm", "aten::linear"):
        return "matrix product"
    return "pooling" if "pool" in name.lower() else "other op"


def fractions(events: Iterable) -> dict[str, float]:
    """For each kind the fraction of the self times of a profiler's ``key_averages()``."""
    sums = dict.fromkeys(KINDS, 0.0)
    for event in events:
        sums[kind(event.key)] += event.self_cpu_time_total
    return {name: us / sum(sums.values()) for name, us in sums.items()}


def nested(events: list[dict]) -> list[tuple[int, dict]]:
    """Complete events of one thread with their depth: how many others each lies inside."""
    found, ends = [], []
    for event in sorted(events, key=lambda e: (e["ts"], -e["dur"])):
        while ends and ends[-1] <= event["ts"]:
            ends.pop()
        found.append((len(ends), event))
        ends.append(event["ts"] + event["dur"])
    return found


def draw_trace(path: Path, number: int) -> Figure:
    """Step ``number`` of a Chrome trace: a band a thread, time to the right, what an op calls below it."""
    everything = json.loads(Path(path).read_text(encoding="utf-8"))["traceEvents"]
    complete = [e for e in everything if e.get("cat") in ("cpu_op", "user_annotation")]
    step = next(e for e in complete if e["name"] == f"ProfilerStep#{number}")
    start, length = step["ts"], step["dur"]
    inside = [e for e in complete if start <= e["ts"] < start + length]
    threads = list(dict.fromkeys(e["tid"] for e in sorted(inside, key=lambda e: e["ts"])))
    fig, ax = plt.subplots(figsize=(9.5, 4.2))
    top, ticks = 0, []
    for thread in threads:
        rows = nested([e for e in inside if e["tid"] == thread])
        ticks.append(top)
        for depth, event in rows:
            label = event["cat"] == "user_annotation"
            colour = COLOURS[KINDS["label" if label else kind(event["name"])]]
            left, width = (event["ts"] - start) / 1e3, event["dur"] / 1e3
            look = {"color": colour, "alpha": 0.3 if label else 0.8, "height": 0.9}
            ax.barh(top + depth, width, left=left, edgecolor="white", linewidth=0.5, **look)
            if event["dur"] > (0.06 if label else 0.13) * length:
                words = event["name"].split("::")[-1].split(": ")[-1][: int(95 * event["dur"] / length)]
                ax.text(left + 0.003 * length / 1e3, top + depth, words, va="center", fontsize=8)
        top += 1.6 + max(depth for depth, _ in rows)
    ax.set_yticks(ticks, ["main thread", *[f"thread {i}" for i in range(2, len(threads) + 1)]])
    ax.set(xlabel="ms", title="One step: what an op calls lies below it; NumPy leaves a gap")
    ax.invert_yaxis()
    patches = [
        Patch(color=COLOURS[c], label=name, alpha=0.3 if name == "label" else 0.8)
        for name, c in KINDS.items()
    ]
    ax.legend(handles=patches, loc="upper center", bbox_to_anchor=(0.45, -0.14), ncols=5, fontsize=9)
    return fig
