"""Chapter 12's drawn graphs: every telling case is in each of them."""

import numpy as np
import onnx
import pytest

from utils.ch12.graphs import cluttered, int8_graph
from utils.onnx_tools import open_session

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_graphs_hold_every_case(seed):
    graph = int8_graph(np.random.default_rng(seed)).graph
    made = {"x"} | {tensor.name for tensor in graph.initializer}
    for node in graph.node:
        assert {name for name in node.input if name} <= made, "a tensor is used before it is made"
        made |= set(node.output)
    assert len({node.name for node in graph.node}) == len(graph.node)
    dense = [list(node.input) for node in graph.node if node.op_type == "QGemm"]
    assert {len(i) for i in dense} == {6, 7, 8, 9}
    assert any(len(i) == 8 and not i[6] for i in dense), "y_scale alone, and no bias"
    assert any(len(i) == 9 and i[6] and i[7] and not i[8] for i in dense)
    assert any(node.op_type == "Constant" and not node.input for node in graph.node)
    assert any(len(i) == 9 and not i[6] and i[7] for i in dense)
    assert any(len(i) == 9 and i[6] and not i[7] for i in dense)
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor).dtype for tensor in graph.initializer}
    first = [node.input[0] for node in graph.node if node.op_type == "Gather"]
    assert {str(stored[name]) for name in first if name in stored} == {
        "int8",
        "uint8",
        "int32",
        "int64",
        "float32",
    }
    assert any(node.op_type == "QLinearConcat" and node.input[0] in stored for node in graph.node)
    assert sum(a.name == "activation" for node in graph.node for a in node.attribute) == 2


@pytest.mark.parametrize("chain", [0, 30])
@pytest.mark.parametrize("seed", SEEDS)
def test_cluttered_files_run_and_hold_every_kind_of_clutter(seed, chain):
    rng = np.random.default_rng(seed)
    file = cluttered(rng, chain, constant=chain > 0)
    graph = onnx.load_from_string(file).graph
    used = {name for node in graph.node for name in node.input}
    session = open_session(file)
    x = rng.normal(size=(4, 6)).astype(np.float32)
    outputs = session.run(None, {session.get_inputs()[0].name: x})
    assert [out.shape for out in outputs] == [(4, 3), (4, 3), (4,)][: 2 + (chain > 0)]
    assert all(end.name in {tensor.name for tensor in graph.initializer} - used for end in graph.output[2:])
    assert "" in used and {tensor.name for tensor in graph.initializer} - used
    assert any(tensor.int32_data for tensor in graph.initializer)
    assert graph.value_info and graph.doc_string and graph.metadata_props
    assert any(a.doc_string for node in graph.node for a in node.attribute)
    assert any(node.domain for node in graph.node)
    assert any(len(node.output) == 2 for node in graph.node)
    assert any(len(set(node.input)) < len(node.input) for node in graph.node)
    assert all(len(part.metadata_props) == 2 for part in (*graph.node, *graph.initializer))
    assert any(tensor.data_type == onnx.TensorProto.INT64 for tensor in graph.initializer)
    for parts in (graph.node, graph.initializer):
        assert not all(part.name.isascii() for part in parts)
    assert graph.output[0].name in used
    assert {end.name for end in (*graph.input, *graph.output[:2])} == {"a", "aa", "ab"}
    inside = used | {name for node in graph.node for name in node.output}
    assert (len(inside) > 52) == (chain > 0)


def test_the_seed_decides():
    assert cluttered(np.random.default_rng(1)) == cluttered(np.random.default_rng(1))
    assert cluttered(np.random.default_rng(1)) != cluttered(np.random.default_rng(2))
