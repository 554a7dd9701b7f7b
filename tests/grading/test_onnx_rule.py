"""The rule for ONNX files: size and accuracy are taken on the host, and the file is run in a box."""

import base64
import io
import sys

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from grader import onnx_run
from grader.compare import compare_cell
from tests.unit.test_emit_and_compare import emitted

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no box")
RNG = np.random.default_rng(0)
W = RNG.normal(size=(784, 10)).astype("float32")
X = RNG.random((250, 1, 28, 28)).astype("float32")
Y = (X.reshape(-1, 784) @ W).argmax(axis=1)


def made(nodes, initializers=(), opset=21) -> bytes:
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["b", 1, 28, 28])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    graph = helper.make_graph(nodes, "g", [x], [y], list(initializers))
    opsets = [helper.make_opsetid("", opset)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString()


FLATTEN = helper.make_node("Flatten", ["x"], ["flat"])
DENSE = helper.make_node("MatMul", ["flat", "w"], ["y"])
RIGHT = made([FLATTEN, DENSE], [numpy_helper.from_array(W, "w")])


def text(raw: bytes) -> dict:
    return emitted(base64.b64encode(raw).decode(), "model")


def judged(answer: dict, **rule):
    held_out = io.BytesIO()
    np.savez_compressed(held_out, x=X, y=Y)
    rule = {"rule": "onnx", "bytes": len(RIGHT), "at_least": 1.0} | rule
    return compare_cell([text(b"the reference's")], [answer], rule, [text(held_out.getvalue())])


def test_a_file_within_its_budget_passes_and_one_byte_less_fails_it():
    assert judged(text(RIGHT)).passed
    verdict = judged(text(RIGHT), bytes=len(RIGHT) - 1)
    assert not verdict.passed and f"{len(RIGHT):,} bytes" in verdict.reason


def test_a_wrong_network_fails():
    wrong = made([FLATTEN, DENSE], [numpy_helper.from_array(-W, "w")])
    verdict = judged(text(wrong), bytes=10**6, at_least=0.5)
    assert not verdict.passed and "50.0% are needed" in verdict.reason


def elsewhere() -> bytes:
    """Its weights are to be read from a file of the host's."""
    path = onnx_run.Path(onnx_run.__file__).with_name("weights.bin")
    w = TensorProto(name="w", dims=[784, 10], data_type=TensorProto.FLOAT)
    w.data_location = TensorProto.EXTERNAL
    w.external_data.add(key="location", value=str(path))
    return made([FLATTEN, DENSE], [w])


def huge() -> bytes:
    """It asks for 400 GB."""
    size = numpy_helper.from_array(np.array([10**11]), "size")
    return made([helper.make_node("ConstantOfShape", ["size"], ["y"])], [size])


def endless() -> bytes:
    """A loop of 2⁶² turns."""
    values = [helper.make_tensor_value_info(n, t, []) for n, t in [("i", 7), ("c", 9), ("s", 1)]]
    out = [helper.make_tensor_value_info(n, t, []) for n, t in [("c2", 9), ("s2", 1)]]
    body = [helper.make_node("Identity", ["c"], ["c2"]), helper.make_node("Cos", ["s"], ["s2"])]
    graph = helper.make_graph(body, "body", values, out)
    more = [numpy_helper.from_array(np.array(v), n) for n, v in [("n", 2**62), ("yes", True)]]
    more.append(numpy_helper.from_array(np.float32(1), "start"))
    return made([helper.make_node("Loop", ["n", "yes", "start"], ["y"], body=graph)], more)


BAD = {
    "no base64": emitted("ÿ§ no file", "model"),
    "nothing": emitted("", "model"),
    "a number": emitted(3.0, "model"),
    "two texts": emitted(["AAAA", "AAAA"], "model"),
    "no ONNX": text(b"<html>" * 100),
    "torn": text(RIGHT[:-100]),
    "an unknown operator": text(made([helper.make_node("Nonsense", ["x"], ["y"])])),
    "an opset from the future": text(made([FLATTEN, DENSE], [numpy_helper.from_array(W, "w")], opset=999)),
    "other images": text(
        made([helper.make_node("MatMul", ["x", "w"], ["y"])], [numpy_helper.from_array(W, "w")])
    ),
    "one row for all": text(made([helper.make_node("ReduceMax", ["x"], ["y"])])),
    "a file of the host's": text(elsewhere()),
    "no memory": text(huge()),
    "no end": text(endless()),
}


@pytest.mark.parametrize("answer", BAD.values(), ids=BAD)
def test_what_is_no_such_file_fails_with_a_reason(answer, monkeypatch):
    monkeypatch.setattr(onnx_run, "SECONDS", 5)
    verdict = judged(answer, bytes=10**6, at_least=0.0)
    assert not verdict.passed and verdict.reason


def test_an_endless_file_is_ended(monkeypatch):
    monkeypatch.setattr(onnx_run, "SECONDS", 2)
    assert "longer than 2 seconds" in judged(text(endless()), bytes=10**6).reason


SEES = """
import sys, socket
there = {there}
sys.stdout.buffer.write(bytes(8 * 250))
sys.exit(not there)
"""


@pytest.mark.parametrize(
    ("there", "in_the_box"),
    [
        ("sorted(os.listdir('.')) == ['model.onnx', 'x.npy']", True),
        ("sorted(os.listdir('/data')) == ['model.onnx', 'x.npy']", True),  # and no MNIST
        (f"os.path.exists({onnx_run.__file__!r})", False),
        ("os.getuid() == 0", False),
        ("len(socket.if_nameindex()) > 1", False),
    ],
)
def test_the_box_holds_the_file_and_the_images(there, in_the_box, monkeypatch):
    monkeypatch.setattr(onnx_run, "CODE", SEES.format(there=there))
    if in_the_box:
        assert onnx_run.predicted(RIGHT, X).tolist() == [0] * 250
    else:
        with pytest.raises(onnx_run.NotOnnx):
            onnx_run.predicted(RIGHT, X)
