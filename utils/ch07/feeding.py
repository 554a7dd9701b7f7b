"""Data sets that chapter 07 gives to workers: they lie here, since a worker imports what it runs."""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

WORK = np.ones((32, 32), np.float32)


def busy(seconds: float) -> None:
    """Compute for as much processor time: waiting for a processor doesn't count."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        WORK @ WORK


class Costly(Dataset):
    """``n`` batches that take ``seconds`` each: asleep, as if waiting for a disk, or computing."""

    def __init__(self, n: int, seconds: float, asleep: bool):
        self.n, self.seconds, self.asleep = n, seconds, asleep

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, i: int) -> torch.Tensor:
        if self.asleep:
            time.sleep(self.seconds)
        else:
            busy(self.seconds)
        return torch.tensor(i)


def time_epochs(
    dataset: Dataset, workers: int, step: float, batch_size: int | None = None
) -> tuple[float, float]:
    """Seconds of the first and of the second epoch, with a training step that computes ``step`` seconds."""
    times = []
    with warnings.catch_warnings():  # that there are more workers than cores: so we want it
        warnings.simplefilter("ignore", UserWarning)
        loader = DataLoader(dataset, batch_size, num_workers=workers, persistent_workers=workers > 0)
        for _ in range(2):
            start = time.perf_counter()
            for _batch in loader:
                busy(step)
            times.append(time.perf_counter() - start)
    return tuple(times)


def starts_of(events: Iterable[tuple[str, float, float]], kind: str) -> list[tuple[float, float]]:
    """``(start, length)`` in ms of events of one kind, as ``broken_barh`` wants them."""
    return [(1e3 * start, 1e3 * (end - start)) for name, start, end in events if name == kind]
