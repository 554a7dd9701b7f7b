"""Chapter 12 looks at an ONNX graph: its operations in order, what a session makes of them, and a drawing."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib.pyplot as plt
import onnx

from utils.onnx_tools import open_session
from utils.plots import COLOURS

CONVERSIONS = ("QuantizeLinear", "DequantizeLinear")
LAYOUT = ("Transpose", "Reshape", "ReorderInput", "ReorderOutput")
# What a node works on, with its colour and hatch.
KINDS = {
    "float32": (COLOURS[5], ""),
    "int8": (COLOURS[4], "///"),
    "conversion": ("0.85", "..."),
    "layout only": ("white", ""),
}


def operations(model: Path | str | onnx.ModelProto) -> list[str]:
    """The operations that work on the input, in order; those on constants alone are left out."""
    if not isinstance(model, onnx.ModelProto):
        model = onnx.load(model)
    constants = {tensor.name for tensor in model.graph.initializer}
    return [n.op_type for n in model.graph.node if not set(filter(None, n.input)) <= constants]


def operations_as_run(model: Path | str, **options) -> list[str]:
    """The operations that ONNX Runtime is left with once it has fused what it can, on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        fused = Path(folder) / "fused.onnx"
        open_session(model, optimized_model_filepath=str(fused), **options)
        return operations(fused)


def kind(operation: str) -> str:
    """The key of ``KINDS`` for an operation, by its name."""
    if operation in CONVERSIONS:
        return "conversion"
    if operation in LAYOUT:
        return "layout only"
    return "int8" if operation.startswith(("Q", "Nhwc")) else "float32"


def draw_columns(columns: Mapping[str, Sequence[str]]):
    """Each list of operations as a column of boxes, read downwards; the legend says what they work on."""
    longest = max(map(len, columns.values()))
    fig, ax = plt.subplots(figsize=(6.8, 0.6 + 0.25 * longest))
    for column, operations_ in enumerate(columns.values()):
        for row, operation in enumerate(operations_):
            colour, hatch = KINDS[kind(operation)]
            box = plt.Rectangle((column + 0.03, row + 0.08), 0.94, 0.84, fc=colour, ec="0.4", hatch=hatch)
            ax.add_patch(box)
            words = {"fontsize": 8, "ha": "center", "va": "center"}
            plate = {"boxstyle": "square,pad=0.15", "fc": colour, "ec": "none"}  # a name on hatching is hard
            ax.text(column + 0.5, row + 0.5, operation, bbox=plate, **words)
    ax.set(xlim=(0, len(columns)), ylim=(longest, 0), yticks=[])
    ax.set_xticks([column + 0.5 for column in range(len(columns))], list(columns))
    ax.xaxis.tick_top()
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    handles = [plt.Rectangle((0, 0), 1, 1, fc=c, ec="0.4", hatch=h) for c, h in KINDS.values()]
    fig.legend(handles, KINDS, loc="outside lower center", ncols=len(KINDS), fontsize=9)
    return fig
