"""Try answers to a lab's exercises as a grader would: the kernel computes, the host judges.

    python -m tests.answer_runs 12 reader        # the answers that are misjudged, with their replies
    python -m tests.answer_runs 12 reader -v     # and what is replied to all others
    python -m tests.answer_runs 12 reader --seeds 12    # its hidden check alone, with a dozen private seeds

An answer's file name says what it should come to; see ``expected``.
"""

from __future__ import annotations

import argparse
import ast
import hashlib
import os
import re
import symtable
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from grader.compare import Verdict, compare_cell
from tools.derive import derive
from tools.notebook_files import ROOT, cell_by_id, code_cells, exercises, read
from utils.protocol import ANSWER, ANSWER_MIME, CHALLENGE, CHECK, HIDDEN, NOT_SET_UP, REPLY_MIME, TRUTH

SEED = 20_261_123  # not the one that the committed solution ran with
BLANK, REFERENCE, TAKEN = "blank", "reference", "reference, other names taken"
ONLY_HIDDEN = "# visible: passes"  # first line of a wrong answer that only the hidden check can tell
SAMPLE = {"right": 1, "wrong": 3}  # an exercise's answers that are tried where not all are
KEEP = "_locked = dict(globals())"
FORGET = """
for _name in set(globals()) - set(_locked):
    if not _name.startswith("_"):
        del globals()[_name]
globals().update((_name, _it) for _name, _it in _locked.items() if not _name.startswith("_"))
"""  # so that no answer finds what another one defined, or took


@dataclass(frozen=True)
class Outcome:
    """``visible``: the check's reply; ``hidden``: the host's verdict, as the grade would be."""

    visible: str  # passed, failed or blank
    message: str
    hidden: Verdict


def outcomes(
    solution: Path, seed: int = SEED, only: str = "", sample: bool = False, visible: bool = True
) -> dict[tuple[str, str], Outcome]:
    """``{(exercise, answer): outcome}`` for the reference, the blank stub and every answer on disk, or a sample.

    One kernel for all of them, since starting a framework takes longer than an answer does. ``only``: this exercise.
    ``visible``: whether the visible checks are run too. They come last, and find an answer that is defined anew: a
    grader runs no visible check before the hidden one, and what is right at its first call only must not pass either.
    """
    nb = read(solution)
    answers = {
        (exercise, name): source
        for exercise in ([only] if only else exercises(nb))
        for name, source in answers_to(nb, solution, exercise, sample)
    }
    truths = [c for c in code_cells(nb) if c.id in {TRUTH + exercise for exercise, _ in answers}]
    sources = [cell.source for cell in locked_cells(nb)] + [KEEP]
    start = len(sources)
    for (exercise, _), source in answers.items():
        hidden = f"{challenge(nb, seed)}\n{cell_by_id(nb, HIDDEN + exercise).source}"
        check = cell_by_id(nb, CHECK + exercise).source
        sources += [FORGET, source, hidden, *([FORGET, source, check] if visible else ["", "", ""])]
    end = len(sources)
    ran = run([*sources, f"{FORGET}\n{challenge(nb, seed)}", *(cell.source for cell in truths)])
    sextets = [ran[i : i + 6] for i in range(start, end, 6)]
    truth = {
        cell.id.removeprefix(TRUTH): bundles(it, ANSWER_MIME)
        for cell, it in zip(truths, ran[end + 1 :], strict=True)
    }
    return judge(nb, dict(zip(answers, sextets, strict=True)), truth)


def answers_to(nb, solution: Path, exercise: str, sample: bool) -> Iterator[tuple[str, str]]:
    """Names and sources of all that is tried in one exercise."""
    reference = cell_by_id(nb, ANSWER + exercise).source
    yield REFERENCE, reference
    yield TAKEN, f"{reference}\n\n" + "\n".join(f"{name} = None" for name in other_names(nb, exercise))
    yield BLANK, cell_by_id(derive(nb), ANSWER + exercise).source
    files = answer_files(solution, exercise)
    for file in sampled(files) if sample else files:
        yield file.stem, file.read_text(encoding="utf-8")


def answer_files(solution: Path, exercise: str) -> list[Path]:
    return sorted((ROOT / "tests" / "answers" / solution.stem / f"ex-{exercise}").glob("*.py"))


def sampled(files: list[Path]) -> list[Path]:
    """A few right and a few wrong ones: the same ones on every machine, and not the first by their names."""
    order = sorted(files, key=lambda file: hashlib.sha256("/".join(file.parts[-3:]).encode()).digest())
    return [
        file
        for kind, most in SAMPLE.items()
        for file in [f for f in order if f.name.startswith(f"{kind}_")][:most]
    ]


def other_names(nb, exercise: str) -> list[str]:
    """What set-up cells and other answers define, without what this reference needs.

    A learner may use any of these names for something else: no check may depend on them.
    """
    reference = ast.parse(cell_by_id(nb, ANSWER + exercise).source)
    mentions: dict[str, set[str]] = {}  # by the name of what is defined, what its definition mentions
    for cell in [c for c in code_cells(nb) if c.id.startswith(ANSWER) or not c.id.startswith(NOT_SET_UP)]:
        for statement in ast.parse(cell.source).body:
            for name in defined(statement):
                mentions.setdefault(name, set()).update(mentioned(statement))
    needed, more = set(), mentioned(reference) | defined(reference)
    while more:
        needed |= more
        more = set().union(*(mentions.get(name, ()) for name in more)) - needed
    return sorted(name for name in set(mentions) - needed if not name.startswith("_"))


