"""From one submission to one result: merge, run in the box, run alone what didn't pass, write down.

All answers run together first, in one kernel. What doesn't pass there runs once more by itself, with
its visible check: so one exercise can't take another's points, by accident or not, and the student is told
what is wrong in the check's words.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

import nbformat
import numpy as np
import platformdirs
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from grader import sandbox
from grader.compare import MIME
from grader.intake import Submission, Unreadable, read_bytes, read_cells
from grader.merge import Merged, Stub, merge

ROOT = Path(__file__).resolve().parents[1]
OURS = ("ex-", "check-", "hidden-", "truth-", "challenge")  # all other code cells are set-up
# pytest, without a grammar that jsonschema would take a second to build and nobody needs.
DRIVER = "import sys; sys.modules['rfc3987_syntax'] = None; import pytest; sys.exit(pytest.main())"
DRIVER_MB = 1_500
STOPPED = threading.Event()


class Outcome(NamedTuple):
    """Of one exercise in one run; ``reply`` is the visible check's, from the student's own kernel."""

    outcome: str  # passed, failed or killed
    reason: str = ""
    reply: str = ""


@dataclass(frozen=True)
class Reference:
    """A lab's solution, executed with the private seed: what is expected, and how long it took."""

    lab: str
    nb: NotebookNode  # with ex-, challenge and hidden- cells, the latter with their outputs and rules
    stubs: list[Stub]
    given: list[str]  # the sources of the lab's set-up cells
    titles: dict[str, str]
    points: dict[str, float]
    seconds: float
    digest: str


def prepare_data(folder: Path, labels: bool) -> Path:
    """What a kernel may read: MNIST, without its test labels unless it is the reference's; trained models."""
    cache = Path(os.environ.get("FASTFRUGAL_CACHE") or platformdirs.user_cache_dir("fast-and-frugal"))
    if not (cache / "mnist.npz").is_file():
        raise ValueError(f"There is no MNIST in {cache}: `python -m tools setup` fetches it.")
    with np.load(cache / "mnist.npz") as archive:
        kept = {name: archive[name] for name in archive.files if labels or name != "y_test"}
    folder.mkdir(parents=True)
    np.savez(folder / "mnist.npz", **kept)
    if (cache / "models").is_dir():
        subprocess.run(["cp", "-r", str(cache / "models"), str(folder)], check=True)
    subprocess.run(["chmod", "-R", "a+rX,a-w", str(folder)], check=True)
    return folder


def use_data(folder: Path) -> None:
    """From now on kernels find this data, in the box or out of it, and the boxed kernel by its name."""
    os.environ["FASTFRUGAL_CACHE"] = os.environ["FASTFRUGAL_BOX_DATA"] = str(folder)
    os.environ["JUPYTER_PATH"] = str(ROOT / "grader")


def execute_reference(solution: Path, seed: int, kernel: str) -> Reference:
    """Run the solution with its own answers and the private seed; ValueError where one raises."""
    raw = solution.read_bytes()
    nb = nbformat.reads(raw.decode("utf-8"), as_version=4)
    titles = {c.id[5:]: c.source.split("\n", 1)[0].lstrip("# ") for c in nb.cells if c.id.startswith("task-")}
    nb.cells = [c for c in nb.cells if c.cell_type == "code" and not c.id.startswith("check-")]
    challenge = next(c for c in nb.cells if c.id == "challenge")
    challenge.source, count = re.subn(
        r"(?m)^challenge_seed = .*$", f"challenge_seed = {seed}", challenge.source
    )
    if count != 1:
        raise ValueError(f"{solution.name}: its cell challenge has no line challenge_seed = …")
    started = time.perf_counter()
    client = NotebookClient(nb, timeout=600, kernel_name=kernel, resources={"metadata": {"path": str(ROOT)}})
    try:
        client.execute()
    except (CellControlSignal, RuntimeError) as error:  # the latter where its kernel died
        last = str(error).strip().splitlines()[-1]
        raise ValueError(f"{solution.name} fails with this seed: {last}") from error
    seconds = time.perf_counter() - started
    truth = {c.id[6:]: _bundles(c) for c in nb.cells if c.id.startswith("truth-")}
    points = {}
    for cell in nb.cells:
        ours = {"seconds": 20 + 5 * _seconds(cell)}  # that a student's cell may take
        if cell.id.startswith("hidden-"):
            name = cell.id[7:]
            points[name] = float(cell.metadata["nbgrader"]["points"])
            ours |= {"rule": cell.metadata["fastfrugal"], "truth": truth.get(name)}
        else:
            cell.outputs = []
        cell.metadata = NotebookNode(fastfrugal=ours)
    lab = nbformat.read(solution.parents[1] / "labs" / solution.name, as_version=4)
    stubs = [Stub(c.id[3:], c.source) for c in lab.cells if c.id.startswith("ex-")]
    checks = [c for c in lab.cells if c.id.startswith("check-")]
    for check in checks:
        check.metadata = NotebookNode(fastfrugal={"seconds": 60})
    given = [c.source for c in lab.cells if c.cell_type == "code" and not c.id.startswith(OURS)]
    nb.cells = [c for c in nb.cells if not c.id.startswith("truth-")] + checks
    return Reference(solution.stem, nb, stubs, given, titles, points, seconds, _hash(raw, str(seed).encode()))


