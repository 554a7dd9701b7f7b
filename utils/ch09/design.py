"""Chapter 09's design problem: a pruned network in a file that unpacks itself, and what is given to make one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from utils.checks import fixed
from utils.data import load_mnist, tensors, to_float
from utils.models import recorded

RECORDED = {"start.npz": "make_start"}
SHAPES = {"w1": (100, 784), "b1": (100,), "w2": (10, 100), "b2": (10,)}
MOST_BYTES = 6_000
NUM_STEPS = 2_000  # of the dense network's training


class BadNetwork(ValueError):
    """What came back is no network that can be packed; the message says why."""


# ---- what a learner starts from, and trains with ---------------------------------------------------


def empty() -> nn.Sequential:
    """784-100-10: images (b, 784) in, logits (b, 10) out; 79,510 parameters."""
    return nn.Sequential(nn.Linear(784, 100), nn.ReLU(), nn.Linear(100, 10))


@lru_cache(maxsize=1)
def digits() -> tuple[torch.Tensor, torch.Tensor]:
    """All training images (55000, 784), from 0 to 1, and their labels (55000,)."""
    data = load_mnist()
    x, y = tensors(data.x_train, data.y_train)
    return x.flatten(1), y


def train(network: nn.Sequential, masks=None, num_steps: int = 400, lr: float = 3e-3, seed: int = 0) -> None:
    """Train in place: Adam on batches of 128, a learning rate that falls from ``lr`` to 0 along a straight line.

    ``masks`` are two bool tensors, (100, 784) and (10, 100): weights at False are 0 from the first step to the
    last. ``None``: all weights are trained.
    """
    (x, y), order = digits(), torch.Generator().manual_seed(seed)
    weights = [network[0].weight, network[2].weight]
    if masks is not None and [tuple(m.shape) for m in masks] != [tuple(w.shape) for w in weights]:
        raise ValueError("masks are two bool tensors, (100, 784) and (10, 100)")
    off = [] if masks is None else [~m.bool() for m in masks]
    optimizer = torch.optim.Adam(network.parameters(), lr, fused=True)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / num_steps)
    _silence(weights, off)
    for _ in range(num_steps):
        batch = torch.randint(len(x), (128,), generator=order)
        loss = F.cross_entropy(network(x[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        _silence(weights, off)


@torch.no_grad()
def _silence(weights: list[nn.Parameter], off: list[torch.Tensor]) -> None:
    for w, gone in zip(weights, off, strict=False):  # no masks: none is gone
        w.masked_fill_(gone, 0)


def make_start(folder: Path) -> None:
    """Train the dense network in one thread: it is shipped, so that all have the same bits."""
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = empty()
    train(network, num_steps=NUM_STEPS)
    np.savez(folder / "start.npz", **as_arrays(network))


def start() -> nn.Sequential:
    """The dense network, trained on 55,000 images: a copy of your own each time."""
    network, kept = empty(), recorded(__name__, "start.npz")
    for layer, w, b in ((network[0], "w1", "b1"), (network[2], "w2", "b2")):
        layer.weight.data, layer.bias.data = (torch.from_numpy(kept[name].copy()) for name in (w, b))
    return network


# ---- the file --------------------------------------------------------------------------------------


def as_arrays(network) -> dict[str, np.ndarray]:
    """Weights and biases as float32 arrays, by name; BadNetwork where it isn't a 784-100-10 of finite numbers."""
    if not isinstance(network, nn.Module):
        raise BadNetwork(f"return the network, an nn.Sequential; yours is {type(network).__name__}")
    layers = [m for m in network.modules() if isinstance(m, nn.Linear)]
    found = [tuple(p.shape) for layer in layers for p in (layer.weight, layer.bias) if p is not None]
    if found != list(SHAPES.values()):
        raise BadNetwork(f"the network is to be a 784-100-10; yours has parameters of shapes {found}")
    tensors = [p.detach().float().numpy().copy() for layer in layers for p in (layer.weight, layer.bias)]
    if not all(np.isfinite(it).all() and np.abs(it).max() < 6e4 for it in tensors):
        raise BadNetwork("some weights aren't finite numbers that float16 holds")
    return dict(zip(SHAPES, tensors, strict=True))


def _plain(network) -> None:
    """BadNetwork where more belongs to a network than what its file would hold."""
    kinds = [type(layer) for layer in network.children()]
    if type(network) is not nn.Sequential or kinds != [nn.Linear, nn.ReLU, nn.Linear]:
        its = f"{type(network).__name__} of {', '.join(kind.__name__ for kind in kinds)}"
        raise BadNetwork(f"the file holds a Sequential of Linear, ReLU, Linear; yours is a {its}")
    for name, layer in network.named_modules():
        if layer._forward_hooks or layer._forward_pre_hooks or hasattr(layer, "parametrizations"):
            left = (
                "a hook or a parametrization is left on it (one of torch's prune?), which the file can't hold"
            )
            raise BadNetwork(f"layer {name}: {left}: remove it")


def gaps(kept: np.ndarray) -> np.ndarray:
    """Distances between kept places (k,), as uint8; a place that holds a 0 stands in where one is over 255."""
    steps = np.diff(kept, prepend=0)
    fillers = np.maximum(steps - 1, 0) // 255
    out = np.full(len(kept) + int(fillers.sum()), 255, np.uint8)
    out[np.arange(len(kept)) + np.cumsum(fillers)] = steps - 255 * fillers
    return out


