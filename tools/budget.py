"""What tests take, in units of a small fixed piece of work: processor seconds aren't the same on every machine.

A unit is to import TensorFlow and multiply some matrices in one thread: five processor seconds on a good
machine, timed in the stage that is judged. Every test leaves a row (see the root's ``conftest.py``).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

# Kernels side by side take one thread each: two that fight over two cores take more than both would alone.
ONE_THREAD = dict.fromkeys(
    [
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
        "TF_NUM_INTRAOP_THREADS",
        "TF_NUM_INTEROP_THREADS",
        "FASTFRUGAL_THREADS",  # of a kernel in the grader's box
    ],
    "1",
)
WORK = """
import tensorflow as tf
x = tf.random.stateless_normal((1024, 1024), [1, 2])
for _ in range(40):
    x = tf.linalg.l2_normalize(x @ x)
"""

# In units. The design's 90, 40 and 10 processor seconds of a good machine are 18, 8 and 2. In November 2026 the
# longest lesson took 19 on the fastest machine so far (Keras' training and a unit don't scale alike), the longest
# quick run 5: a limit is half as much again, or the design's, whichever is more.
MOST_UNITS = {"lesson": 28, "solution": 8, "quick": 7.5}
MOST_MB = 1500
ONCE_MORE = "over budget, once more"  # the stage of those that were over their limit
# A chapter's part of `make test`, 120 processor seconds (lesson 45, solution 15, quick runs 20, answers 15,
# grading 15, unit tests 10), is 24 units; all of its answers take as much again. It fails beyond thrice that.
SHARE, TOLERATED = 24, 3

NOTEBOOK = re.compile(r"(?:notebooks|solutions)/(\d\d)_\w+\.ipynb")
ROOM = re.compile(r"tests/unit/ch(\d\d)/")
KINDS = {  # of tests that belong to a chapter, by how their names start
    "tests/unit/": "unit tests",
    "tests/notebooks/test_answers.py::test_hidden": "seeds",  # of test-full alone: no part of a share
    "tests/notebooks/test_answers": "answers",
    "tests/notebooks/test_papermill": "quick",
    "solutions/": "solution",
    "notebooks/": "lesson",
    "tests/grading/": "grading",
}


def unit() -> float:
    """Processor seconds of one unit, here and now."""
    command = [sys.executable, "-c", WORK]
    process = subprocess.Popen(command, env=os.environ | ONE_THREAD, stderr=subprocess.DEVNULL)
    if not hasattr(os, "wait4"):
        before = processor_seconds()
        process.wait()
        return processor_seconds() - before
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def processor_seconds() -> float:
    """Of this process so far, and of all those that it started and saw end."""
    return sum(os.times()[:4])


def peak_mb(pid: int) -> float:
    """The most memory that a process ever held."""
    try:
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) / 1e3 for line in status if line.startswith("VmHWM"))
    except OSError:  # not Linux: what it holds now is the best there is
        return psutil.Process(pid).memory_info().rss / 1e6


def write_row(path: str, **row) -> None:
    """One write to a file opened for appending: lines of two workers can't mix."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, (json.dumps(row) + "\n").encode())
    finally:
        os.close(descriptor)


