"""Graphs that chapter 12's lab draws: nodes in integers and in floats, and files full of clutter."""

from __future__ import annotations

import string

import numpy as np
from onnx import ModelProto, TensorProto, ValueInfoProto, helper, numpy_helper

from utils.checks import fixed

MS = "com.microsoft"
MS_OPS = ("FusedConv", "FusedGemm", "QGemm", "QLinearAdd", "QLinearConcat", "QLinearSigmoid", "QuickGelu")


class Graph:
    """Nodes and stored tensors, as they are added; names are drawn, so that none tells anything."""

    def __init__(self, rng: np.random.Generator):
        self.rng, self.nodes, self.stored, self.used = rng, [], [], set()

    def name(self, say: str = "") -> str:
        """A name that nothing else has."""
        while True:
            name = say + "".join(self.rng.choice(list(string.ascii_lowercase), int(self.rng.integers(2, 7))))
            if name not in self.used:
                self.used.add(name)
                return name

    def store(self, value: np.ndarray) -> str:
        name = self.name()
        self.stored.append(numpy_helper.from_array(value, name))
        return name

    def add(self, op: str, inputs: list[str], outputs: int = 1, say: str = "", **attributes) -> str | list:
        """Add a node; the name of its output, or a list of them. ``say``: how its name starts."""
        if op in MS_OPS:
            attributes["domain"] = MS
        names = [self.name() for _ in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, self.name(say), **attributes))
        return names[0] if outputs == 1 else names

    def scale(self) -> list[str]:
        """A scale and a zero point, uint8."""
        return [self.store(np.float32(self.rng.uniform(0.01, 1))), self.store(np.uint8(3))]

    def weights(self) -> list[str]:
        """Weights in int8, their scale and zero point."""
        w = self.rng.integers(-9, 9, (2, 2, 1, 1)).astype(np.int8)
        return [self.store(w), self.store(np.float32(0.1)), self.store(np.int8(0))]


def int8_graph(rng: np.random.Generator) -> ModelProto:
    """A graph to read, not to run: eleven parts in a drawn order, each from floats to floats."""
    graph, inside = Graph(rng), "x"
    parts = (_fused, _conv, _between, _shared, _without_scale, _without_bias, _branches, _folded, _constants)
    parts += (_scale_first, _tables)
    for k in rng.permutation(len(parts)):
        inside = parts[k](graph, inside)
    last = graph.add("Identity", [inside])
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in ("x", last)]
    made = helper.make_graph(graph.nodes, "drawn", ends[:1], ends[1:], graph.stored)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(MS, 1)])


def _fused(graph: Graph, x: str) -> str:
    w, act = graph.store(np.ones((2, 2, 1, 1), np.float32)), str(graph.rng.choice(["Relu", "LeakyRelu"]))
    y = graph.add("FusedConv", [x, w], activation=act, activation_params=[0.1], say="quant_")
    y = graph.add("MaxPool", [y], kernel_shape=[2, 2])
    y = graph.add("QuickGelu", [y], alpha=1.7)  # in floats, though it begins with Q
    y = graph.add("FusedGemm", [y, graph.store(np.ones((2, 2), np.float32))], activation="Sigmoid")
    return graph.add("Relu", [graph.add("Conv", [y, w], group=1)], say="QuantizeLinear_")


def _conv(graph: Graph, x: str) -> str:
    """In integers from the first conversion to the last, a pool and a ReLU among them."""
    first, second = graph.scale(), graph.scale()
    q = graph.add("QuantizeLinear", [x, *first])
    q = graph.add("QLinearConv", [q, *first, *graph.weights(), *second], say="float_")
    q = graph.add("Relu", [graph.add("MaxPool", [q], kernel_shape=[2, 2])])
    q = graph.add("QLinearSigmoid", [graph.add("Transpose", [q]), *second, *first])
    return graph.add("DequantizeLinear", [q, *first], say="conv_")


def _between(graph: Graph, x: str) -> str:
    """Between two conversions a node computes in floats, whatever its neighbours hold."""
    scale = graph.scale()
    w = graph.add("DequantizeLinear", graph.weights())
    x = graph.add("DequantizeLinear", [graph.add("QuantizeLinear", [x, *scale]), *scale])
    y = graph.add("Conv", [x, w], say="int8_")
    return graph.add("DequantizeLinear", [graph.add("QuantizeLinear", [y, *scale]), *scale])


