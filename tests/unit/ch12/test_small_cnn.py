"""What lesson 12 says of the small CNN's files, beyond its claims."""

import numpy as np
import pytest

from utils.ch12.design import Batches, quantized
from utils.ch12.file_bytes import file_parts, strip
from utils.ch12.models import load_int8_model, onnx_file
from utils.ch12.operations import operations_as_run
from utils.data import load_mnist, to_float
from utils.onnx_tools import open_session


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The CNN 32-64 in fp32, and in int8 in both forms."""
    from onnxruntime.quantization import QuantFormat

    folder, fp32 = tmp_path_factory.mktemp("files"), onnx_file("cnn_32_64")
    found = {"fp32": fp32}
    for kind in ("QDQ", "QOperator"):
        few = Batches(to_float(load_mnist().x_train[:50])[:, None])
        found[kind] = folder / f"{kind}.onnx"
        found[kind].write_bytes(quantized(fp32.read_bytes(), few, quant_format=QuantFormat[kind]))
    return found


def test_the_exported_file_computes_what_pytorch_does(files):
    import torch

    x = to_float(load_mnist().x_test[:100])[:, None]
    with torch.inference_mode():
        ours = load_int8_model("cnn_32_64")(torch.from_numpy(x)).numpy()
    theirs = open_session(files["fp32"]).run(None, {"x": x})[0]
    assert np.abs(theirs - ours).max() <= 1e-5 * np.abs(ours).max()


def test_a_session_is_left_with_five_int8_kernels_two_conversions_and_no_relu(files):
    run = operations_as_run(files["QDQ"])
    assert run == operations_as_run(files["QOperator"])
    assert sum(op.startswith(("QLinear", "QGemm", "Nhwc")) for op in run) == 5
    assert sum(op in ("QuantizeLinear", "DequantizeLinear") for op in run) == 2
    assert "Relu" not in run


def test_weights_shrink_four_times_and_a_quarter_of_the_file_is_not_weights(files):
    fp32, int8 = (file_parts(files[kind]) for kind in ("fp32", "QDQ"))
    assert fp32["weights"] == 4 * int8["weights"]
    assert fp32["biases"] == int8["biases"]
    assert 0.22 <= 1 - int8["weights"] / sum(int8.values()) <= 0.35


def test_stripped_the_file_is_smaller_by_its_notes_and_3_6_times_smaller_than_fp32(files, tmp_path):
    size = {}
    for kind in ("fp32", "QOperator"):
        size[kind] = strip(files[kind], tmp_path / kind).stat().st_size
        assert files[kind].stat().st_size - size[kind] == file_parts(files[kind])["exporter's notes"]
    assert size["fp32"] >= 3.6 * size["QOperator"]
