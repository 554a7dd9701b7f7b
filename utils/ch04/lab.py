"""What lab 04 hands its answers: calls in which PyTorch does none of the work, layers as dicts, digits to try."""

from __future__ import annotations

import sys
from collections.abc import Callable

import numpy as np
import torch

from utils.by_hand import ByHand
from utils.checks import fixed
from utils.cnn.moved import moved
from utils.data import load_mnist, tensors

WHOLE_EXERCISES = ("im2col", "convolution", "conv2d", "max_pool", "max_unpool")  # as PyTorch's ops are called
MOST_STEPS = 8_000  # of Python, in a call without a loop over images, places or output channels


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


def some_digits(n: int) -> tuple[np.ndarray, np.ndarray]:
    """The first ``n`` test images (n, 1, 28, 28), from 0 to 1, and their labels (n,)."""
    data = load_mnist()
    x, y = tensors(data.x_test[:n], data.y_test[:n])
    return x.numpy(), y.numpy()


def moved_digits(shift: float, degrees: float) -> tuple[torch.Tensor, torch.Tensor]:
    """2,000 validation images, shifted and rotated at random by up to so much, and their labels."""
    data = load_mnist()
    x, y = tensors(data.x_val[:2000], data.y_val[:2000])
    return moved(x, np.random.default_rng(0), shift, degrees), y


fixed(__name__)
