"""Do it by hand: what a lab's checks stop while they call an answer, and how they read what came back."""

from __future__ import annotations

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from utils.checks import fixed


class LibraryDoesIt(RuntimeError):
    """An op of PyTorch's was called that is the exercise itself."""


class ByHand(TorchDispatchMode):
    """Context in which PyTorch's ops with one of these words in their names raise, whoever calls them.

    It stops the ops and not the functions in front of them, so that no other name leads round it. The
    words are the ops': ``F.unfold`` is ``im2col`` there, and ``F.conv2d`` is ``convolution``.
    """

    def __init__(self, *words: str):
        super().__init__()
        self.words = words

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if any(word in str(func) for word in self.words):
            raise LibraryDoesIt(f"PyTorch's op {func} does the exercise: it is for comparing")
        return func(*args, **(kwargs or {}))


def whole(value: object) -> int | None:
    """``value`` as an int, if its type is one of whole numbers (of Python, NumPy or PyTorch), or None."""
    if isinstance(value, int):
        return None if isinstance(value, bool) else value
    if isinstance(value, torch.Tensor):
        value = value.detach().cpu().numpy()
    if isinstance(value, np.integer | np.ndarray) and np.size(value) == 1 and value.dtype.kind in "iu":
        return int(value.item())
    return None


def as_array(value: object) -> np.ndarray:
    """What an answer returned, as a NumPy array: of a list, an array, a tensor or a parameter."""
    return np.asarray(value.detach().cpu() if isinstance(value, torch.Tensor) else value)


fixed(__name__)
