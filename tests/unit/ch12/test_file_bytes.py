import numpy as np
import onnx
import pytest

from utils.ch12.file_bytes import PARTS, file_parts, strip
from utils.ch12.one_conv import save_conv
from utils.onnx_tools import open_session


@pytest.fixture
def conv(tmp_path):
    return save_conv(tmp_path / "conv.onnx", 3, 8)


def test_the_parts_add_up_to_the_file_and_weights_are_weights(conv):
    parts = file_parts(conv)
    assert set(parts) == set(PARTS)
    assert sum(parts.values()) == conv.stat().st_size
    assert parts["weights"] == 4 * 8 * 3 * 9 and parts["biases"] == 4 * 8
    assert parts["scales and zero points"] == parts["exporter's notes"] == 0


def test_notes_are_counted_and_stripping_takes_them_alone(conv, tmp_path):
    noted = onnx.load(conv)
    noted.graph.node[0].doc_string = "x" * 1000
    noted.graph.node[1].metadata_props.add(key="path", value="y" * 500)
    noted.metadata_props.add(key="by", value="z" * 100)
    noted.graph.value_info.add().name = "h"
    onnx.save(noted, tmp_path / "noted.onnx")
    before, after = file_parts(conv), file_parts(tmp_path / "noted.onnx")
    assert after["exporter's notes"] > 1600
    assert {k: v for k, v in after.items() if "notes" not in k} == {
        k: v for k, v in before.items() if "notes" not in k
    }
    bare = strip(tmp_path / "noted.onnx", tmp_path / "bare.onnx")
    assert bare.stat().st_size == conv.stat().st_size
    x = np.random.default_rng(0).random((2, 3, 6, 6), dtype=np.float32)
    same = [open_session(path).run(None, {"x": x})[0] for path in (conv, bare)]
    np.testing.assert_array_equal(*same)


def test_a_quantized_files_tensors_are_sorted_by_their_names(conv, tmp_path):
    model = onnx.load(conv)
    for name, array in [
        ("w_scale", np.ones(8, np.float32)),
        ("bias_quantized_zero_point", np.zeros(8, np.int32)),
    ]:
        model.graph.initializer.append(onnx.numpy_helper.from_array(array, name))
    onnx.save(model, tmp_path / "more.onnx")
    parts = file_parts(tmp_path / "more.onnx")
    assert parts["scales and zero points"] == 64 and parts["biases"] == 32
