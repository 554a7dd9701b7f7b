"""Lab 12's check of a quantized graph: small graphs, each with one thing to see, then a whole one."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from utils.ch12 import lab
from utils.checks import check


def small_graph(*rows) -> bytes:
    """A graph's file: of rows (op, name, inputs, outputs, attributes); names that begin with w are
    stored, as floats, or as integers if they begin with wi (int8), wu (uint8), wl (int64)."""
    nodes = [helper.make_node(op, i.split(" ") if i else [], o.split(), n, **a) for op, n, i, o, a in rows]
    names = {name for node in nodes for name in node.input if name.startswith("w")}
    kinds = {"wi": np.int8, "wu": np.uint8, "wl": np.int64}
    stored = [numpy_helper.from_array(kinds.get(n[:2], np.float32)(1), n) for n in sorted(names)]
    ends = [
        helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, None) for n in ("x", nodes[-1].output[0])
    ]
    graph = helper.make_graph(nodes, "small", ends[:1], ends[1:], stored)
    return helper.make_model(graph).SerializeToString()


SCALES, OUT, WEIGHTS = "w1 w2", "w7 w8", "w5 w1 w2"
SMALL = {  # by what they show: a graph, its nodes' kinds by their first letters, what is fused
    "a QGemm without y_scale": (
        small_graph(
            ("DequantizeLinear", "first", WEIGHTS, "k", {}),
            ("FusedConv", "second", "x k", "a", {"activation": "LeakyRelu", "activation_params": [0.1]}),
            ("QuantizeLinear", "conv", f"a {SCALES}", "b", {}),
            ("MaxPool", "in_float", "b", "c", {}),
            ("QGemm", "dense", f"c {SCALES} {WEIGHTS} w6", "d", {}),
            ("Relu", "after", "d", "y", {}),
        ),
        "sfciif",
        {"second": "LeakyRelu"},
    ),
    "two QGemm, one without bias, one with y_scale left out": (
        small_graph(
            ("QuantizeLinear", "q", f"x {SCALES}", "a", {}),
            ("QGemm", "dense1", f"a {SCALES} {WEIGHTS}  {OUT}", "b", {}),
            ("Split", "split", "b", "c d", {}),
            ("QGemm", "dense2", f"d {SCALES} {WEIGHTS} w6  ", "e", {}),
            ("QLinearAdd", "sum", f"c {OUT} b {OUT} {OUT}", "f", {}),
            ("DequantizeLinear", "back", f"f {OUT}", "g", {}),
            ("QuickGelu", "gelu", "g", "h", {}),
            ("Add", "end", "e h", "y", {}),
        ),
        "ciiiicff",
        {},
    ),
    "weights stored in floats, and rounded when the file is opened": (
        small_graph(
            ("QuantizeLinear", "round", f"w5 {SCALES}", "a", {}),
            ("Transpose", "turn", "a", "b", {}),
            ("DequantizeLinear", "back", f"b {SCALES}", "c", {}),
            ("FusedGemm", "dense", "x c w6", "y", {"activation": "Relu", "alpha": 1.0}),
        ),
        "sssf",
        {"dense": "Relu"},
    ),
    "QGemm with y_scale and without a zero point, a Relu of integers": (
        small_graph(
            ("QuantizeLinear", "q", f"x {SCALES}", "a", {}),
            ("QGemm", "dense1", f"a {SCALES} {WEIGHTS}  w7", "b", {}),
            ("Relu", "relu", "b", "c", {}),
            ("Flatten", "flat", "c", "d", {}),
            ("QGemm", "dense2", f"d {SCALES} {WEIGHTS} w6 w7 ", "e", {}),
            ("MaxPool", "pool", "e", "f", {}),
            ("QGemm", "dense3", f"f {SCALES} {WEIGHTS}", "g", {}),
            ("Relu", "end", "g", "y", {}),
        ),
        "ciiiiiif",
        {},
    ),
    "stored tensors, alone and beside others": (
        small_graph(
            ("Mul", "product", "w5 w6", "m", {}),
            ("Clip", "cut", "m  w7", "t", {}),
            ("Sub", "minus", "w6 x", "a", {}),
            ("Mul", "scaled", "t a", "b", {}),
            ("QuantizeLinear", "q", f"b {SCALES}", "c", {}),
            ("Gather", "pick", "a c", "y", {}),
        ),
        "ssffcf",
        {},
    ),
    "a stored tensor comes first": (
        small_graph(
            ("QuantizeLinear", "round", f"w5 {SCALES}", "k", {}),
            ("QuantizeLinear", "q", f"x {SCALES}", "a", {}),
            ("Gather", "pick", "wi5 a", "b", {}),
            ("Gather", "take", "wu5 a", "m", {}),
            ("Gather", "count", "wl5 a", "n", {}),
            ("Gather", "made", "k a", "p", {}),
            ("Gather", "choose", "w5 a", "c", {}),
            ("QLinearConcat", "join", f"{OUT} a {SCALES} b {SCALES}", "d", {}),
            ("Relu", "relu", "d", "e", {}),
            ("Relu", "end", "c", "y", {}),
        ),
        "sciiiifiif",
        {},
    ),
    "a node without inputs": (
        small_graph(
            ("Constant", "one", "", "k", {"value_float": 1.0}),
            ("Neg", "less", "k", "m", {}),
            ("Add", "sum", "x m", "y", {}),
        ),
        "ssf",
        {},
    ),
}


def reason(model: onnx.ModelProto, node: onnx.NodeProto, kind: str) -> str:
    """Why a node is of this kind, by its first letter."""
    if kind == "s":
        return (
            "All that it takes is stored, or made of stored tensors alone"
            if node.input
            else "It takes nothing"
        )
    if kind == "c":
        return "What it converts isn't stored"
    if node.op_type.startswith("QLinear"):
        return "Its op begins with QLinear"
    first, holds = node.input[0], {"i": "integers", "f": "floats"}[kind]
    if first in (stored := {t.name: t for t in model.graph.initializer}):
        stored_as = numpy_helper.to_array(stored[first]).dtype
        return f"Its first input, {first!r}, is an initializer stored as {stored_as}, and another one isn't stored"
    made = next((n for n in model.graph.node if first in n.output), None)
    if made is None:
        return f"Its first input, {first!r}, is the graph's, and holds floats"
    by = f"{made.op_type} {made.name!r}"
    if made.op_type == "QGemm":
        by += f", {'with' if kind == 'i' else 'without'} y_scale among its {len(made.input)} inputs"
    begins = ". Its own op begins with Q, but not with QLinear" if node.op_type == "QuickGelu" else ""
    return f"Its first input, {first!r}, holds {holds}: {by} made it{begins}"


@check("12-graph")
def check_graph(that, read_graph):
    def expect(model, kinds, fused, now):
        before, words = (
            model.SerializeToString(),
            {"s": "stored", "c": "conversions", "i": "integer", "f": "float"},
        )
        got = lab.kinds(read_graph(model), model)
        that(not isinstance(got, str), f"{now}: {got}", 2)
        that(
            model.SerializeToString() == before,
            f"{now}: the model has changed, which belongs to the caller",
            1,
        )
        for node, kind, mine in zip(model.graph.node, kinds, got[0], strict=True):
            takes = ", ".join(name or "''" for name in node.input) or "nothing"
            said = (
                f"{now}: {node.op_type} {node.name!r} takes {takes}. It is {words[kind]}; yours says {mine}"
            )
            that(words[kind] == mine, f"{said}. {reason(model, node, kind)}", 2)
        strange = got[1] != fused
        that(not strange, f"{now}: fused are {fused}, names and texts; yours says {got[1]}", 2)

    cnn_file, int8 = lab.cnn_files()
    relu = {"conv1": "Relu", "conv2": "Relu"}
    expect(onnx.load_from_string(cnn_file), "f" * 8, {}, "the fp32 file")
    expect(lab.as_run(cnn_file), "f" * 6, relu, "the fp32 file as ONNX Runtime runs it")
    expect(lab.as_run(int8), "ciiiiiic", {}, "the int8 file as ONNX Runtime runs it")
    for now, (file, kinds, fused) in SMALL.items():
        expect(onnx.load_from_string(file), kinds, fused, now)
    expect(onnx.load_from_string(int8), "ssssss" + "cc" + "fcc" * 6, {}, "the int8 file, as it is on disk")
