"""Where the bytes of an ONNX file go, for chapter 12: every one of them is counted, and counted once."""

from __future__ import annotations

from pathlib import Path

import onnx
from onnx import ModelProto, numpy_helper

PARTS = ("weights", "biases", "scales and zero points", "exporter's notes", "names and structure")


def file_parts(path: Path | str) -> dict[str, int]:
    """Bytes of each of ``PARTS``; they add up to the file's size.

    Notes are what no run needs: doc strings, metadata, the shapes of values in between. Names and structure
    are what is left: nodes, their inputs' names, and the marks by which protobuf tells fields apart.
    """
    model = onnx.load(path)
    parts = dict.fromkeys(PARTS, 0)
    for tensor in model.graph.initializer:
        parts[_part(tensor)] += numpy_helper.to_array(tensor).nbytes
    parts["exporter's notes"] = Path(path).stat().st_size - without_notes(model).ByteSize()
    rest = "names and structure"
    parts[rest] = 0
    parts[rest] = Path(path).stat().st_size - sum(parts.values())
    return parts


def _part(tensor: onnx.TensorProto) -> str:
    if tensor.name.endswith(("_scale", "_zero_point")):
        return "scales and zero points"
    if "bias" in tensor.name:
        return "biases"
    if len(tensor.dims) > 1:
        return "weights"
    return "names and structure"  # a Reshape's target: part of how the graph is built


def without_notes(model: ModelProto) -> ModelProto:
    """A copy that computes the same, without doc strings, metadata and shapes of values in between."""
    bare = ModelProto()
    bare.CopyFrom(model)
    graph = bare.graph
    for holder in (bare, graph, *graph.node, *graph.initializer, *graph.input, *graph.output):
        for field in ("doc_string", "metadata_props"):
            holder.ClearField(field)
    graph.ClearField("value_info")
    return bare


def strip(source: Path | str, target: Path | str) -> Path:
    """Write ``source`` to ``target`` without its notes."""
    onnx.save(without_notes(onnx.load(source)), target)
    return Path(target)