def _shared(graph: Graph, x: str) -> str:
    """Two nodes share a stored tensor's conversion, and a scale."""
    w = graph.add("DequantizeLinear", graph.weights())
    return graph.add("Conv", [graph.add("Conv", [x, w]), w])


def _without_scale(graph: Graph, x: str) -> str:
    """A QGemm without the scale of its output puts out floats."""
    scale, bias = graph.scale(), graph.store(np.zeros(2, np.int32))
    q = graph.add("QuantizeLinear", [x, *scale])
    y = graph.add("QGemm", [q, *scale, *graph.weights(), bias])
    y = graph.add("Relu", [y])
    q = graph.add("QuantizeLinear", [y, *scale])
    y = graph.add("QGemm", [q, *scale, *graph.weights(), bias, "", ""])
    return graph.add("Reshape", [y, graph.store(np.array([-1, 2]))])


def _without_bias(graph: Graph, x: str) -> str:
    """A QGemm without a bias, but with the scale of its output."""
    scale, out = graph.scale(), graph.scale()
    q = graph.add("QuantizeLinear", [x, *scale])
    q = graph.add("QGemm", [q, *scale, *graph.weights(), "", *out])
    q = graph.add("Reshape", [q, graph.store(np.array([-1, 2]))])
    q = graph.add("QGemm", [q, *scale, *graph.weights(), "", out[0]])  # and no zero point
    q = graph.add("QGemm", [graph.add("Flatten", [q]), *scale, *graph.weights(), out[1], out[0], ""])
    y = graph.add("QGemm", [graph.add("Relu", [q]), *scale, *graph.weights()])  # and no scale
    q = graph.add("QuantizeLinear", [graph.add("Relu", [y]), *scale])
    return graph.add("DequantizeLinear", [q, *out])


def _branches(graph: Graph, x: str) -> str:
    """One branch goes on in integers, the other in floats; a Split hands on two tensors."""
    scale = graph.scale()
    q = graph.add("QuantizeLinear", [x, *scale])
    left, right = graph.add("Split", [q], outputs=2, num_outputs=2)
    y = graph.add("Softmax", [graph.add("DequantizeLinear", [left, *scale])])
    right = graph.add("Flatten", [right])
    q = graph.add("QLinearAdd", [right, *scale, graph.add("Relu", [left]), *scale, *scale])
    return graph.add("Add", [y, graph.add("DequantizeLinear", [q, *scale])])


def _folded(graph: Graph, x: str) -> str:
    """Weights stored in floats, and rounded by conversions of their own."""
    scale = [graph.store(np.float32(0.1)), graph.store(np.int8(0))]
    w = graph.add("QuantizeLinear", [graph.store(np.ones((2, 2, 1, 1), np.float32)), *scale])
    w = graph.add("DequantizeLinear", [graph.add("Transpose", [w]), *scale])
    return graph.add("Conv", [x, w])


def _constants(graph: Graph, x: str) -> str:
    """Nodes of stored tensors alone, one without inputs, and nodes that only begin with a stored one."""
    one = graph.add("Constant", [], value_float=1.0)
    w = graph.add("Mul", [graph.store(np.float32(2)), graph.store(np.float32(3))])
    w = graph.add("Clip", [w, "", one])
    x = graph.add("Mul", [w, graph.add("Sub", [graph.store(np.float32(1)), x])])
    q = graph.add("QuantizeLinear", [x, *graph.scale()])
    return graph.add("Gather", [x, q])


def _scale_first(graph: Graph, x: str) -> str:
    """QLinearConcat takes its output's scale first, and computes in integers all the same."""
    scale, out = graph.scale(), graph.scale()
    q = graph.add("QuantizeLinear", [x, *scale])
    q = graph.add("QLinearConcat", [*out, q, *scale, q, *scale], axis=1)
    return graph.add("DequantizeLinear", [graph.add("Relu", [q]), *out])


def _tables(graph: Graph, x: str) -> str:
    """A stored tensor comes first, of integers or of floats, or what was made of one when the file was opened."""
    scale, shape = graph.scale(), (3, 2)
    q, sums = graph.add("QuantizeLinear", [x, *scale]), []
    kinds = [np.int8, np.uint8, np.int32, np.int64, np.float32]
    tables = [graph.store(np.ones(shape, kind)) for kind in kinds]
    whole = graph.add("QuantizeLinear", [graph.store(np.ones(shape, np.float32)), *scale])
    tables += [whole, graph.add("DequantizeLinear", [graph.store(np.ones(shape, np.int8)), *scale])]
    for k in graph.rng.permutation(len(tables)):
        y = graph.add("Relu", [graph.add("Gather", [tables[k], q])])
        sums.append(y if k in (4, 6) else graph.add("DequantizeLinear", [y, *scale]))
    return graph.add("Sum", sums)


