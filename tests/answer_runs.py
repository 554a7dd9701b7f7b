"""Try answers to a lab's exercises as a grader would: the kernel computes, the host judges."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from grader.compare import Verdict, compare_cell
from tools.derive import derive
from tools.notebook_files import ROOT, cell_by_id, code_cells, exercises, read
from utils.protocol import ANSWER_MIME as ANSWER
from utils.protocol import NOT_SET_UP
from utils.protocol import REPLY_MIME as CHECK

SEED = 20_261_123  # not the one that the committed solution ran with
FORGET = """
for _name in set(globals()) - _locked:
    if not _name.startswith("_"):
        del globals()[_name]
"""  # so that no answer finds what another one defined


@dataclass(frozen=True)
class Outcome:
    """``visible``: the check's reply; ``hidden``: the host's verdict, as the grade would be."""

    visible: str  # passed, failed or blank
    message: str
    hidden: Verdict


def answer_files(solution: Path, exercise: str) -> list[Path]:
    return sorted((ROOT / "tests" / "answers" / solution.stem / f"ex-{exercise}").glob("*.py"))


@lru_cache(maxsize=1)
def outcomes(solution: Path, seed: int = SEED, only: str = "") -> dict[tuple[str, str], Outcome]:
    """``{(exercise, answer): outcome}`` for the reference, the blank stub and every answer on disk.

    One kernel for all of them, since starting a framework takes longer than an answer does. ``only``: this exercise.
    """
    nb = read(solution)
    lab = derive(nb)
    session = new_notebook(cells=[new_code_cell(cell.source) for cell in locked_cells(nb)])
    session.cells.append(new_code_cell("_locked = set(globals())"))
    answers = {}
    for exercise in [only] if only else exercises(nb):
        id = f"ex-{exercise}"
        answers[exercise, "reference"] = cell_by_id(nb, id).source
        answers[exercise, "blank"] = cell_by_id(lab, id).source
        for file in answer_files(solution, exercise):
            answers[exercise, file.stem] = file.read_text()
    for (exercise, _), source in answers.items():
        hidden = f"{challenge(nb, seed)}\n{cell_by_id(nb, f'hidden-{exercise}').source}"
        check = cell_by_id(nb, f"check-{exercise}").source
        session.cells += [new_code_cell(text) for text in (FORGET, source, check, hidden)]
    truths = [
        cell
        for cell in code_cells(nb)
        if cell.id.startswith("truth-") and cell.id[6:] in {e for e, _ in answers}
    ]
    session.cells += [new_code_cell(cell.source) for cell in truths]  # after the last answer
    NotebookClient(
        session,
        timeout=300,
        kernel_name="python3",
        allow_errors=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(ROOT / "labs")}},
    ).execute()
    start = len(locked_cells(nb)) + 1
    end = start + 4 * len(answers)
    quartets = [session.cells[i : i + 4] for i in range(start, end, 4)]
    truth = {cell.id[6:]: bundles(ran, ANSWER) for cell, ran in zip(truths, session.cells[end:], strict=True)}
    return judge(nb, dict(zip(answers, quartets, strict=True)), truth)


def locked_cells(nb) -> list:
    """What every answer may rely on: set-up, but no other answer."""
    return [cell for cell in code_cells(nb) if not cell.id.startswith(NOT_SET_UP)]


def challenge(nb, seed: int) -> str:
    source = cell_by_id(nb, "challenge").source
    return re.sub(r"^challenge_seed = .*$", f"challenge_seed = {seed}", source, flags=re.MULTILINE)


def judge(nb, ran: dict[tuple[str, str], list], truth: dict) -> dict[tuple[str, str], Outcome]:
    found = {}
    for (exercise, answer), (_, _, check, hidden) in ran.items():
        replies = bundles(check, CHECK)
        reply = replies[-1] if replies else {"status": "no reply", "message": str(check.outputs)}
        expected = bundles(ran[exercise, "reference"][3], ANSWER)
        if errors := [out.ename for out in hidden.outputs if out.output_type == "error"]:
            verdict = Verdict(False, f"raised {errors[0]}")
        else:
            rule = cell_by_id(nb, f"hidden-{exercise}").metadata["fastfrugal"]
            verdict = compare_cell(expected, bundles(hidden, ANSWER), rule, truth.get(exercise))
        found[exercise, answer] = Outcome(reply["status"], reply["message"], verdict)
    return found


def bundles(cell, mime: str) -> list[dict]:
    return [out.data[mime] for out in cell.outputs if mime in out.get("data", {})]


def expected(solution: Path, exercise: str, answer: str) -> tuple[str, bool]:
    """What its name promises of an answer: the visible check's status, and whether the hidden check passes."""
    if answer == "blank":
        return "blank", False
    if answer == "reference" or answer.startswith("right_"):
        return "passed", True
    file = next(f for f in answer_files(solution, exercise) if f.stem == answer)
    return "passed" if file.read_text().startswith("# visible: passes") else "failed", False


def main() -> None:
    """``python -m tests.answer_runs 12 reader``: one exercise's answers, those misjudged with their replies."""
    chapter, exercise = sys.argv[1:3]
    (solution,) = (ROOT / "solutions").glob(f"{chapter}_*.ipynb")
    found = outcomes(solution, only=exercise)
    for (_, answer), outcome in found.items():
        if (outcome.visible, outcome.hidden.passed) != expected(solution, exercise, answer):
            print(f"MISJUDGED {answer}: {outcome}")
        elif "-v" in sys.argv:
            print(f"{answer}: {outcome.message or outcome.visible}")
    print(f"{len(found)} answers tried")


if __name__ == "__main__":
    main()
