"""Memory and size: what a call needs at its peak, what a model takes on disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import psutil


def peak_memory(function: Callable[[], object], every: float = 0.001) -> int:
    """Bytes by which the process's resident memory rose above its start while ``function`` ran.

    Looks every millisecond from a second thread, so that a spike shorter than that can be missed, and
    memory that the process already held and reuses is not seen: for a clean number, call it in a fresh
    kernel. Memory on a GPU is not counted.
    """
    process = psutil.Process()
    start = peak = process.memory_info().rss
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(every):
            peak = max(peak, process.memory_info().rss)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        result = function()  # kept until after the last look: its memory counts
        peak = max(peak, process.memory_info().rss)
        del result
    finally:
        done.set()
        watcher.join()
    return peak - start


def size_on_disk(path: str | Path) -> int:
    """Bytes of a file, or of all files in a folder (some formats save a model as one)."""
    path = Path(path)
    if not path.exists():
        raise FileNotFoundError(f"there is no {path}: save the model first")
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
