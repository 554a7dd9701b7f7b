"""Chapter 12's design problem: a CNN that the obvious ways to int8 ruin, each for a reason of its own.

What a file must keep to is known beforehand; how it is quantized is the learner's choice, a dict.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    CalibrationMethod,
    QuantFormat,
    QuantType,
    quantize_static,
)
from onnxruntime.quantization.shape_inference import quant_pre_process
from scipy import ndimage

from utils.ch12.models import small_weights
from utils.checks import fixed
from utils.data import load_mnist, to_float

FORMATS, METHODS = ("QDQ", "QOperator"), ("MinMax", "Percentile", "Entropy")
NODES = ("conv1", "relu1", "pool1", "gain1", "conv2", "relu2", "pool2", "flatten", "dense")
WEIGHTS = ("w1", "b1", "w2", "b2", "w3", "b3")  # of conv1, conv2, dense
ASKED, OPTIONAL = ("format", "method", "per_channel", "float"), ("percentile", "images")
NUM_IMAGES, FEWEST, HOT = 400, 100, 1023.0  # a pixel of a 10-bit sensor, as it came
BROKEN, LOUD = 217, 1024.0


class BadChoices(ValueError):
    """The choices make no model; the message says why."""


def plain_cnn(seed: int) -> bytes:
    """The shipped CNN 32-64 in fp32, as an ONNX file's bytes; x (b, 1, 28, 28) to y (b, 10)."""
    return _cnn(dict(zip(WEIGHTS, small_weights(seed).values(), strict=True)))


def skewed_cnn() -> bytes:
    """One of them, its function unchanged, its tensors not.

    Ten of the first convolution's channels are 1,024 times as large, and a node ``gain1`` undoes that, as a
    scaling does that nobody folded. One channel of the second has large weights and never fires.
    """
    w1, b1, w2, b2, w3, b3 = (array.copy() for array in small_weights(1).values())
    scale = np.ones(32, np.float32)
    scale[np.random.default_rng(1).permutation(32)[:10]] = LOUD
    dead = int(np.argmin(np.abs(w3.reshape(10, 64, 25)).sum(axis=(0, 2))))  # the one that counts least
    w2[dead], b2[dead] = -600 * np.abs(w2[dead]), -1.0  # its inputs are ≥ 0: ReLU makes it 0, always
    weights = (w1 * scale[:, None, None, None], b1 * scale, w2, b2, w3, b3)
    return _cnn(dict(zip(WEIGHTS, weights, strict=True)), gain=(1 / scale).reshape(32, 1, 1))


