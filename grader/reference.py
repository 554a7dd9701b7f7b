"""A lab's solution, executed with the private seed in a box of its own: what is expected of an answer."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import nbformat
import numpy as np
import platformdirs
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from grader.merge import Stub
from grader.report import write
from utils.protocol import (
    ANSWER,
    ANSWER_MIME,
    CHALLENGE,
    CHECK,
    HIDDEN,
    NOT_SET_UP,
    TASK,
    TRUTH,
    lab_name,
)

ROOT, SEED = Path(__file__).resolve().parents[1], re.compile("^challenge_seed = .*$", re.MULTILINE)


@dataclass(frozen=True)
class Reference:
    """A lab's solution, executed with the private seed: what is expected, and how long it took."""

    lab: str
    nb: NotebookNode  # with ex-, check-, challenge and hidden- cells, the latter with their outputs and rules
    stubs: list[Stub]
    given: list[str]  # the sources of the lab's set-up cells
    titles: dict[str, str]
    points: dict[str, float]
    digest: str

    @property
    def seconds(self) -> float:
        return sum(cell.metadata.fastfrugal.get("took", 0) for cell in self.nb.cells)

    def answer(self, exercise: str) -> str:
        return next(cell.source for cell in self.nb.cells if cell.id == f"{ANSWER}{exercise}")


def data_folder() -> Path:
    """The course's data on this machine; ValueError where set-up has not fetched it yet."""
    cache = Path(os.environ.get("FASTFRUGAL_CACHE") or platformdirs.user_cache_dir("fast-and-frugal"))
    if not (cache / "mnist.npz").is_file():
        raise ValueError(f"There is no MNIST in {cache}: `python -m tools setup` fetches it.")
    return cache


def copy_data(cache: Path, folder: Path, labels: bool) -> Path:
    """Fill FOLDER with what a kernel may read: MNIST, with its test labels or without, and trained models."""
    folder.mkdir()
    with np.load(cache / "mnist.npz") as archive:
        np.savez(folder / "mnist.npz", **{n: archive[n] for n in archive.files if labels or n != "y_test"})
    if (cache / "models").is_dir():
        shutil.copytree(cache / "models", folder / "models")
    # A kernel in a box runs as somebody else, and the cache may be for its owner's eyes only.
    subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
    return folder


def use_data(folder: Path) -> None:
    """From now on kernels find this data, in the box or out of it, and the boxed kernel by its name."""
    os.environ |= {"FASTFRUGAL_CACHE": str(folder), "JUPYTER_PATH": str(ROOT / "grader")}


def execute_reference(solution: Path, seed: int, kernel: str, kept: Path | None = None) -> Reference:
    """The solution, run with its own answers and the private seed; ValueError where one raises.

    In the folder ``kept`` it is looked for first, and left for the next time.
    """
    handed_out = solution.parents[1] / "labs" / f"{lab_name(solution.stem)}.ipynb"
    read = solution.read_bytes(), handed_out.read_bytes()
    digest = digest_of(*read, seed, engine_digest(kernel, solution.stem))
    path = kept / f"{solution.stem}-{digest}.ipynb" if kept else None
    if path and path.exists():
        nb = nbformat.read(path, as_version=4)
    else:
        nb = _executed(solution, seed, kernel)
        for old in kept.glob(f"{solution.stem}-*.ipynb") if kept else []:
            old.unlink()
        if path:
            write(path, nbformat.writes(nb))
    return _reference(nb, nbformat.read(handed_out, as_version=4), solution.stem, digest)


def _executed(solution: Path, seed: int, kernel: str) -> NotebookNode:
    print(f"{solution.stem}: executing the reference …", flush=True)
    nb = nbformat.read(solution, as_version=4)
    nb.cells = [c for c in nb.cells if not c.id.startswith(CHECK)]
    challenge = next(c for c in nb.cells if c.id == CHALLENGE)
    challenge.source, count = SEED.subn(f"challenge_seed = {seed}", challenge.source)
    if count != 1:
        raise ValueError(f"{solution.name}: its cell {CHALLENGE} has no line challenge_seed = …")
    client = NotebookClient(nb, timeout=600, kernel_name=kernel, resources={"metadata": {"path": str(ROOT)}})
    try:
        return client.execute()
    except (CellControlSignal, RuntimeError) as error:  # the latter where its kernel died
        raise ValueError(
            f"{solution.name} fails with this seed: {str(error).strip().splitlines()[-1]}"
        ) from error


def _reference(nb: NotebookNode, lab: NotebookNode, chapter: str, digest: str) -> Reference:
    """From an executed solution and its lab what is needed to grade: no metadata but ours."""
    truth = {c.id.removeprefix(TRUTH): _bundles(c) for c in nb.cells if c.id.startswith(TRUTH)}
    titles = {
        c.id.removeprefix(TASK): c.source.split("\n", 1)[0].lstrip("# ")
        for c in nb.cells
        if c.id.startswith(TASK)
    }
    cells = [c for c in nb.cells if c.cell_type == "code" and not c.id.startswith(TRUTH)]
    points = {}
    for cell in cells:
        took = _seconds(cell)
        ours: dict[str, object] = {"took": took, "seconds": 20 + 5 * took}  # the latter for a student's cell
        if cell.id.startswith(HIDDEN):
            name = cell.id.removeprefix(HIDDEN)
            points[name] = float(cell.metadata["nbgrader"]["points"])
            ours |= {"rule": cell.metadata["fastfrugal"], "truth": truth.get(name)}
        else:
            cell.outputs = []
        cell.metadata = NotebookNode(fastfrugal=NotebookNode(ours))
    given = [c for c in lab.cells if c.cell_type == "code"]
    for check in (checks := [c for c in given if c.id.startswith(CHECK)]):
        check.metadata = NotebookNode(fastfrugal=NotebookNode(seconds=60))
    stubs = [Stub(c.id.removeprefix(ANSWER), c.source) for c in given if c.id.startswith(ANSWER)]
    setup = [c.source for c in given if not c.id.startswith(NOT_SET_UP)]
    return Reference(chapter, new_notebook(cells=cells + checks), stubs, setup, titles, points, digest)


def _seconds(cell: NotebookNode) -> float:
    times = cell.metadata.get("execution", {})
    begin, end = (times.get(f"iopub.status.{state}") for state in ("busy", "idle"))
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds() if end else 0.0


def _bundles(cell: NotebookNode) -> list[dict]:
    return [out.data[ANSWER_MIME] for out in cell.outputs if ANSWER_MIME in out.get("data", {})]


def engine_digest(kernel: str, chapter: str, root: Path = ROOT) -> str:
    """The grader's code, what of utils this chapter's lab can use (the core, and its own room), what they run on."""
    other = re.compile(rf"/(__pycache__|\.)|\.part$|^utils/ch(?!{chapter[:2]}/)\d\d/")
    files = [*root.glob("grader/*.py"), *root.glob("grader/kernels/*/*"), *root.glob("utils/**/*")]
    names = {path.relative_to(root).as_posix(): path for path in files if path.is_file()}
    code = [(name, digest_of(names[name].read_bytes())) for name in sorted(names) if not other.search(name)]
    packages = ("nbval", "pytest", "numpy", "keras", "torch", "onnxruntime", "scikit-learn")
    return digest_of(code, [importlib.metadata.version(name) for name in packages], kernel, sys.version)


def digest_of(*parts: object) -> str:
    """Of texts, bytes, numbers, and lists of them."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:32]
