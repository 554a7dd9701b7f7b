"""Lab 11's checks: how an answer may be called, and which of the usual slips it made."""

from __future__ import annotations

import contextlib
import inspect
import traceback
from collections.abc import Callable, Iterable, Iterator

import numpy as np


def takes(function: Callable, *arguments, **options) -> bool:
    """Whether ``function`` can be called so: it does as long as its first line is the stub's."""
    try:
        inspect.signature(function).bind(*arguments, **options)
    except TypeError:
        return False
    except ValueError:  # one written in C, which doesn't say
        pass
    return True


def from_a_cell(error: Exception) -> bool:
    """Whether an error, in the frame that caught it, came from a notebook's line and not from the call."""
    return any("ipykernel" in frame.filename for frame in traceback.extract_tb(error.__traceback__)[1:])


@contextlib.contextmanager
def in_case(now: str, rule: str) -> Iterator[None]:
    """A call of an answer: an error over shapes says in which case, and where they don't go together also the rule."""
    try:
        yield
    except (ValueError, RuntimeError) as error:
        words = str(error).strip()
        if any(it in words for it in ("broadcast", "mismatch", "must match the size")):
            error.args = (f"{now}: {words}; {rule}",)
        elif "shape" in words:
            error.args = (f"{now}: {words}",)
        raise


def likely(yours: object, mistakes: Iterable[tuple[object, str]], rtol: float = 1e-5) -> str:
    """The words of the first mistake that gives what the answer gave, after a colon; "" where none does."""
    yours = np.asarray(yours, float)
    for value, words in mistakes:
        value = np.asarray(value, float)
        if value.shape == yours.shape and np.allclose(yours, value, rtol=rtol, atol=0, equal_nan=True):
            return f": {words}"
    return ""