def _seconds(cell: NotebookNode) -> float:
    times = cell.metadata.pop("execution", {})
    begin, end = (times.get(f"iopub.status.{state}") for state in ("busy", "idle"))
    return (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds() if end else 0.0


def _bundles(cell: NotebookNode) -> list[dict]:
    return [out.data[MIME] for out in cell.outputs if MIME in out.get("data", {})]


def grade(submission: Submission, reference: Reference, kernel: str, engine: str) -> dict:
    """The result of one submission, as grader/report.py describes it. Never raises because of its content."""
    started = time.perf_counter()
    result = {
        "student": submission.student,
        "lab": submission.lab,
        "file": f"{submission.student}/{submission.path.name}",
        "timestamp": submission.timestamp,
        "key": key(submission, reference, engine),
        "sandboxed": kernel == sandbox.NAME,
        "status": "graded",
        "reason": "",
        "score": 0.0,
        "max_score": sum(reference.points.values()),
        "exercises": [],
        "notes": [],
        "person": [],
    }
    try:
        cells = read_cells(read_bytes(submission.path))
    except Unreadable as error:
        return result | {"status": "unreadable", "reason": str(error), "seconds": 0.0}
    try:
        merged = merge(
            cells, reference.stubs, [f"check-{name}" for name in reference.points], reference.given
        )
        outcomes = run_answers(reference, merged.answers, kernel)
    except Exception as error:  # ours, a full disk perhaps: one submission must not end the batch
        if STOPPED.is_set():
            raise KeyboardInterrupt from None
        reason = f"It could not be graded ({type(error).__name__}); your instructor will see to it."
        traceback.print_exc()
        return result | {"status": "crashed", "reason": reason, "seconds": 0.0}
    for name in reference.points:
        result["exercises"].append(_exercise(name, reference, merged, outcomes.get(name)))
    result["score"] = sum(exercise["points"] for exercise in result["exercises"])
    result["notes"] = merged.notes
    result["seconds"] = round(time.perf_counter() - started, 1)
    return result


def _exercise(name: str, reference: Reference, merged: Merged, outcome: Outcome | None) -> dict:
    if outcome is None:
        blank = name in merged.blank
        outcome = Outcome(
            "blank" if blank else "missing", "nothing was written here" if blank else "its cell is gone"
        )
    person = merged.person.get(name, "")
    if outcome.outcome != "passed":
        person = person or merged.if_failed.get(name, "")
    return {
        "name": name,
        "title": reference.titles.get(name, name),
        "points": reference.points[name] if outcome.outcome == "passed" else 0.0,
        "max_points": reference.points[name],
        "outcome": outcome.outcome,
        "reason": outcome.reason,
        "reply": outcome.reply,
        "person": person,
    }


def run_answers(reference: Reference, answers: dict[str, str], kernel: str) -> dict[str, Outcome]:
    """All together first; then what didn't pass, each by itself and with its visible check."""
    if not answers:
        return {}
    outcomes = run_box(reference, answers, kernel) if len(answers) > 1 else {}
    for name, source in answers.items():
        if outcomes.get(name, Outcome("failed")).outcome != "passed":
            outcomes[name] = run_box(reference, {name: source}, kernel, with_check=True)[name]
    return outcomes


def run_box(
    reference: Reference, answers: dict[str, str], kernel: str, with_check=False
) -> dict[str, Outcome]:
    """One process of pytest on one notebook: set-up, these answers, the challenge, their hidden checks."""
    limit = 60 + 5 * reference.seconds
    with tempfile.TemporaryDirectory(prefix="ff-", ignore_cleanup_errors=True) as folder:
        path, report = Path(folder) / "answers.ipynb", Path(folder) / "report.xml"
        nb = merged_notebook(reference, answers, with_check)
        nb.metadata["fastfrugal"] = {"seconds": limit}
        path.write_text(nbformat.writes(nb), encoding="utf-8")
        command = [sys.executable, "-c", DRIVER, "-q", "-p", "nbval.plugin", "-p", "grader.engine"]
        command += ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", folder, f"--junitxml={report}"]
        command += ["--noconftest", f"--nbval-kernel-name={kernel}", str(path)]
        why = _finish(command, limit + 60, folder)
        properties = {} if why else _properties(report)  # which may have been cut off
    killed = next((p["killed"] for p in properties.values() if "killed" in p), "") or why
    return {name: _outcome(properties, name, killed) for name in answers}


def merged_notebook(reference: Reference, answers: dict[str, str], with_check: bool) -> NotebookNode:
    """The reference's cells with these answers in their places; a check comes right after its answer."""
    cells = {cell.id: cell for cell in reference.nb.cells}
    chosen = []
    for id, cell in cells.items():
        kind, _, name = id.partition("-")
        if not id.startswith(OURS) or id == "challenge" or (kind == "hidden" and name in answers):
            chosen.append(cell)
        elif kind == "ex" and name in answers:
            chosen.append(NotebookNode(cell | {"source": answers[name]}))
            if with_check:
                chosen.append(cells[f"check-{name}"])
    return new_notebook(cells=chosen)


def _finish(command: list[str], seconds: float, folder: str) -> str:
    """Run the driver to its end; a sentence where it had to be ended, or ended itself."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OMP_NUM_THREADS": "1"}
    environment |= {"FASTFRUGAL_PARENT": str(os.getpid()), "TMPDIR": folder}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    driver = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True, **quiet)
    try:
        if STOPPED.is_set():
            driver.kill()
        soft = (DRIVER_MB * 1_000_000, resource.RLIM_INFINITY)  # the box sets its own, up to the hard limit
        with suppress(ProcessLookupError):  # it was stopped
            resource.prlimit(driver.pid, resource.RLIMIT_DATA, soft)
        driver.wait(seconds)
    except subprocess.TimeoutExpired:
        driver.kill()
        driver.wait()
        return "it took too long"
    if STOPPED.is_set():
        raise KeyboardInterrupt
    return "" if driver.returncode in (0, 1) else "it sent more than could be read"


def _properties(report: Path) -> dict[str, dict]:
    """``{cell id: what the engine noted}``; ``passed`` only where junit says nothing but that."""
    if not report.exists():
        return {}
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        notes = {p.get("name"): p.get("value") for p in case.iter("property")}
        bad = any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        found[case.get("name")] = notes | ({} if bad else {"passed": "yes"})
    return found


def _outcome(properties: dict[str, dict], name: str, killed: str) -> Outcome:
    answer, hidden = properties.get(f"ex-{name}", {}), properties.get(f"hidden-{name}", {})
    reply = properties.get(f"check-{name}", {}).get("reply", "")
    if hidden.get("passed"):
        return Outcome("passed")
    if "reason" in answer:  # the answer itself raised: what follows from it says less
        return Outcome("failed", answer["reason"], reply)
    if "reason" in hidden:
        return Outcome("failed", hidden["reason"], reply)
    return Outcome("killed" if killed else "failed", killed or "it gave no answer", reply)


def key(submission: Submission, reference: Reference, engine: str) -> str:
    """What the result depends on."""
    try:
        raw = read_bytes(submission.path)
    except Unreadable as error:
        raw = str(error).encode()
    return _hash(raw, reference.digest.encode(), engine.encode(), submission.student.encode())


def engine_digest(kernel: str) -> str:
    """The grader's own code, what it runs, and how."""
    code = [
        path.read_bytes() for folder in ("grader", "utils") for path in sorted((ROOT / folder).glob("*.py"))
    ]
    versions = [importlib.metadata.version(name) for name in ("nbval", "pytest", "numpy", "keras", "torch")]
    return _hash(*code, json.dumps([versions, kernel, sys.version]).encode())


def _hash(*parts: bytes) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()[:24]