def encodings(w: np.ndarray) -> dict[str, dict[str, np.ndarray]]:
    """What each format stores of a weight: ``{format: {part: array}}``; values are float16."""
    flat = w.astype(np.float16).ravel()
    kept = np.flatnonzero(flat)
    steps, places = gaps(kept), np.zeros(0, int)
    if len(steps):
        places = np.cumsum(steps.astype(int))
    return {
        "dense": {"values": flat},
        "bitmask": {"bits": np.packbits(flat != 0, bitorder="little"), "values": flat[kept]},
        "gaps": {"gaps": steps, "values": flat[places]},
    }


def smallest(w: np.ndarray) -> tuple[str, dict[str, np.ndarray]]:
    """The format that stores this weight in the fewest bytes, and what it stores."""
    return min(encodings(w).items(), key=lambda it: sum(part.nbytes for part in it[1].values()))


DECODERS = {  # format → nodes (operation, inputs, output), which end in values and their places
    "dense": [],
    "bitmask": [
        ("BitwiseAnd", ["{w}bits", "powers"], "{w}a"),  # (n / 8, 1) and (8,): (n / 8, 8)
        ("Reshape", ["{w}a", "flat"], "{w}c"),
        ("NonZero", ["{w}c"], "{w}d"),  # (1, k)
        ("Reshape", ["{w}d", "flat"], "{w}at"),
    ],
    "gaps": [
        ("Cast", ["{w}gaps"], "{w}a"),
        ("CumSum", ["{w}a", "zero"], "{w}at"),
    ],
}


def packed(network) -> bytes:
    """The network as an ONNX file that unpacks itself: each weight in the smallest format, values in float16.

    ONNX Runtime runs the decoder, some ten nodes a weight, once, when it opens the file.
    """
    arrays = as_arrays(network)
    _plain(network)
    stored = {
        "flat": np.array([-1]),
        "zero": np.array(0),
        "powers": 2 ** np.arange(8, dtype=np.uint8),
    }
    nodes = []
    for name, w in arrays.items():
        if w.ndim == 1:
            stored[f"{name}h"] = w.astype(np.float16)
            nodes.append(helper.make_node("Cast", [f"{name}h"], [name], to=TensorProto.FLOAT))
            continue
        how, parts = smallest(w)
        stored |= {f"{name}{part}": it.reshape(-1, 1) if part == "bits" else it for part, it in parts.items()}
        stored[f"{name}s"] = np.array(w.shape)
        nodes += _decoder(name, how)
        if how != "dense":
            stored[f"{name}n"] = np.array([w.size])
    nodes += [
        helper.make_node("Gemm", ["x", "w1", "b1"], ["h"], transB=1),
        helper.make_node("Relu", ["h"], ["r"]),
        helper.make_node("Gemm", ["r", "w2", "b2"], ["y"], transB=1),
    ]
    used = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["b", 784])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["b", 10])],
        [numpy_helper.from_array(it, name) for name, it in stored.items() if name in used],
    )
    opset = [helper.make_opsetid("", 18)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()


def _decoder(name: str, how: str) -> list:
    """Nodes from what is stored of a weight to the weight."""
    nodes = []
    for operation, inputs, output in DECODERS[how]:
        to = {"to": TensorProto.INT64} if operation == "Cast" else {}
        inputs = [it.format(w=name) for it in inputs]
        nodes.append(helper.make_node(operation, inputs, [output.format(w=name)], **to))
    nodes.append(helper.make_node("Cast", [f"{name}values"], [f"{name}v"], to=TensorProto.FLOAT))
    whole = f"{name}v"
    if how != "dense":
        whole = f"{name}z"
        nodes.append(helper.make_node("ConstantOfShape", [f"{name}n"], [f"{name}o"]))
        nodes.append(helper.make_node("ScatterElements", [f"{name}o", f"{name}at", f"{name}v"], [whole]))
    return [*nodes, helper.make_node("Reshape", [whole, f"{name}s"], [name])]


def accuracy(file: bytes) -> float:
    """The fraction of the validation images that a file gets right, in %: ONNX Runtime runs it."""
    data, options = load_mnist(), ort.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = 1, 4
    session = ort.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    (logits,) = session.run(None, {"x": to_float(data.x_val).reshape(-1, 784)})
    return 100 * float(np.mean(logits.argmax(axis=1) == data.y_val))


def try_out(network) -> float | None:
    """Print what a network's file stores, and what it gets right on validation, in %; return that."""
    try:
        arrays, file = as_arrays(network), packed(network)
    except BadNetwork as error:
        print(error)
        return None
    for name in ("w1", "w2"):
        w = arrays[name]
        how, parts = smallest(w)
        size = sum(it.nbytes for it in parts.values())
        print(f"{name}: {np.count_nonzero(w):,} of {w.size:,} weights, {size:,} bytes as {how}")
    right = accuracy(file)
    print(f"The file: {len(file):,} of {MOST_BYTES:,} bytes, {right:.1f}% of validation")
    return right


fixed(__name__)
