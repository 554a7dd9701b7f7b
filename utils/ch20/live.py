"""Lesson of chapter 20: the CNN's training step where it can be run: on this CPU, and on a GPU where there is one."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.profiler import ProfilerActivity, profile, record_function

from utils.claims import Condition
from utils.cnn.in_torch import small_cnn
from utils.processes import without_stderr
from utils.timing import compare, synchronize


def on_gpu() -> Condition:
    """For claims that need an NVIDIA GPU."""
    return Condition("where there is a GPU to measure it", torch.cuda.is_available())


def cnn(maps: int) -> nn.Sequential:
    """The course's CNN with ``maps`` and twice as many channels; 32 is its own width."""
    network = small_cnn()
    network[0], network[3] = nn.Conv2d(1, maps, 3), nn.Conv2d(maps, 2 * maps, 3)
    network[7] = nn.Linear(50 * maps, 10)
    return network


def training_step(
    maps: int, batch: int, device: str = "cpu", x: torch.Tensor | None = None
) -> Callable[[], torch.Tensor]:
    """A function that takes one step with Adam on the same ``batch`` random images, or on ``x``; gives the loss."""
    torch.manual_seed(0)
    network = cnn(maps).to(device)
    drawn, y = torch.rand(batch, 1, 28, 28, device=device), torch.randint(10, (batch,), device=device)
    x = drawn if x is None else x
    # capturable: its count of steps lies on the GPU, so that a graph can hold it
    optimizer = torch.optim.Adam(network.parameters(), 1e-3, fused=True, capturable=device == "cuda")

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(network(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def profiled(step: Callable[[], torch.Tensor], steps: int = 3, **how) -> dict:
    """The trace of some steps, as ``json.load`` reads it; with a GPU, its kernels too."""
    kinds = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * torch.cuda.is_available()
    step()
    synchronize()
    with without_stderr(), profile(activities=kinds, **how) as seen:
        for number in range(steps):
            with record_function(f"step {number}"):
                step()
        synchronize()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace.json"
        with without_stderr():
            seen.export_chrome_trace(str(path))
        return json.loads(path.read_text(encoding="utf-8"))


def measured_on_gpu(cuda_graph: Callable, pairs: int = 61) -> dict[str, float] | None:
    """On a GPU: what a stopwatch misses, and what a graph gains, narrow and wide; None where there is none.

    ``cuda_graph(step)``: the lesson's function, which captures a step, and gives the graph and its loss.
    """
    if not torch.cuda.is_available():
        return None
    narrow, wide = training_step(32, 32, "cuda"), training_step(512, 256, "cuda")
    unseen = [_fraction_seen(wide) for _ in range(11)]
    gains = {
        name: compare(cuda_graph(step)[0].replay, step, pairs).median
        for name, step in (("32", narrow), ("wide", wide))
    }
    return {"stopwatch": float(np.median(unseen)), **gains}


def _fraction_seen(step: Callable[[], torch.Tensor]) -> float:
    """A stopwatch's time of one step without waiting for the GPU, over the true one."""
    synchronize()
    start = time.perf_counter()
    step()
    stopped = time.perf_counter()
    synchronize()
    return (stopped - start) / (time.perf_counter() - start)
