"""Chapter 10's design problem: which channels of the course's CNN stay, by a table of measured times."""

from __future__ import annotations

import time

import numpy as np
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from utils.checks import fixed
from utils.cnn.in_torch import accuracy, load_cnn, small_cnn
from utils.data import load_mnist, tensors

WIDTHS1, WIDTHS2 = tuple(range(4, 33, 4)), tuple(range(8, 65, 8))  # channels that a convolution may keep
# Of 64 images, by measured(): one thread of a two-core Xeon with AVX-512, torch 2.13, on 29 November 2026. It is
# given, and the same for everyone: on another machine the steps lie elsewhere.
MILLISECONDS = np.array(
    [
        [1.34, 1.41, 1.45, 1.60, 1.67, 1.76, 1.91, 1.86],
        [1.38, 1.44, 1.58, 1.72, 1.78, 1.87, 2.16, 2.12],
        [1.74, 1.78, 2.03, 2.15, 2.30, 2.37, 2.69, 2.60],
        [1.80, 1.87, 2.12, 2.25, 2.45, 2.54, 2.97, 2.82],
        [2.33, 2.39, 2.62, 2.79, 3.10, 3.14, 3.68, 3.47],
        [2.43, 2.52, 2.86, 3.00, 3.32, 3.44, 4.04, 3.81],
        [2.88, 2.91, 3.33, 3.45, 3.97, 3.92, 4.60, 4.39],
        [2.91, 2.95, 3.51, 3.57, 4.15, 4.13, 4.95, 4.63],
    ]
)
MILLISECONDS = np.frombuffer(MILLISECONDS.tobytes()).reshape(
    8, 8
)  # of bytes: no flag makes it writeable again
MOST_MS = 1.90
PLACES = 25  # of a channel, where flatten meets it
NAMES = ("w1", "b1", "w2", "b2", "w3", "b3")  # of both convolutions and the linear layer


class BadPlan(ValueError):
    """No network can be cut by this plan, or it takes too long; the message says why."""


def as_keeps(plan) -> tuple[np.ndarray, np.ndarray]:
    """The channels that stay of both convolutions, as arrays; BadPlan if they are none, or over the budget."""
    if not isinstance(plan, tuple | list) or len(plan) != 2:
        raise BadPlan(f"return two lists of channels, keep1 and keep2; yours is {plan!r:.60}")
    for name, keep, n, widths in zip(("keep1", "keep2"), plan, (32, 64), (WIDTHS1, WIDTHS2), strict=True):
        whole = isinstance(keep, list | tuple) or (isinstance(keep, np.ndarray) and keep.ndim == 1)
        if not whole or not all(_is_whole(it) for it in keep):
            more = "; tolist() makes one of it" if hasattr(keep, "tolist") else ""
            if isinstance(keep, list | tuple) and any(isinstance(it, bool | np.bool_) for it in keep):
                more = "; a mask won't do, list the channels that stay"
            raise BadPlan(f"{name} is a list of whole numbers; yours is {keep!r:.60}{more}")
        if strange := [int(it) for it in keep if not 0 <= it < n]:
            more = "; channels count from 0" if set(map(int, keep)) <= set(range(1, n + 1)) else ""
            if name == "keep1" and set(map(int, plan[1])) <= set(range(32)):
                more = "; are the two lists swapped?"
            last = f"that convolution has 0 to {n - 1}{more}"
            raise BadPlan(f"{name}: there is no channel {strange[0]}; {last}")
        if twice := [int(it) for i, it in enumerate(keep) if it in list(keep[:i])]:
            raise BadPlan(f"{name}: channel {twice[0]} stands there more than once")
        if len(keep) not in widths:
            raise BadPlan(f"{name} has {len(keep)} channels; the table has {', '.join(map(str, widths))}")
    keep1, keep2 = (np.array([int(it) for it in keep]) for keep in plan)
    if (took := milliseconds(keep1, keep2)) > MOST_MS:
        raise BadPlan(f"{len(keep1)} and {len(keep2)} channels take {took:.2f} ms: {MOST_MS:.2f} are allowed")
    return keep1, keep2


def _is_whole(it) -> bool:
    return isinstance(it, int | np.integer) and not isinstance(it, bool)


def milliseconds(keep1, keep2) -> float:
    """What the table says of networks with so many channels."""
    return float(MILLISECONDS[WIDTHS1.index(len(keep1)), WIDTHS2.index(len(keep2))])


def chosen(keep1: np.ndarray, keep2: np.ndarray) -> np.ndarray:
    """What is taken of the table (64, 2), for the host, which counts the time: a row an entry, [1, is it taken]."""
    taken = np.zeros((8, 8), int)
    taken[WIDTHS1.index(len(keep1)), WIDTHS2.index(len(keep2))] = 1
    return np.stack([np.ones(64, int), taken.ravel()], axis=1)


