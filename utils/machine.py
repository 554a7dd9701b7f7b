"""A card of this machine, for measurements and claims; what memory a call takes, and a file on its disk."""

from __future__ import annotations

import html
import os
import platform
import shutil
import subprocess
import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import cpuinfo
import psutil

# Instruction sets that decide how fast a number format is, by the names the processor gives them.
INSTRUCTIONS = {
    "AVX2": ("avx2",),
    "AVX-512": ("avx512f",),
    "VNNI": ("avx512_vnni", "avx512vnni", "avx_vnni", "asimddp"),  # products of int8; the last is Arm's
    "bf16": ("avx512_bf16", "avx_ne_convert", "bf16"),
    "AMX": ("amx_tile",),
}


@dataclass(frozen=True)
class Machine:
    """Processor, cores this process may use, memory in GB, instruction sets, GPU ("" if none)."""

    processor: str
    cores: int
    memory_gb: float
    instructions: tuple[str, ...]
    gpu: str
    system: str

    def has(self, instruction: str) -> bool:
        """Whether the processor has it; a key of ``INSTRUCTIONS``."""
        if instruction not in INSTRUCTIONS:
            raise ValueError(f"{instruction!r} is unknown; one of {', '.join(INSTRUCTIONS)}")
        return instruction in self.instructions

    def __str__(self) -> str:
        sets = " ".join(self.instructions) or "none of " + " ".join(INSTRUCTIONS)
        parts = f"{self.processor}, {self.cores} cores, {self.memory_gb:.0f} GB, {sets}"
        return f"{parts}, {self.gpu or 'no GPU'}, {self.system}"

    def _repr_html_(self) -> str:
        shown = asdict(self) | {
            "memory_gb": f"{self.memory_gb:.1f} GB",
            "instructions": ", ".join(self.instructions) or "none of " + ", ".join(INSTRUCTIONS),
            "gpu": self.gpu or "none",
        }
        rows = "".join(
            f"<tr><th style='text-align:left'>{name.removesuffix('_gb')}</th>"
            f"<td style='text-align:left'>{html.escape(str(value))}</td></tr>"
            for name, value in shown.items()
        )
        return f"<table><caption>This machine</caption>{rows}</table>"


@lru_cache(maxsize=1)
def machine() -> Machine:
    """The card of this machine, read once (a second or so)."""
    info = cpuinfo.get_cpu_info()
    flags = set(info.get("flags", ()))
    return Machine(
        processor=info.get("brand_raw") or platform.processor() or platform.machine(),
        cores=usable_cores(),
        memory_gb=usable_memory() / 1e9,
        instructions=tuple(n for n, marks in INSTRUCTIONS.items() if flags.intersection(marks)),
        gpu=_gpu_name(),
        system=f"{platform.system()} {platform.machine()}",
    )


def usable_cores() -> int:
    """Cores that this process may use: fewer than the machine has in a container with a quota."""
    if hasattr(os, "sched_getaffinity"):
        cores = len(os.sched_getaffinity(0))
    else:
        cores = os.cpu_count() or 1
    quota = _first_line("/sys/fs/cgroup/cpu.max").split()
    if len(quota) == 2 and quota[0] != "max":
        cores = min(cores, max(1, round(int(quota[0]) / int(quota[1]))))
    return cores


def usable_memory() -> int:
    """Bytes that this process may use: a container's limit, where there is one."""
    total = psutil.virtual_memory().total
    limit = _first_line("/sys/fs/cgroup/memory.max")
    return min(total, int(limit)) if limit.isdigit() else total


def _first_line(path: str) -> str:
    try:
        return Path(path).read_text().split("\n")[0]
    except OSError:
        return ""


def _gpu_name() -> str:
    # Asked of the driver: importing torch only to print a card would cost 0.3 GB.
    if not shutil.which("nvidia-smi"):
        return ""
    command = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    try:
        found = subprocess.run(command, capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return found.stdout.strip().split("\n")[0] if found.returncode == 0 else ""


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
