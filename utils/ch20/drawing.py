"""Lesson of chapter 20: traces drawn as lanes, one for the CPU and one for each stream of the GPU."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from utils.plots import COLOURS

ON_GPU = ("kernel", "gpu_memcpy", "gpu_memset")
LOOKS = {"operator": 5, "call that launches": 0, "call that waits": 1, "kernel": 2, "copy": 3}


def look(event: dict) -> str:
    """One of LOOKS; "" for what isn't drawn."""
    name, cat = event["name"], event.get("cat")
    if cat in ("cuda_runtime", "cuda_driver"):
        waits = "Synchronize" in name or (name == "cudaMemcpyAsync" and event["dur"] > 50)
        return "call that waits" if waits else "call that launches"
    return {"kernel": "kernel", "gpu_memcpy": "copy", "gpu_memset": "copy", "cpu_op": "operator"}.get(cat, "")


def lanes(ax: Axes, trace: dict, start: float, length: float, arrows: int = 0) -> None:
    """From ``start`` for ``length`` µs; arrows from every so manieth launch to its kernel (0: none)."""
    everything = [e for e in trace["traceEvents"] if e.get("ph") == "X" and look(e)]
    zero = min(e["ts"] for e in everything)
    shown = [e for e in everything if e["ts"] - zero < start + length and e["ts"] + e["dur"] - zero > start]
    streams = sorted({e["args"]["stream"] for e in everything if e["cat"] in ON_GPU})
    for event in sorted(shown, key=lambda e: -e["dur"]):
        row = 1 + streams.index(event["args"]["stream"]) if event["cat"] in ON_GPU else 0
        height = 0.8 if event["cat"] in ON_GPU else {"operator": 0.8}.get(look(event), 0.5)
        left = max(event["ts"] - zero, start)
        width = min(event["ts"] + event["dur"] - zero, start + length) - left
        colour = COLOURS[LOOKS[look(event)]]
        edge = "white" if width > length / 300 else "none"  # of slivers nothing else would be seen
        ax.barh(-row, width, left=left, height=height, color=colour, edgecolor=edge, linewidth=0.4)
    if arrows:
        calls = {e["args"]["correlation"]: e for e in everything if e["cat"].startswith("cuda_")}
        done = sorted((e for e in shown if e["cat"] == "kernel"), key=lambda e: e["ts"])
        for event in done[::arrows]:
            call = calls[event["args"]["correlation"]]
            if call["ts"] - zero < start:
                continue
            ends = (event["ts"] - zero, -0.6), (call["ts"] - zero, -0.25)
            ax.annotate("", *ends, arrowprops={"arrowstyle": "->", "color": "black", "linewidth": 0.9})
    names = ["GPU"] if len(streams) == 1 else [f"GPU, stream {number}" for number in streams]
    ax.set_yticks([-row for row in range(1 + len(streams))], ["CPU", *names])
    ax.set(xlim=(start, start + length), ylim=(-len(streams) - 0.5, 0.5), xlabel="µs")


def explain(ax: Axes, kinds: Sequence[str] = tuple(LOOKS)) -> None:
    """The legend of ``lanes``, below the axes."""
    patches = [Patch(color=COLOURS[LOOKS[kind]], label=kind) for kind in kinds]
    ax.legend(handles=patches, loc="upper center", bbox_to_anchor=(0.5, -0.32), ncols=5, fontsize=9)


def steps_of_bytes(ax: Axes, times: np.ndarray, alive: np.ndarray, **how) -> None:
    """MB in use over time (n,), from one allocation or release to the next."""
    ax.step((times - times[0]) / 1e3, alive / 1e6, where="post", **how)
    ax.set(xlabel="ms", ylabel="MB in use", ylim=(0, None))
