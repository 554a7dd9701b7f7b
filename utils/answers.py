"""emit: hand what the learner's code returned to the host that judges it.

The kernel computes, the host judges: what is expected never enters the kernel that runs the
learner's code. The host's side is ``grader/compare.py``.
"""

from __future__ import annotations

import math

import numpy as np
from IPython.display import display

from utils.protocol import ANSWER_MIME as MIME
from utils.protocol import MOST_ELEMENTS as MOST


def emit(name: str, value: object) -> None:
    """Display ``value`` (a number, text, a list or an array of any framework) as a graded answer.

    Raises TypeError or ValueError, with a sentence for the learner, for what isn't an array of numbers,
    booleans or text, or has more than 10,000 elements.
    """
    array = _as_array(name, value)
    bundle = {
        "name": name,
        "dtype": "str" if array.dtype.kind == "U" else array.dtype.name,
        "shape": list(array.shape),
        "data": [_plain(element) for element in array.ravel().tolist()],
    }
    display({"text/plain": f"answer {name}, shape {array.shape}", MIME: bundle}, raw=True)


def _as_array(name: str, value: object) -> np.ndarray:
    if hasattr(value, "detach"):  # a torch tensor: from its graph, and from its GPU
        value = value.detach().cpu()
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(f"{name}: rows of different lengths are no array") from None
    if array.dtype.kind not in "biufU":
        raise TypeError(f"{name}: {type(value).__name__} is no array of numbers, booleans or text")
    if array.size > MOST:
        raise ValueError(f"{name}: {array.size:,} elements; at most {MOST:,} are asked for")
    return array


def _plain(element):
    # JSON has no NaN and no infinity.
    if isinstance(element, float) and not math.isfinite(element):
        return str(element)
    return element
