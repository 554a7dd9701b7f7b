"""Time a function honestly, and compare two so that noise can't pass for a difference.

The protocol of the whole course is :func:`compare`: pairs of calls in random order, the ratio
within each pair, the median ratio, and an interval that makes no assumption about the noise.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import ceil

import numpy as np
from scipy.stats import quantile_test

MARGIN = 0.05  # ratios within ±5% are called equal: other programs' noise reaches that far
SAMPLE = 0.012  # seconds: far from the 3 ms for which Linux lets a program run


def synchronize() -> None:
    """Wait until the GPU has done what it was asked to; nothing to wait for on a CPU."""
    torch = sys.modules.get("torch")  # not imported, so nothing of it can be running
    if torch is None:
        return
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    elif torch.backends.mps.is_available():
        torch.mps.synchronize()


def time_once(function: Callable[[], object], clock: Callable[[], float] | None = None) -> float:
    """Seconds that one call takes, work handed to a GPU included; by ``clock``, or the one on the wall."""
    now = clock or time.perf_counter
    synchronize()
    start = now()
    function()
    synchronize()
    return now() - start


def time_repeats(function: Callable[[], object], repeats: int = 30, warmup: int = 3) -> np.ndarray:
    """Seconds of each of ``repeats`` calls, after ``warmup`` calls that are not counted."""
    for _unmeasured in range(warmup):
        function()
    return np.array([time_once(function) for _ in range(repeats)])


@dataclass(frozen=True)
class Ratio:
    """How many times as long ``b`` takes as ``a``, with the interval that the pairs support."""

    median: float
    low: float
    high: float
    ratios: np.ndarray  # (pairs,) time of b / time of a, one a pair

    @property
    def sure(self) -> float:
        """The factor that the two surely differ by: the end of the interval that is nearer to 1."""
        return max(1.0, self.low, 1 / self.high)

    @property
    def verdict(self) -> str:
        """``slower``, ``faster`` (b against a) or ``no difference``, at the course's margin."""
        if self.sure <= 1 + MARGIN:
            return "no difference"
        return "slower" if self.low > 1 else "faster"

    def __str__(self) -> str:
        return f"{self.median:.2f}× [{self.low:.2f}, {self.high:.2f}], {len(self.ratios)} pairs"


def median_interval(ratios: np.ndarray, confidence: float = 0.999) -> tuple[float, float]:
    """The interval of the median from order statistics: true of any distribution of noise.

    Source: the sign test turned round (Conover, Practical Nonparametric Statistics, 3rd ed., 3.2);
    SciPy computes it. With too few ratios for this confidence it is (-inf, inf).
    """
    ordered = np.sort(ratios)
    low, high = _ranks(len(ordered), confidence)
    return -np.inf if low is None else float(ordered[low]), np.inf if high is None else float(ordered[high])


@cache
def _ranks(n: int, confidence: float) -> tuple[int | None, int | None]:
    """Which of n ordered values bound the interval. SciPy takes a millisecond for that, and n is seldom new."""
    interval = quantile_test(np.arange(n), p=0.5).confidence_interval(confidence)
    return tuple(None if np.isnan(rank) else int(rank) for rank in (interval.low, interval.high))


def compare(
    a: Callable[[], object],
    b: Callable[[], object],
    pairs: int = 61,
    max_pairs: int = 488,
    confidence: float = 0.999,
    seed: int = 0,
    clock: Callable[[], float] | None = None,
) -> Ratio:
    """Time ``a`` and ``b`` in ``pairs`` pairs, each in random order; the ratio is b / a.

    A neighbour that slows one call of a pair mostly slows the other too, and the median throws away
    the pairs where it didn't. While the interval is wider than 0.2 of the median, the number of pairs is
    doubled, up to ``max_pairs``. Both run three times before anything counts.
    """
    rng = np.random.default_rng(seed)
    for _ in range(3):
        a(), b()
    ratios: list[float] = []
    while True:
        while len(ratios) < pairs:
            ratios.append(_paired_ratio(a, b, rng.random() < 0.5, clock))
        low, high = median_interval(np.array(ratios), confidence)
        median = float(np.median(ratios))
        if high - low <= 0.2 * median or 2 * pairs > max_pairs:
            return Ratio(median, low, high, np.array(ratios))
        pairs *= 2


def _paired_ratio(a: Callable, b: Callable, a_first: bool, clock: Callable | None) -> float:
    first, second = (time_once(call, clock) for call in ((a, b) if a_first else (b, a)))
    return second / first if a_first else first / second


def call_ratios(a: Callable, b: Callable, pairs: int = 9, max_pairs: int = 0, **options) -> np.ndarray:
    """How many times as long a call of b takes as one of a, (pairs,); :func:`compare` doubles up to ``max_pairs``.

    Each is called so often that a sample takes 12 ms: a load hits both alike. ``options`` are compare's.
    """
    n_a, n_b = (min(4000, ceil(SAMPLE / time_repeats(f, 5, 1).min())) for f in (a, b))
    repeated = (lambda: [a() for _ in range(n_a)]), (lambda: [b() for _ in range(n_b)])
    return compare(*repeated, pairs=pairs, max_pairs=max_pairs or pairs, **options).ratios * n_a / n_b


def relative(a: Callable, b: Callable, pairs: int = 9, max_pairs: int = 0) -> float:
    """The median of these ratios."""
    return float(np.median(call_ratios(a, b, pairs, max_pairs)))


def keep_memory() -> bool:
    """Have the C library keep freed memory for the next call, in this process; whether it can (glibc alone).

    By default glibc hands blocks of megabytes back to the system and takes them anew in the next call, page by
    page, or doesn't, by a threshold that depends on what the process did before. Then a large network's calls
    can pay for thousands of page faults, and a small one's for none.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    trim, mmap = -1, -3  # M_TRIM_THRESHOLD, M_MMAP_THRESHOLD of malloc.h
    return bool(mallopt(trim, 2**30) and mallopt(mmap, 2**30))
