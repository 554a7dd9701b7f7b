"""What lab 04 tries answers with: PyTorch's results, and a call in which PyTorch does none of the work."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.by_hand import ByHand

WHOLE_EXERCISES = ("im2col", "convolution", "conv2d", "max_pool", "max_unpool")  # as PyTorch's ops are called


def unaided(function: Callable, *arguments):
    """Call ``function`` while PyTorch's convolution, unfold and pooling raise LibraryDoesIt."""
    with ByHand(*WHOLE_EXERCISES):
        return function(*arguments)


def python_steps(function: Callable, *arguments) -> int:
    """How many instructions Python itself runs in a call: few, where NumPy or PyTorch does the work."""
    count = 0

    def watch(frame, event, _):
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        function(*arguments)
    finally:
        sys.settrace(before)
    return count


def convolved(
    x: np.ndarray, kernels: np.ndarray, bias: np.ndarray, stride: int, padding: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows (b * oh * ow, c * k * k) and maps (b, o, oh, ow) of images (b, c, h, w), by PyTorch in float64."""
    images, weights, shift = (torch.tensor(array, dtype=torch.float64) for array in (x, kernels, bias))
    rows = F.unfold(images, kernels.shape[-1], stride=stride, padding=padding).transpose(1, 2)
    maps = F.conv2d(images, weights, shift, stride=stride, padding=padding)
    return rows.reshape(-1, rows.shape[2]).numpy(), maps.numpy()


def conv_layer(out, kernel, stride=1, padding=0, groups=1, bias=True) -> dict:
    """A convolution, as exercise 2 describes it."""
    sizes = {"out": out, "kernel": kernel, "stride": stride, "padding": padding}
    return {"kind": "conv", **sizes, "groups": groups, "bias": bias}


def pool_layer(kernel, stride) -> dict:
    """A max pooling, as exercise 2 describes it."""
    return {"kind": "pool", "kernel": kernel, "stride": stride}


def dense_layer(out, bias=True) -> dict:
    """A dense layer, as exercise 2 describes it."""
    return {"kind": "dense", "out": out, "bias": bias}


def counted(layer: dict, shape: tuple) -> tuple[tuple, int, int]:
    """Shape, parameters and MACs, from a module of PyTorch that has shapes and no memory."""
    options = dict(layer)
    kind = options.pop("kind")
    if kind == "pool":
        out = F.max_pool2d(torch.zeros(1, *shape, device="meta"), layer["kernel"], layer["stride"]).shape[1:]
        return tuple(out), 0, 0
    if kind == "dense":
        module = nn.Linear(int(np.prod(shape)), layer["out"], layer["bias"], device="meta")
        out = (layer["out"],)
    else:
        sizes = {"kernel_size": options.pop("kernel"), "out_channels": options.pop("out")}
        module = nn.Conv2d(shape[0], **sizes, **options, device="meta")
        out = tuple(module(torch.zeros(1, *shape, device="meta")).shape[1:])
    places = int(np.prod(out)) // layer["out"]
    return out, sum(p.numel() for p in module.parameters()), module.weight.numel() * places


def pooled(x: np.ndarray, dy: np.ndarray, k: int, stride: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Largest values and where they were, both shaped as ``dy`` (b, c, oh, ow), and the gradient by x.

    Of equals the first counts, row by row: PyTorch promises that nowhere, so it is done by loops.
    """
    y, where, dx = np.zeros(dy.shape), np.zeros(dy.shape, int), np.zeros(x.shape)
    for n, m, i, j in np.ndindex(y.shape):
        window = x[n, m, i * stride : i * stride + k, j * stride : j * stride + k]
        row, column = divmod(int(window.argmax()), k)
        row, column = row + i * stride, column + j * stride
        y[n, m, i, j], where[n, m, i, j] = x[n, m, row, column], row * x.shape[3] + column
        dx[n, m, row, column] += dy[n, m, i, j]
    return y, where, dx