def read_rows(path: Path) -> list[dict]:
    """The lines of JSON in a file, [] where there is none."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def kind(test: str) -> str:
    """One of KINDS, "" for a test that belongs to none."""
    return next((what for start, what in KINDS.items() if test.startswith(start)), "")


def chapter(test: str) -> str:
    """The two digits of the chapter that a test is about, "" for what all share."""
    found = ROOM.match(test) or NOTEBOOK.search(test)
    return found[1] if found else ""


def units_said(rows: list[dict]) -> str:
    """From where to where a unit went in this run."""
    found = [row["unit"] for row in rows] or [0.0]
    return f"{min(found):.1f} to {max(found):.1f} processor seconds"


# ---- a notebook ----------------------------------------------------------------------------------


@dataclass
class Spent:
    """One run of a notebook, summed over its cells."""

    test: str  # the name that pytest knows it by
    seconds: float = 0.0  # of processor time
    wall: float = 0.0
    units: float = 0.0
    peak_mb: float = 0.0

    def within(self, kind: str) -> bool:
        return self.units <= MOST_UNITS[kind] and self.peak_mb <= MOST_MB


def runs(rows: list[dict]) -> dict[tuple[str, str], list[Spent]]:
    """All runs of each notebook, by ``(kind, notebook)``; a stage runs a notebook once."""
    found: dict[tuple[str, str], dict[str, Spent]] = {}
    for row in rows:
        name = NOTEBOOK.search(row["test"])
        if name and kind(row["test"]) in MOST_UNITS:
            test = row["test"] if kind(row["test"]) == "quick" else name[0]
            stages = found.setdefault((kind(row["test"]), name[0]), {})
            spent = stages.setdefault(row["stage"], Spent(test))
            spent.seconds += row["processor"]
            spent.wall += row["wall"]
            spent.units += row["processor"] / row["unit"]
            spent.peak_mb = max(spent.peak_mb, row["peak_mb"] or 0)
    return {key: list(stages.values()) for key, stages in sorted(found.items())}


def over(rows: list[dict]) -> list[tuple[str, str]]:
    """``(kind, notebook)`` of those that no run kept within their budget."""
    return [(k, name) for (k, name), all_ in runs(rows).items() if not any(it.within(k) for it in all_)]


def notebooks_table(rows: list[dict]) -> Iterator[str]:
    """The better run of each notebook."""
    yield f"{'':44} {'wall':>8} {'processor':>10} {'units':>6} {'memory':>8}"
    too_much = over(rows)
    for key, all_ in runs(rows).items():
        best = min(all_, key=lambda it: it.units)
        said = f"  over its budget: {MOST_UNITS[key[0]]} units, {MOST_MB} MB" if key in too_much else ""
        yield (
            f"{key[0]:9}{key[1]:35} {best.wall:6.0f} s {best.seconds:8.1f} s {best.units:6.1f}"
            f" {best.peak_mb:5.0f} MB{said}"
        )


# ---- a chapter -----------------------------------------------------------------------------------


def share(chapter: str, in_full: list[str]) -> int:
    """The units beyond which a chapter takes more than its share."""
    return SHARE * TOLERATED * (2 if chapter in in_full else 1)


def by_chapter(rows: list[dict]) -> dict[str, dict[str, float]]:
    """For each chapter its processor seconds by kind, and all of them in ``units`` and in ``wall`` time."""
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        if row.get("stage", "").startswith(ONCE_MORE):  # a second chance is not the chapter's doing
            continue
        columns = found.setdefault(chapter(row["test"]), defaultdict(float))
        columns[kind(row["test"])] += row["processor"]
        columns["processor"] += row["processor"]
        columns["units"] += row["processor"] / row["unit"] if kind(row["test"]) != "seeds" else 0
        columns["wall"] += row["wall"]
    return dict(sorted(found.items()))


def chapters_table(rows: list[dict], in_full: list[str]) -> Iterator[str]:
    """A line a chapter: which of its tests took how many processor seconds; the last line is what all share."""
    columns = [*dict.fromkeys(KINDS.values()), "processor", "wall", "units"]
    yield "chapter  " + "".join(f"{name:>11}" for name in columns)
    found = by_chapter(rows)
    for name in [name for name in found if name] + [""] * ("" in found):
        said = " full" if name in in_full else " sample" if name else "shared"
        numbers = "".join(f"{found[name][column]:11.0f}" for column in columns)
        most = share(name, in_full)
        late = f"  more than its share of {most} units" if name and found[name]["units"] > most else ""
        yield f"{name:2}{said:7}{numbers}{late}"


def greedy(rows: list[dict], in_full: list[str]) -> list[str]:
    """The chapters that take more than their share."""
    found = by_chapter(rows)
    return [name for name in found if name and found[name]["units"] > share(name, in_full)]
