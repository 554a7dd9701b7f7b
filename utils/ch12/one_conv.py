"""One convolution as an ONNX file, for chapter 12: 3 × 3, with a ReLU, and as many channels as one likes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


def save_conv(path: Path | str, in_channels: int, out_channels: int, seed: int = 0) -> Path:
    """Random weights; input ``x (b, in_channels, h, w)``, output ``y (b, out_channels, h - 2, w - 2)``."""
    rng = np.random.default_rng(seed)
    w = rng.standard_normal((out_channels, in_channels, 3, 3)) / np.sqrt(9 * in_channels)
    constants = {"w": w.astype(np.float32), "bias": np.zeros(out_channels, np.float32)}
    graph = helper.make_graph(
        [helper.make_node("Conv", ["x", "w", "bias"], ["h"]), helper.make_node("Relu", ["h"], ["y"])],
        "one convolution",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["b", in_channels, "h", "w"])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["b", out_channels, "h_out", "w_out"])],
        [numpy_helper.from_array(array, name) for name, array in constants.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), path)
    return Path(path)
