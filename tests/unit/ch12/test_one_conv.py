import numpy as np
import onnx
import pytest

from utils.ch12.one_conv import save_conv
from utils.onnx_tools import open_session


@pytest.mark.parametrize("in_channels", [1, 5])
def test_it_is_a_convolution_with_a_relu(tmp_path, in_channels):
    path = save_conv(tmp_path / "conv.onnx", in_channels, 4, seed=1)
    onnx.checker.check_model(onnx.load(path))
    w = onnx.numpy_helper.to_array(onnx.load(path).graph.initializer[0])  # (4, in, 3, 3)
    x = np.random.default_rng(0).standard_normal((2, in_channels, 7, 6)).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(2, 3))  # (2, in, 5, 4, 3, 3)
    expected = np.maximum(np.einsum("bihwkl,oikl->bohw", windows, w), 0)
    np.testing.assert_allclose(open_session(path).run(None, {"x": x})[0], expected, atol=1e-5)


def test_the_seed_decides(tmp_path):
    files = [save_conv(tmp_path / f"{k}.onnx", 2, 3, seed).read_bytes() for k, seed in enumerate((0, 0, 1))]
    assert files[0] == files[1] != files[2]
