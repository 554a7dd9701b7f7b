import numpy as np

from utils.ch12.one_conv import save_conv
from utils.onnx_tools import by_layer, open_session, profile_by_turns


def test_each_node_of_each_model_has_a_time_for_each_run(tmp_path):
    models = {
        "few": save_conv(tmp_path / "few.onnx", 8, 16),
        "many": save_conv(tmp_path / "many.onnx", 8, 64),
    }
    x = np.random.default_rng(0).random((4, 8, 12, 12), dtype=np.float32)
    found = profile_by_turns(models, x, runs=7)
    assert list(found) == ["few", "many"]
    for nodes in found.values():
        [conv] = [times for node, times in nodes.items() if node.startswith("Conv")]
        assert conv.shape == (7,) and (conv >= 0).all()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["few.onnx", "many.onnx"]  # no trace left


def test_the_caller_decides_how_a_session_is_opened(tmp_path):
    seen = []

    def opened(model, threads, **options):
        seen.append((model.name, threads))
        return open_session(model, threads, **options)

    x = np.zeros((1, 2, 6, 6), np.float32)
    profile_by_turns({"a": save_conv(tmp_path / "a.onnx", 2, 4)}, x, threads=2, runs=2, opened=opened)
    assert seen == [("a.onnx", 2)]


def test_nodes_are_gathered_by_layer_whatever_kernel_runs_them():
    nodes = {
        "QuantizeLinear q": 1, "Transpose t": 2, "QLinearConv a": 10, "NhwcMaxPool a": 3, "Conv b": 20,
        "MaxPool b": 4, "ReorderOutput r": 5, "QGemm d": 6, "DequantizeLinear e": 7,
    }  # fmt: skip
    layers = by_layer({node: np.array([float(time)]) for node, time in nodes.items()})
    assert {name: times.item() for name, times in layers.items()} == {
        "conv 1": 10, "pool 1": 3, "conv 2": 20, "pool 2": 4, "dense": 6, "rest": 15,
    }  # fmt: skip
