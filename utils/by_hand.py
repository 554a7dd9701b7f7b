"""Do it by hand: what a lab's checks stop while they call an answer, and how they read what came back."""

from __future__ import annotations

import gc
import inspect
import traceback
import tracemalloc
from collections.abc import Callable, Iterable, Iterator

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode


class LibraryDoesIt(RuntimeError):
    """An op of PyTorch's was called that is the exercise itself."""


class FloatInside(ArithmeticError):  # PyTorch's operators swallow a TypeError
    """A float turned up where there are to be whole numbers only."""


class ByHand(TorchDispatchMode):
    """Context in which PyTorch's ops with one of these words in their names raise, whoever calls them.

    It stops the ops and not the functions in front of them, so that no other name leads round it. The
    words are the ops': ``F.unfold`` is ``im2col`` there, and ``F.conv2d`` is ``convolution``. With
    ``floats=False`` an op that makes a tensor of floats raises, too.
    """

    def __init__(self, *words: str, floats: bool = True):
        super().__init__()
        self.words, self.floats = words, floats

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if any(word in str(func) for word in self.words):
            raise LibraryDoesIt(f"PyTorch's op {func} does the exercise: it is for comparing")
        got = func(*args, **(kwargs or {}))
        if not self.floats:
            _stop_at_floats(str(func), [got])
        return got


class WholeNumbers(np.ndarray):
    """``a.view(WholeNumbers)``: an array whose arithmetic, and its results', raises at the first float.

    Two ways lead out of it: ``np.asarray`` and ``tolist``. Whoever takes one has to be told by the result.
    """

    def __array_ufunc__(self, ufunc, method, *inputs, out=(), **options):
        bare = [_bare(value) for value in inputs]
        if out:
            options["out"] = tuple(map(_bare, out))
        _stop_at_floats(ufunc.__name__, bare)
        got = getattr(ufunc, method)(*bare, **options)
        _stop_at_floats(ufunc.__name__, [got])
        return out[0] if out else _watched(got)

    def __array_function__(self, func, types, args, kwargs):  # np.dot, np.einsum, np.where …
        _stop_at_floats(func.__name__, [args, kwargs])
        got = super().__array_function__(func, types, args, kwargs)
        _stop_at_floats(func.__name__, [got])
        return _watched(got)

    def dot(self, other, out=None):  # the method asks neither of the two
        return np.dot(self, other, out)


def _bare(value: object) -> object:
    return value.view(np.ndarray) if isinstance(value, WholeNumbers) else value


def _watched(got: object) -> object:
    return got.view(WholeNumbers) if isinstance(got, np.ndarray) else got


def _stop_at_floats(name: str, values: Iterable) -> None:
    if any(map(_is_float, _leaves(values))):
        raise FloatInside(f"{name} has to do with floats, and the device has none")


def _is_float(value: object) -> bool:
    if isinstance(value, torch.Tensor):
        return value.is_floating_point()
    return isinstance(value, float) or getattr(getattr(value, "dtype", None), "kind", "") == "f"


def _leaves(values: Iterable) -> Iterator[object]:
    for value in values:
        if isinstance(value, list | tuple | dict):
            yield from _leaves(value.values() if isinstance(value, dict) else value)
        else:
            yield value


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


def takes(function: Callable, *arguments, **options) -> bool:
    """Whether ``function`` can be called so: it does as long as its first line is the stub's."""
    try:
        inspect.signature(function).bind(*arguments, **options)
    except TypeError:
        return False
    except ValueError:  # one written in C, which doesn't say
        pass
    return True


def growth(step: Callable[[], object], times: int = 50, rounds: int = 6) -> int:
    """Bytes by which Python's memory grows in ``times`` calls of ``step``, wherever they are kept.

    The least of some rounds, since other threads take and free memory meanwhile; the first one pays for
    what is done once. PyTorch's own memory isn't seen, only the objects around it.
    """
    gc.freeze()  # what is there already needn't be searched for garbage each time
    tracemalloc.start()
    try:
        readings = []
        for _ in range(rounds + 1):
            if len(readings) == 4 and np.diff(readings).min() > 100 * times:
                break  # so much, and in each of three rounds: no other thread does that
            for _ in range(times):
                step()
            gc.collect()  # what only a cycle keeps isn't kept
            readings.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
        gc.unfreeze()
    return int(np.diff(readings).min())


def from_a_cell(error: Exception) -> bool:
    """Whether an error, in the frame that caught it, came from a notebook's line and not from the call."""
    return any("ipykernel" in frame.filename for frame in traceback.extract_tb(error.__traceback__)[1:])
