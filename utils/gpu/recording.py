"""The recording of a GPU that chapters 08, 09 and 20 read: where it lies, and what stands in for it where none is.

``python -m tools.record_gpu`` on a machine with an NVIDIA GPU writes the folder ``utils/gpu/recorded``. It holds
``about.json`` (device, driver, versions, date, what was left out), a trace a file (``narrow_32_eager.json.gz``, …, the
names of ``utils.gpu.made.TRACES``), ``snapshot.json.gz``, and ``tables.json``. Put it there, and execute lessons 08, 09
and 20 anew: nothing else changes. Until then ``trace`` and ``snapshot`` give hand-made ones, and ``said`` says so.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from statistics import median

from utils.gpu import made

# In names of kernels that multiply on tensor cores: shapes of their instructions, and families of libraries'.
TENSOR_CORES = ("884", "1688", "16816", "hmma", "xmma", "wgmma", "tensorop", "nvjet")
# Families of kernels that multiply or convolve, in names by cuBLAS, cuDNN and CUTLASS.
PRODUCTS = ("gemm", "gemv", "conv", "fprop", "dgrad", "wgrad", "winograd", "cutlass", "nvjet")
FOLDER = Path(__file__).with_name("recorded")


def about() -> dict | None:
    """What was recorded where, or None where there is no recording."""
    path = FOLDER / "about.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else None


def said() -> str:
    """In a few words where traces come from: for titles of figures and lines of output."""
    found, missing = about(), sorted({_family(name)[0] for name in made.TRACES if not is_recorded(name)})
    if not found:
        return "hand-made, no GPU measured"
    rest = f"; hand-made: {', '.join(missing)}" if missing else ""
    return f"recorded on {found['device']}, {found['date']}{rest}"


def tables() -> dict[str, dict[str, dict[str, float]]] | None:
    """``{table: {row: {column: µs}}}``, medians of all samples: products, training steps, and more.

    ``tables()["products"]["4096"]["bf16"]``; None where there is no recording.
    """
    path = FOLDER / "tables.json"
    if not path.exists():
        return None
    found = json.loads(path.read_text(encoding="utf-8"))
    return {
        table: {row: {name: median(us) for name, us in columns.items()} for row, columns in rows.items()}
        for table, rows in found.items()
    }


def trace(name: str) -> dict:
    """One of ``made.TRACES`` as profiled on the recording's GPU; the hand-made one where that isn't there."""
    return (_read(name) if is_recorded(name) else None) or made.trace(name)


def snapshot() -> dict:
    """Three training steps' memory, in the form of ``torch.cuda.memory._snapshot()``: recorded, or hand-made."""
    return _read("snapshot") or made.snapshot()


def is_recorded(name: str) -> bool:
    """Whether this trace (or "snapshot") was recorded, with all that it is compared with.

    A small GPU may have had no memory for one; a recorded step beside a hand-made graph of it would say nothing.
    """
    return all((FOLDER / f"{its}.json.gz").exists() for its in _family(name)[1])


def _family(name: str) -> tuple[str, list[str]]:
    """The name of those traces that are compared with each other, and all of them."""
    of = lambda one: "layers" if one in ("pieces", "whole") else one.rsplit("_", 1)[0]  # noqa: E731
    return of(name), [one for one in made.TRACES if of(one) == of(name)] or [name]


def is_product(kernel: str) -> bool:
    """Whether a kernel of this name multiplies matrices or convolves, as far as its name tells."""
    return any(part in kernel.lower() for part in PRODUCTS)


def on_tensor_cores(kernel: str) -> bool:
    """Whether a kernel of this name multiplies on tensor cores, as far as its name tells ("simt": on plain units)."""
    return any(part in kernel.lower() for part in TENSOR_CORES) and "simt" not in kernel.lower()


def agreeing(*names: str) -> str:
    """For what a model says of these traces: those made by hand follow such a model, so that it must agree."""
    if any(not is_recorded(name) for name in names):
        return "hand-made traces, so by construction"
    return said()


def _read(name: str) -> dict | None:
    path = FOLDER / f"{name}.json.gz"
    if not path.exists():
        return None
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)