def cluttered(
    rng: np.random.Generator, chain: int = 0, constant: bool = False, default: bool = False
) -> bytes:
    """A network x (b, 6) to y (b, 3) and z (b, 3), in a file full of what running does not need.

    ``chain``: so many nodes more, each with a stored number of its own. ``constant``: a third output, (4,), is
    stored, and no node takes it. ``default``: the bias is an input, too, for callers who have another one.

    Its input and outputs have short names, which the first short names that come to mind would take; y
    is used inside, too; an optional input is left out; int8 is stored in the field that spends bytes.
    """
    graph, words = Graph(rng), lambda n: "größe " + "".join(rng.choice(list("abcdé "), n))
    x, y, z = rng.permutation(["a", "aa", "ab"]).tolist()
    graph.used |= {x, y, z}
    w, v = graph.store(rng.normal(size=(6, 5)).astype(np.float32)), graph.name("gewöhnliche_")
    q = rng.integers(-127, 0, (5, 3))
    graph.stored.append(helper.make_tensor(v, TensorProto.INT8, q.shape, q.ravel().tolist()))
    bias = rng.normal(size=3).tolist()
    graph.stored.append(helper.make_tensor(b := graph.name(), TensorProto.FLOAT, [3], bias))
    for _ in range(int(rng.integers(1, 4))):  # left over
        graph.store(rng.normal(size=int(rng.integers(20, 60))).astype(np.float32))
    h = graph.add("MatMul", [x, w], say="node_of_a_long_name_")
    h = graph.add("Clip", [h, "", graph.store(np.float32(2))])
    h = graph.add("Concat", graph.add("Split", [h, graph.store(np.array([2, 3]))], 2, axis=1), axis=1)
    h = graph.add("Add", [h, h])
    for _ in range(chain):
        h = graph.add("Add", [h, graph.store(np.float32(rng.normal()))])
    weights = graph.add("DequantizeLinear", [v, graph.store(np.float32(0.03)), graph.store(np.int8(0))])
    act = {"alpha": 0.5, "activation": "LeakyRelu", "activation_alpha": 0.1, "domain": MS}
    graph.nodes.append(helper.make_node("FusedGemm", [h, weights, b], [y], graph.name("größe_"), **act))
    graph.nodes.append(helper.make_node("Sigmoid", [y], [z], graph.name()))
    infos = [
        helper.make_tensor_value_info(n, TensorProto.FLOAT, ["n", s]) for n, s in ((x, 6), (y, 3), (z, 3))
    ]
    if constant:
        kept = graph.store(rng.normal(size=4).astype(np.float32))
        infos.append(helper.make_tensor_value_info(kept, TensorProto.FLOAT, [4]))
    inside = [helper.make_tensor_value_info(n.output[0], TensorProto.FLOAT, None) for n in graph.nodes[:2]]
    inputs = infos[:1] + [helper.make_tensor_value_info(b, TensorProto.FLOAT, [3])] * default
    made = helper.make_graph(graph.nodes, words(9), inputs, infos[1:], graph.stored, words(30), inside)
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MS, 1)]
    model = helper.make_model(made, opset_imports=opsets, ir_version=10)
    model.doc_string = words(20)
    for part in (*model.graph.node, *model.graph.initializer, *infos_of(model), *inside_of(model)):
        part.doc_string = words(int(rng.integers(1, 40)))
    for attribute in (held for node in model.graph.node for held in node.attribute):
        attribute.doc_string = words(6)
    for part in (model, model.graph, *model.graph.node, *model.graph.initializer, *infos_of(model)):
        for _ in range(2):
            part.metadata_props.add(key=words(3), value=words(int(rng.integers(5, 60))))
    return model.SerializeToString()


def infos_of(model: ModelProto) -> list[ValueInfoProto]:
    """What the model takes and gives."""
    return [*model.graph.input, *model.graph.output]


def inside_of(model: ModelProto) -> list[ValueInfoProto]:
    """The shapes of what is inside."""
    return list(model.graph.value_info)


fixed(__name__)