def _cnn(stored: dict[str, np.ndarray], gain: np.ndarray | None = None) -> bytes:
    stored = stored | {"shape": np.array([-1, 1600])}
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    into = "p1" if gain is None else "g1"  # conv2's input
    nodes = [
        helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], "conv1"),
        helper.make_node("Relu", ["c1"], ["r1"], "relu1"),
        helper.make_node("MaxPool", ["r1"], ["p1"], "pool1", **pool),
        helper.make_node("Conv", [into, "w2", "b2"], ["c2"], "conv2"),
        helper.make_node("Relu", ["c2"], ["r2"], "relu2"),
        helper.make_node("MaxPool", ["r2"], ["p2"], "pool2", **pool),
        helper.make_node("Reshape", ["p2", "shape"], ["f"], "flatten"),
        helper.make_node("Gemm", ["f", "w3", "b3"], ["y"], "dense", transB=1),
    ]
    if gain is not None:
        stored |= {"gain": gain}
        nodes.insert(3, helper.make_node("Mul", ["p1", "gain"], ["g1"], "gain1"))
    graph = helper.make_graph(
        nodes,
        "cnn_32_64",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["b", 1, 28, 28])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["b", 10])],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )
    opset = [helper.make_opsetid("", 21)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()


def camera_images() -> np.ndarray:
    """Images (400, 1, 28, 28) to calibrate with, read-only; in one of them, a pixel was never scaled."""
    x = to_float(load_mnist().x_train[:NUM_IMAGES])[:, None]
    x[BROKEN, 0, 13, 9] = HOT
    x.flags.writeable = False
    return x


def checked(choices: dict) -> dict:
    """The choices, complete and in plain types, or BadChoices.

    ``format``, ``method``, ``per_channel`` and ``float`` (nodes left in float) are asked for; ``percentile``
    (99.999, where the method has one) and ``images`` (which ones, at least 100; all) may be left out.
    """
    if not isinstance(choices, dict):
        raise BadChoices(f"choices returns a dict with {', '.join(ASKED)}; yours is {choices!r:.60}")
    for name in choices:
        if name not in (*ASKED, *OPTIONAL):
            known = f"{', '.join(ASKED)}, and perhaps {' and '.join(OPTIONAL)}"
            raise BadChoices(f"there is no choice {name!r:.60}: the keys are {known}")
    for name in ASKED:
        if name not in choices:
            raise BadChoices(f"the choice {name!r} is missing")
    full = {"images": range(NUM_IMAGES)} | choices
    for name, known in (("format", FORMATS), ("method", METHODS), ("per_channel", (True, False))):
        if full[name] not in known:
            raise BadChoices(f"{name} is one of {known}; yours is {full[name]!r}")
    left = full["float"]
    some = isinstance(left, Iterable) and not isinstance(left, str | bytes)
    left = list(left) if some else [None]
    if not all(isinstance(node, str) and node in NODES for node in left):
        raise BadChoices(f"float is a list of nodes among {NODES}, or empty; yours is {full['float']!r:.60}")
    images = _whole_numbers(full["images"])
    if len(images) == 0 or images.min() < 0 or images.max() >= NUM_IMAGES:
        said = (
            f"{len(images)} of them, {images.min()} to {images.max()}"
            if len(images)
            else f"{full['images']!r:.40}"
        )
        if len(_shape(full["images"])) > 1:
            said = f"of shape {_shape(full['images'])}. Are these images? Give their numbers"
        elif "True" in said:
            said += ": a mask? Give the numbers of those that are True"
        raise BadChoices(f"images is a list of whole numbers, 0 to {NUM_IMAGES - 1}; yours is {said}")
    if len(np.unique(images)) < FEWEST:
        few = f"yours has {len(np.unique(images))}"
        raise BadChoices(f"images: calibrate with at least {FEWEST} different images; {few}")
    plain = {
        "format": str(full["format"]),
        "method": str(full["method"]),
        "per_channel": bool(full["per_channel"]),
        "float": sorted(set(map(str, left))),
        "images": [int(i) for i in images],
    }
    if (percentile := _percentile(choices)) is not None:
        plain["percentile"] = percentile
    return plain


def _percentile(choices: dict) -> float | None:
    """Where the method has one."""
    method, percentile = choices["method"], choices.get("percentile", 99.999)
    if method != "Percentile":
        if "percentile" in choices:
            raise BadChoices(f"percentile works with the method 'Percentile' alone; yours is {method!r}")
        return None
    number = isinstance(percentile, int | float | np.number)
    if not number or not 98 <= percentile <= 100:
        part = number and 0.98 <= percentile <= 1
        why = f": in percent, that is {100 * percentile:g}" if part else ""
        raise BadChoices(f"percentile is a number, 98 to 100; yours is {percentile!r}{why}")
    return float(percentile)


def _shape(images) -> tuple[int, ...]:
    """Of an array, or of a list of some; () of rows of different lengths."""
    try:
        return np.shape(images)
    except ValueError:
        return ()


def _whole_numbers(images) -> np.ndarray:
    """As an array (n,); an empty one, if they are anything else."""
    try:
        numbers = np.atleast_1d(np.asarray(images))
    except ValueError:  # rows of different lengths
        return np.empty(0, int)
    return numbers if numbers.dtype.kind in "iu" and numbers.ndim == 1 else np.empty(0, int)


class Batches(CalibrationDataReader):
    """Images (n, 1, 28, 28) in batches of one size, at most 50: histograms of calibration ask for that."""

    def __init__(self, x: np.ndarray):
        self.x, self.size = x, max(k for k in range(1, 51) if len(x) % k == 0)
        self.rewind()

    def rewind(self) -> None:
        starts = range(0, len(self.x), self.size)
        self.rest = iter([{"x": self.x[i : i + self.size]} for i in starts])

    def get_next(self) -> dict | None:
        return next(self.rest, None)


def quantized(model: bytes, reader: CalibrationDataReader, **options) -> bytes:
    """The model in int8, uint8 activations and int8 weights; ``options`` go to ``quantize_static``."""
    options = {"quant_format": QuantFormat.QDQ, "per_channel": True} | options
    before = logging.root.manager.disable
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        logging.disable(logging.WARNING)  # it advises what has just been done
        try:
            start, ready, end = (Path(folder) / f"{name}.onnx" for name in ("start", "ready", "end"))
            start.write_bytes(model)
            quant_pre_process(str(start), str(ready), skip_symbolic_shape=True)
            types = {"activation_type": QuantType.QUInt8, "weight_type": QuantType.QInt8}
            quantize_static(str(ready), str(end), reader, **types, **options)
            return end.read_bytes()
        finally:
            logging.disable(before)


def built(choices: dict) -> bytes:
    """The skewed CNN, quantized as the choices say."""
    full = checked(choices)
    return quantized(
        skewed_cnn(),
        Batches(camera_images()[full["images"]]),
        quant_format=QuantFormat[full["format"]],
        calibrate_method=CalibrationMethod[full["method"]],
        per_channel=full["per_channel"],
        nodes_to_exclude=full["float"],
        extra_options={"CalibPercentile": full["percentile"]} if "percentile" in full else {},
    )


def moved(x: np.ndarray, rng: np.random.Generator, shift: float = 1, degrees: float = 5) -> np.ndarray:
    """Each image (n, 1, 28, 28) moved by up to ``shift`` pixels, turned by up to ``degrees``, at random."""
    out, centre = np.empty_like(x), np.full(2, 13.5)
    turns = np.radians(rng.uniform(-degrees, degrees, len(x)))
    for image, to, turn, step in zip(x, out, turns, rng.uniform(-shift, shift, (len(x), 2)), strict=True):
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        to[0] = ndimage.affine_transform(image[0], matrix, centre - matrix @ centre + step, order=1)
    return out


fixed(__name__)
