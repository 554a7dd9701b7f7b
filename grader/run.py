"""From one submission to one result: merge, run in the box, run alone what didn't pass, write down.

All answers run together first, in one kernel. What doesn't pass there runs once more by itself: so one
exercise can't take another's points, by accident or not. What fails then too (what was killed has its reason) is
tried by its visible check, so that the student is told what is wrong in the check's words. That is a third
kernel: where checks.py is, which may hold what is right, no points are made; and where the private seed is,
nothing is said.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from pathlib import Path

import nbformat
import psutil
from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from grader import sandbox
from grader.intake import Submission, Unreadable, read_bytes, read_cells
from grader.merge import Merged, merge, same_code
from grader.outcomes import Outcome, doubts, outcome_of, read_report
from grader.reference import ROOT, Reference, digest_of
from utils.protocol import ANSWER, CHALLENGE, CHECK, HIDDEN, NOT_SET_UP

# pytest, without a grammar that jsonschema would take a second to build and nobody needs.
DRIVER = "import sys; sys.modules['rfc3987_syntax'] = None; import pytest; sys.exit(pytest.main())"
DRIVER_MB = 1_500
STOPPED = threading.Event()
FOREIGN = "It holds none of this lab's cells: the lesson perhaps, or another lab, under the lab's name."


class Stopped(Exception):
    """Somebody pressed Ctrl-C: what was being graded has no result."""


def stop() -> None:
    """End all that runs, drivers, kernels and their boxes; what was being graded then raises Stopped."""
    STOPPED.set()
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            process.kill()


def grade(submission: Submission, reference: Reference, kernel: str) -> dict:
    """The result of one submission, as grader/report.py describes it. Never raises because of its content."""
    started = time.perf_counter()
    result = {
        "student": submission.student,
        "lab": submission.lab,
        "file": f"{submission.student}/{submission.path.name}",
        "timestamp": submission.timestamp,
        "key": key(submission, reference),
        "sandboxed": kernel == sandbox.NAME,
        "status": "graded",
        "reason": "",
        "score": 0.0,
        "max_score": sum(reference.points.values()),
        "seconds": 0.0,
        "exercises": [],
        "notes": [],
    }
    try:
        raw = read_bytes(submission.path)
        checks = [f"{CHECK}{name}" for name in reference.points]
        merged = merge(read_cells(raw), reference.stubs, checks, reference.given)
        outcomes = run_answers(reference, merged.answers, kernel)
    except Unreadable as error:
        return result | {"status": "unreadable", "reason": str(error)}
    except Exception as error:  # ours, a full disk perhaps: one submission must not end the batch
        if STOPPED.is_set():
            raise
        traceback.print_exc()
        reason = f"It could not be graded ({type(error).__name__}); your instructor will see to it."
        return result | {"status": "crashed", "reason": reason}
    exercises = [_exercise(name, reference, merged, outcomes.get(name), raw) for name in reference.points]
    result |= {
        "exercises": exercises,
        "notes": merged.notes,
        "score": sum(e["points"] for e in exercises),
        "reason": FOREIGN * all(e["outcome"] == "missing" for e in exercises),
    }
    return result | {"seconds": round(time.perf_counter() - started, 1)}


def _exercise(name: str, reference: Reference, merged: Merged, outcome: Outcome | None, raw: bytes) -> dict:
    """``raw``, the file: where its outputs say that the visible check passes, a person may have to look."""
    outcome = outcome or Outcome("blank" if name in merged.blank else "missing")
    passed = outcome.outcome == "passed"
    green = f"{reference.lab[:2]}-{name} passes".encode() in raw
    if_failed = "; ".join(filter(None, [merged.if_failed.get(name), *doubts(outcome, green)]))
    person = merged.person.get(name, "") or if_failed * (not passed)
    if passed and not person and same_code(merged.answers[name], reference.answer(name)):
        person = "it is the published solution's code, but for names and comments"
    return {
        "name": name,
        "title": reference.titles.get(name, name),
        "person": person,
        "points": reference.points[name] * passed,
        "max_points": reference.points[name],
    } | outcome._asdict()


def run_answers(reference: Reference, answers: dict[str, str], kernel: str) -> dict[str, Outcome]:
    """All together first; then what didn't pass, each by itself; then what failed again, with its visible check."""
    outcomes = run_box(reference, answers, kernel) if len(answers) > 1 else {}
    for name, source in answers.items():
        if name not in outcomes or outcomes[name].outcome != "passed":
            outcomes[name] = run_box(reference, {name: source}, kernel)[name]
        if outcomes[name].outcome == "failed":  # what is killed here would be killed there
            told = run_box(reference, {name: source}, kernel, to_tell=True)[name]
            outcomes[name] = outcomes[name]._replace(reply=told.reply, hint=told.hint)
    return outcomes


