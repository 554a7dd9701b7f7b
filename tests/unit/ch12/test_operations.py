import matplotlib.pyplot as plt
import pytest

from utils.ch12.one_conv import save_conv
from utils.ch12.operations import KINDS, draw_columns, kind, operations, operations_as_run


@pytest.fixture
def conv(tmp_path):
    return save_conv(tmp_path / "conv.onnx", 8, 16)


def test_operations_in_order_without_those_on_constants(conv):
    import onnx

    model = onnx.load(conv)
    model.graph.node.insert(0, onnx.helper.make_node("Identity", ["w"], ["unused"]))
    assert operations(model) == operations(conv) == ["Conv", "Relu"]


def test_as_run_the_relu_is_fused_and_the_file_left_alone(conv):
    before = conv.read_bytes()
    assert "Relu" not in operations_as_run(conv)
    assert conv.read_bytes() == before


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("Conv", "float32"),
        ("MaxPool", "float32"),
        ("FusedGemm", "float32"),
        ("QLinearConv", "int8"),
        ("QGemm", "int8"),
        ("NhwcMaxPool", "int8"),
        ("QuantizeLinear", "conversion"),
        ("DequantizeLinear", "conversion"),
        ("ReorderOutput", "layout only"),
    ],
)
def test_kinds(operation, expected):
    assert kind(operation) == expected and expected in KINDS


def test_a_drawing_has_a_box_for_each_operation_and_fits_the_page():
    fig = draw_columns({"a": ["Conv", "Relu"], "b": ["QLinearConv"]})
    assert len(fig.axes[0].patches) == 3
    assert [t.get_text() for t in fig.axes[0].texts] == ["Conv", "Relu", "QLinearConv"]
    assert fig.get_size_inches()[0] <= 6.8
    plt.close(fig)
