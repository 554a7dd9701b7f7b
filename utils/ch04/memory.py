"""Lesson of chapter 04: how much memory PyTorch asks for while something runs, at its peak."""

from __future__ import annotations

from collections.abc import Callable

from torch.profiler import ProfilerActivity, profile

from utils.processes import without_stderr


def peak_bytes(call: Callable[[], object]) -> int:
    """The most bytes that PyTorch holds at once of what it allocates in a second call; on the CPU.

    Counted by PyTorch's allocator: what a library takes for itself, and the process's own memory, are not in it.
    """
    call()
    with without_stderr(), profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        call()
    events = seen.profiler.kineto_results.events()
    changes = sorted((e.start_ns(), e.nbytes()) for e in events if e.name() == "[memory]")
    live = most = 0
    for _, change in changes:
        live += change  # what is given back counts below 0
        most = max(most, live)
    return most
