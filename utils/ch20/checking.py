"""What several checks of lab 20 share: numbers, words for errors, usual mistakes, the GPU's events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from numbers import Real

import numpy as np

ON_GPU = ("kernel", "gpu_memcpy", "gpu_memset")


def is_number(it) -> bool:
    return isinstance(it, Real | np.number) and not isinstance(it, bool | np.bool_)


def near(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-6 * max(1.0, abs(b))


class _Plain(str):
    """Text that a KeyError, too, shows as it is."""

    __repr__ = str.__str__


@contextmanager
def in_case(words: str, why: str = "", key: type | str = "") -> Iterator[None]:
    """What the learner's code raises says in which case it did; and why, for a KeyError of a key or of a type."""
    try:
        yield
    except NotImplementedError:
        raise
    except Exception as error:
        told = isinstance(error, KeyError) and error.args and key in (error.args[0], type(error.args[0]))
        error.args = (_Plain(f"{error} ({why + '; ' if told else ''}case: {words})"),)
        raise


class Suspects:
    """Usual mistakes that an answer may still have: those that would have got all cases so far right."""

    def __init__(self, told: dict[str, tuple[str, int]]):
        self.told = dict(told)

    def passed(self, right_all_the_same) -> None:
        """A case passed; ``right_all_the_same(mistake)``: whether one with the mistake would have passed it."""
        self.told = {mistake: it for mistake, it in self.told.items() if right_all_the_same(mistake)}

    def named(self, that, both: str, has) -> None:
        """Red, with its words and its hint, for the first mistake that the answer ``has(mistake)``."""
        for mistake, (why, hint) in self.told.items():
            that(not has(mistake), f"{both}. Probably: {why}", hint)


def gpu_events(events, mistake: str = "") -> list[tuple[float, float, int]]:
    """(start, end, stream) of what runs on the GPU, in order."""
    cats = {"kernels only": ON_GPU[:1], "no memset": ON_GPU[:2], "no copies": (ON_GPU[0], ON_GPU[2])}.get(
        mistake, ON_GPU
    )
    cats += {"annotation": ("gpu_user_annotation",), "calls": ("cuda_runtime",)}.get(mistake, ())
    chosen = [e for e in events if e["ph"] == "X" and (e["cat"] in cats or mistake == "everything")]
    if mistake == "default stream":
        chosen = [e for e in chosen if e["args"].get("stream") == 7]
    return sorted((e["ts"], e["ts"] + e["dur"], e["tid"]) for e in chosen)