def run_box(
    reference: Reference, answers: dict[str, str], kernel: str, to_tell: bool = False
) -> dict[str, Outcome]:
    """One process of pytest on one notebook, see ``merged_notebook``; ``to_tell``: checks.py is in its box."""
    limit = 60 + 5 * reference.seconds
    with tempfile.TemporaryDirectory(prefix="ff-", ignore_cleanup_errors=True) as folder:
        path, report = Path(folder) / "answers.ipynb", Path(folder) / "report.xml"
        nb = merged_notebook(reference, answers, to_tell)
        nb.metadata["fastfrugal"] = {"seconds": limit}
        path.write_text(nbformat.writes(nb), encoding="utf-8")
        command = [sys.executable, "-c", DRIVER, "-q", "-p", "nbval.plugin", "-p", "grader.engine"]
        command += ["-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", folder, f"--junitxml={report}"]
        command += ["--noconftest", f"--nbval-kernel-name={kernel}", str(path)]
        why = _finish(command, limit + 60, {"TMPDIR": folder, sandbox.CHECKS: "yes" * to_tell})
        properties = {} if why else read_report(report)  # which may have been cut off
    killed = next((p["killed"] for p in properties.values() if "killed" in p), "") or why
    return {name: outcome_of(properties, name, killed) for name in answers}


def merged_notebook(reference: Reference, answers: dict[str, str], to_tell: bool = False) -> NotebookNode:
    """Set-up with these answers in their places, then the challenge and their hidden checks.

    ``to_tell``: their visible checks instead, and no challenge.
    """
    last = [f"{CHECK if to_tell else HIDDEN}{name}" for name in answers] + [CHALLENGE] * (not to_tell)
    chosen = []
    for cell in reference.nb.cells:  # of which checks are the last ones
        if cell.id in last or not cell.id.startswith(NOT_SET_UP):
            chosen.append(cell)
        elif cell.id.startswith(ANSWER) and (name := cell.id.removeprefix(ANSWER)) in answers:
            chosen.append(NotebookNode(cell | {"source": answers[name]}))
    return new_notebook(cells=chosen)


def _finish(command: list[str], seconds: float, more: dict[str, str]) -> str:
    """Run the driver to its end; a sentence where it had to be ended, or ended itself."""
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "OMP_NUM_THREADS": "1"} | more
    # It ends with us, and has no more memory than it may need; the box sets its own limits.
    limited = f"setpriv --pdeathsig KILL prlimit --data={DRIVER_MB * 1_000_000}: --".split() + command
    quiet = subprocess.DEVNULL
    if STOPPED.is_set():
        raise Stopped
    try:
        done = subprocess.run(
            limited,
            timeout=seconds,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
            stdin=quiet,
            stdout=quiet,
            stderr=quiet,
        )
    except subprocess.TimeoutExpired:
        return "it took too long"
    if STOPPED.is_set():
        raise Stopped
    return "" if done.returncode in (0, 1) else "it sent more than could be read"


def key(submission: Submission, reference: Reference) -> str:
    """What the result depends on; the engine is part of the reference's digest."""
    try:
        raw = read_bytes(submission.path)
    except Unreadable as error:
        raw = str(error).encode()
    return digest_of(raw, reference.digest, submission.student)