def host_rule() -> dict:
    """How the host counts that: of each entry 4 units for its time, and 5 if it is taken; a unit is 10 µs."""
    units = np.rint(MILLISECONDS * 100).astype(int).ravel()
    most = 4 * units.sum() + 5 * 63 + 5 * round(MOST_MS * 100)
    return {"rule": "packed", "weights": [0] * 64, "channels": units.tolist(), "bytes": int(most)}


def cut_weights(keep1: np.ndarray, keep2: np.ndarray) -> dict[str, torch.Tensor]:
    """The shipped CNN's weights with these channels alone."""
    w1, b1, w2, b2, w3, b3 = (p.detach() for p in load_cnn().parameters())
    one, two = torch.from_numpy(keep1), torch.from_numpy(keep2)
    w3 = w3.unflatten(1, (64, PLACES))[:, two].flatten(1)
    return dict(zip(NAMES, (w1[one], b1[one], w2[two][:, one], b2[two], w3, b3), strict=True))


def cut_cnn(keep1: np.ndarray, keep2: np.ndarray) -> nn.Sequential:
    """The CNN with these channels alone, in channels_last."""
    stored = cut_weights(keep1, keep2)
    network = _cnn(len(keep1), len(keep2))
    for p, value in zip(network.parameters(), stored.values(), strict=True):
        p.data = value.clone()
    return network.eval().to(memory_format=torch.channels_last)


def _cnn(width1: int, width2: int) -> nn.Sequential:
    network = small_cnn()
    network[0], network[3] = nn.Conv2d(1, width1, 3), nn.Conv2d(width1, width2, 3)
    network[7] = nn.Linear(PLACES * width2, 10)
    return network


def onnx_file(keep1: np.ndarray, keep2: np.ndarray) -> bytes:
    """That network as an ONNX file, for the host to run: grey levels x (b, 1, 28, 28) in bytes, to y (b, 10)."""
    stored = {name: value.contiguous().numpy() for name, value in cut_weights(keep1, keep2).items()}
    stored |= {"white": np.float32([255]), "shape": np.array([-1, PLACES * len(keep2)])}
    pool = {"kernel_shape": [2, 2], "strides": [2, 2]}
    nodes = [
        helper.make_node("Cast", ["x"], ["grey"], to=TensorProto.FLOAT),
        helper.make_node("Div", ["grey", "white"], ["x0"]),
        helper.make_node("Conv", ["x0", "w1", "b1"], ["c1"]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("MaxPool", ["r1"], ["p1"], **pool),
        helper.make_node("Conv", ["p1", "w2", "b2"], ["c2"]),
        helper.make_node("Relu", ["c2"], ["r2"]),
        helper.make_node("MaxPool", ["r2"], ["p2"], **pool),
        helper.make_node("Reshape", ["p2", "shape"], ["f"]),
        helper.make_node("Gemm", ["f", "w3", "b3"], ["y"], transB=1),
    ]
    graph = helper.make_graph(
        nodes,
        "cut",
        [helper.make_tensor_value_info("x", TensorProto.UINT8, ["b", 1, 28, 28])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["b", 10])],
        [numpy_helper.from_array(value, name) for name, value in stored.items()],
    )
    opset = [helper.make_opsetid("", 21)]
    return helper.make_model(graph, opset_imports=opset, ir_version=10).SerializeToString()


def validation_accuracy(network: nn.Module) -> float:
    """In %, on all 5,000 images of validation."""
    data = load_mnist()
    return accuracy(network, *tensors(data.x_val, data.y_val))


def try_out(keep1, keep2) -> float | None:
    """Print what a plan takes by the table and reaches on validation, in %, and return that."""
    try:
        as_keeps((keep1, keep2))
    except BadPlan as error:
        print(error)
        if "allowed" not in str(error):
            return None
    right = validation_accuracy(cut_cnn(np.array(keep1), np.array(keep2)))
    print(
        f"{len(keep1)} and {len(keep2)} channels: {milliseconds(keep1, keep2):.2f} ms, {right:.2f}% of validation"
    )
    return right


def measured(rounds: int = 60) -> np.ndarray:
    """The table, anew, in ms of this machine: by turns, in one thread; the fastest tenth, as nothing else ran then."""
    torch.set_num_threads(1)
    x, rng = torch.rand(64, 1, 28, 28).to(memory_format=torch.channels_last), np.random.default_rng(0)
    networks = [_cnn(a, b).eval().to(memory_format=torch.channels_last) for a in WIDTHS1 for b in WIDTHS2]
    seconds = np.zeros((64, rounds))
    with torch.inference_mode():
        for network in networks:
            network(x)
        for number in range(rounds):
            for i in rng.permutation(64):
                start = time.perf_counter()
                networks[i](x)
                seconds[i, number] = time.perf_counter() - start
    return 1e3 * np.quantile(seconds, 0.1, axis=1).reshape(8, 8)


fixed(__name__)