def defined(code: ast.AST) -> set[str]:
    table = symtable.symtable(ast.unparse(code), "cell", "exec")
    return {s.get_name() for s in table.get_symbols() if s.is_assigned() or s.is_imported()}


def mentioned(code: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(code) if isinstance(node, ast.Name)}


def locked_cells(nb) -> list:
    """What every answer may rely on: set-up, but no other answer."""
    return [cell for cell in code_cells(nb) if not cell.id.startswith(NOT_SET_UP)]


def challenge(nb, seed: int) -> str:
    source = cell_by_id(nb, CHALLENGE).source
    return re.sub(r"^challenge_seed = .*$", f"challenge_seed = {seed}", source, flags=re.MULTILINE)


def run(sources: list[str]) -> list:
    """The cells, executed one after the other in a kernel that starts where labs do."""
    session = new_notebook(cells=[new_code_cell(source) for source in sources])
    NotebookClient(
        session,
        timeout=300,
        kernel_name="python3",
        allow_errors=True,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(ROOT / "labs")}},
    ).execute()
    return session.cells


def judge(nb, ran: dict[tuple[str, str], list], truth: dict) -> dict[tuple[str, str], Outcome]:
    found = {}
    for (exercise, answer), (_, _, hidden, _, _, check) in ran.items():
        replies = bundles(check, REPLY_MIME)
        reply = replies[-1] if replies else {"status": "no reply", "message": "; ".join(raised(check))}
        right = bundles(ran[exercise, REFERENCE][2], ANSWER_MIME)
        if errors := raised(hidden):
            verdict = Verdict(False, f"raised {errors[0]}")
        else:
            rule = cell_by_id(nb, HIDDEN + exercise).metadata["fastfrugal"]
            verdict = compare_cell(right, bundles(hidden, ANSWER_MIME), rule, truth.get(exercise))
        found[exercise, answer] = Outcome(reply["status"], reply["message"], verdict)
    return found


def bundles(cell, mime: str) -> list[dict]:
    return [out.data[mime] for out in cell.outputs if mime in out.get("data", {})]


def raised(cell) -> list[str]:
    return [f"{out.ename}: {out.evalue[:300]}" for out in cell.outputs if out.output_type == "error"]


def expected(solution: Path, exercise: str, answer: str) -> tuple[str, bool]:
    """What its name promises of an answer: the visible check's status, and whether the hidden check passes."""
    if answer == BLANK:
        return "blank", False
    if answer in (REFERENCE, TAKEN) or answer.startswith("right_"):
        return "passed", True
    file = next(f for f in answer_files(solution, exercise) if f.stem == answer)
    return "passed" if file.read_text(encoding="utf-8").startswith(ONLY_HIDDEN) else "failed", False


def misjudged(solution: Path, key: tuple[str, str], outcome: Outcome) -> str:
    """What is wrong with this outcome, in a line; "" where nothing is."""
    found, wanted = (outcome.visible, outcome.hidden.passed), expected(solution, *key)
    if found != wanted:
        words = {True: "passes", False: "fails"}
        said, want = (f"{visible}, hidden check {words[hidden]}" for visible, hidden in (found, wanted))
        return f"{said}; it should be: {want}. {outcome.message} [{outcome.hidden.reason}]"
    if outcome.visible == "failed" and (len(outcome.message) <= 15 or outcome.message == "AssertionError"):
        return f"its reply doesn't name what is wrong: {outcome.message!r}"
    return ""


def misjudged_with(seed: int, solution: Path, only: str = "") -> dict[tuple[str, str], Verdict]:
    """What the hidden checks say of answers that they misjudge with this private seed, by (exercise, answer)."""
    found = outcomes(solution, seed, only=only, visible=False)
    return {key: it.hidden for key, it in found.items() if it.hidden.passed != expected(solution, *key)[1]}


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.answer_runs",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("chapter", metavar="NN")
    parser.add_argument("exercise")
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="all replies, not only those that misjudge"
    )
    parser.add_argument("--seeds", type=int, metavar="N", help="only the hidden check, with N private seeds")
    return parser.parse_args()


def try_seeds(solution: Path, exercise: str, number: int) -> int:
    wrong = 0
    for seed in range(101, 101 + number):
        found = misjudged_with(seed, solution, exercise)
        wrong += bool(found)
        said = [f"MISJUDGED {name} [{it.reason}]" for (_, name), it in found.items()]
        print(f"seed {seed}:", *(said or ["none misjudged"]), flush=True)
    return 1 if wrong else 0


def main() -> int:
    args = parse()
    (solution,) = (ROOT / "solutions").glob(f"{args.chapter}_*.ipynb")
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"FASTFRUGAL_DATA": folder, "FASTFRUGAL_BARS": "off"}  # no learner's progress
        if args.seeds:
            return try_seeds(solution, args.exercise, args.seeds)
        found = outcomes(solution, only=args.exercise)
    wrong = 0
    for key, outcome in found.items():
        if why := misjudged(solution, key, outcome):
            wrong += 1
            print(f"MISJUDGED {key[1]}: {why}")
        elif args.verbose:
            print(f"{key[1]}: {outcome.message or outcome.visible}")
    print(f"{len(found)} answers tried, {wrong} misjudged")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
