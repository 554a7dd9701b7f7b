"""The tree's own rules, as ``make check``: each prints what is wrong and where, in a line."""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.derive import lab_path, stale
from tools.execute import FOLDED
from tools.notebook_files import (
    ROOT,
    cell_by_id,
    code_cells,
    exercises,
    paths,
    read,
    source_digest,
    tags,
)
from utils.protocol import ANSWER, CHECK, HIDDEN, IGNORED, TRUTH, chapter_name, lab_name

SLUG = re.compile(r"\d\d_[a-z0-9_]+")
CELL_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CLAIM_ID = re.compile(r"\bclaim\(\s*f?[\"']([^\"']+)[\"']")
IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\(|<img\b(?P<attributes>[^>]*)>")
MOST_CELLS, MOST_LINES, MOST_WIDTH, MOST_BYTES = 60, 40, 88, 1_000_000
MOST_LINES_UNREAD = 60  # of a cell that is folded, or a hidden check: nobody has to read it
MOST_IN_SIGHT = 80  # lines of a lab's code that are neither answer nor folded
MOST_CORE_FILES, MOST_CORE_LINES = 16, 1_600  # of utils/*.py: to be read in one sitting
LEAST_COMPARED = 0.6


def layout() -> Iterator[str]:
    """Each chapter has a lesson, a solution and a lab, under one name."""
    names = {
        folder: {chapter_name(p.stem) for p in paths(folder)} for folder in ("notebooks", "solutions", "labs")
    }
    for name in sorted(set().union(*names.values())):
        if not SLUG.fullmatch(name):
            yield f"{name}: a notebook's name is NN_slug, in lower case"
        for folder, present in names.items():
            if name not in present:
                yield f"{folder}/{lab_name(name) if folder == 'labs' else name}.ipynb is missing"
    readme = (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else ""
    for path in paths("notebooks"):
        if f"(notebooks/{path.name})" not in readme:
            yield f"README.md's table has no row for notebooks/{path.name}"
    for path in paths("solutions"):
        for exercise in exercises(read(path)):
            folder = ROOT / "tests" / "answers" / path.stem / f"ex-{exercise}"
            for kind, least in (("right", 2), ("wrong", 3)):
                if len(list(folder.glob(f"{kind}_*.py"))) < least:
                    yield f"{folder.relative_to(ROOT)} needs at least {least} {kind}_*.py"


def form(nb: NotebookNode) -> Iterator[str]:
    """Any notebook: a valid nbformat 4.5, ids that are words, small, images described."""
    try:
        nbformat.validate(nb)
    except nbformat.ValidationError as error:
        yield f"is not valid: {error.message}"
    if (nb.nbformat, nb.nbformat_minor) != (4, 5):
        yield "is not nbformat 4.5"
    if nb.metadata.get("kernelspec", {}).get("name") != "python3":
        yield "needs the kernelspec python3"
    if "widgets" in nb.metadata:
        yield "stores widget state, whose ids are random"
    if len(nb.cells) > MOST_CELLS:
        yield f"has {len(nb.cells)} cells; at most {MOST_CELLS} can be worked through"
    for cell in nb.cells:
        if not CELL_ID.fullmatch(cell.id):
            yield f"cell id {cell.id!r}: use words, like check-timer"
        lines = len(cell.source.splitlines())
        folded = any(pattern.fullmatch(cell.id) for pattern in FOLDED.values())
        most = MOST_LINES_UNREAD if folded or cell.id.startswith(HIDDEN) else MOST_LINES
        if cell.cell_type == "code" and lines > most:
            yield f"cell {cell.id} has {lines} lines; at most {most}"
        for wide in [line for line in cell.source.splitlines() if len(line) > MOST_WIDTH]:
            if cell.cell_type == "code":
                yield f"cell {cell.id}: a line of {len(wide)} characters, at most {MOST_WIDTH}: {wide.strip()[:40]} …"
        if cell.cell_type == "markdown":
            for image in IMAGE.finditer(cell.source):
                if not (image["alt"] or "alt=" in (image["attributes"] or "")):
                    yield f"cell {cell.id}: an image has no alt text"


def execution(nb: NotebookNode) -> Iterator[str]:
    """A lesson or solution: executed as it stands, without error or stderr, and mostly compared."""
    if nb.metadata.get("fastfrugal", {}).get("executed") != source_digest(nb):
        yield "was edited after it was executed: type python -m tools execute"
    for cell in code_cells(nb):
        if cell.execution_count is None:
            yield f"cell {cell.id} is not executed, so that nbval would compare nothing"
        for out in cell.outputs:
            if out.output_type == "error":
                yield f"cell {cell.id} ends in {out.ename}"
            if out.get("name") == "stderr":
                yield f"cell {cell.id} writes to stderr"
    share, printing = compared_share(nb)
    if printing and share < LEAST_COMPARED:
        yield f"compares {share:.0%} of its printing cells; at least {LEAST_COMPARED:.0%}"
    if "parameters" not in [tag for cell in nb.cells for tag in tags(cell)]:
        yield "has no cell tagged parameters, with seed and quick"


def compared_share(nb: NotebookNode) -> tuple[float, int]:
    """The share of printing cells whose output nbval compares, and how many print at all.

    Cells that only draw, and hidden checks, don't count.
    """
    printing = [
        cell
        for cell in code_cells(nb)
        if not cell.id.startswith((HIDDEN, TRUTH)) and any(_prints(out) for out in cell.outputs)
    ]
    compared = [cell for cell in printing if IGNORED not in tags(cell)]
    return (len(compared) / len(printing) if printing else 1.0), len(printing)


def _prints(out: NotebookNode) -> bool:
    return out.output_type == "stream" or "image/png" not in out.get("data", {})


def exercise_cells(nb: NotebookNode) -> Iterator[str]:
    """A solution: one ex, one check, one hidden an exercise, with nbgrader's metadata, and three hints."""
    order = [cell.id for cell in nb.cells]
    last_answer = max((i for i, id in enumerate(order) if id.startswith("ex-")), default=-1)
    given = cell_by_id(nb, "challenge")
    if exercises(nb) and (
        "challenge" not in order[last_answer:] or not given.source.startswith("challenge_seed = ")
    ):
        yield "needs a cell challenge that begins with challenge_seed = …, after its last answer"
    for name in exercises(nb):
        expected = {
            f"ex-{name}": {"solution": True, "grade": False, "locked": False},
            f"check-{name}": {"solution": False, "grade": False, "locked": True},
            f"hidden-{name}": {"solution": False, "grade": True, "locked": True},
        }
        for id, flags in expected.items():
            cell = cell_by_id(nb, id)
            if cell is None:
                yield f"exercise {name} has no cell {id}"
                continue
            grader = cell.metadata.get("nbgrader", {})
            wanted = flags | {"grade_id": id, "schema_version": 3, "task": False}
            if wrong := {key for key, value in wanted.items() if grader.get(key) != value}:
                yield f"cell {id}: nbgrader's {', '.join(sorted(wrong))} should be as CONTRIBUTING says"
        hidden = cell_by_id(nb, f"hidden-{name}")
        if hidden is not None:
            if not hidden.metadata.get("nbgrader", {}).get("points", 0) > 0:
                yield f"cell {hidden.id} has no points"
            if IGNORED not in tags(hidden) or "fastfrugal" not in hidden.metadata:
                yield f"cell {hidden.id} needs the tag {IGNORED}, and its rule in metadata.fastfrugal"
            if given is None or order.index(hidden.id) < order.index("challenge"):
                yield f"cell {hidden.id} has to come after the challenge"
        truth = cell_by_id(nb, f"truth-{name}")
        if truth is not None and "solution-only" not in tags(truth):
            yield f"cell {truth.id} holds labels: the tag solution-only has to keep it out of the lab"
        task = cell_by_id(nb, f"task-{name}")
        if task is None or task.source.count("<details>") < 3:
            yield f"exercise {name} needs a cell task-{name} with three folded hints"


def in_sight(lab: NotebookNode) -> Iterator[str]:
    """A learner sees the task, the stub, a line that checks, and little else."""
    seen = [c for c in code_cells(lab) if not c.metadata.get("jupyter", {}).get("source_hidden")]
    lines = sum(len(cell.source.splitlines()) for cell in seen if not cell.id.startswith(ANSWER))
    if lines > MOST_IN_SIGHT:
        yield f"shows {lines} lines that are neither task nor answer; at most {MOST_IN_SIGHT}"
    for cell in seen:
        if cell.id.startswith(CHECK) and len(cell.source.splitlines()) > 3:
            yield f"cell {cell.id}: a check stands in utils/ch{lab_chapter(lab)}/checks.py, and is called here"


def lab_chapter(lab: NotebookNode) -> str:
    """The number in a lab's title, "# Lab 05 · …"."""
    return lab.cells[0].source.split()[2] if lab.cells else "NN"


def claims() -> Iterator[str]:
    """Claim ids begin with their chapter's number, and none is used twice."""
    seen: dict[str, str] = {}
    for path in paths("notebooks", "solutions"):
        for cell in code_cells(read(path)):
            for id in CLAIM_ID.findall(cell.source):
                if not id.startswith(path.stem[:3].replace("_", "-")):
                    yield f"{path.relative_to(ROOT)}: claim {id} should begin with {path.stem[:2]}-"
                if id in seen and "{" not in id:
                    yield f"{path.relative_to(ROOT)}: claim {id} is in {seen[id]} too"
                seen[id] = str(path.relative_to(ROOT))
    for path in paths("notebooks"):
        if not any(id for id, where in seen.items() if where == str(path.relative_to(ROOT))):
            yield f"{path.relative_to(ROOT)} claims nothing"


ARROWS = {"utils": {"grader", "tools"}, "grader": {"utils", "tools"}, "tools": {"utils", "grader"}}
SHARED = (
    "utils.protocol",
    "utils.files",
)  # constants, and how to write a file: they know nothing of the course
ROOM = re.compile(r"utils\.ch\d\d\b")


def imports() -> Iterator[str]:
    """utils, grader and tools don't import one another; in utils the core imports no chapter, a chapter no other."""
    for package, forbidden in ARROWS.items():
        for path in sorted((ROOT / package).glob("**/*.py")):
            here = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            own = ROOM.match(here)
            for name in imported(path):
                room = ROOM.match(name)
                if name.split(".")[0] in forbidden and not name.startswith(SHARED):
                    yield f"{path.relative_to(ROOT)} imports {name}"
                elif package == "utils" and room and not (own and room[0] == own[0]):
                    yield f"{path.relative_to(ROOT)} imports {name}: what two chapters need moves up into the core"


def imported(path: Path) -> Iterator[str]:
    """The modules that a file imports, "utils.ch05.sevens" for ``from utils.ch05 import sevens`` too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module or ''}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def rooms() -> Iterator[str]:
    """The core stays small; each file of a room says in its first line what it is, and for which chapter."""
    core = sorted((ROOT / "utils").glob("*.py"))
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in core)
    if len(core) > MOST_CORE_FILES or lines > MOST_CORE_LINES:
        most = f"at most {MOST_CORE_FILES} and {MOST_CORE_LINES:,}"
        yield f"utils/*.py are {len(core)} files of {lines:,} lines; {most}: what one chapter uses goes into its room"
    for path in sorted((ROOT / "utils").glob("ch*/*.py")):
        first = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if f"hapter {path.parent.name[2:]}" not in first and f"ab {path.parent.name[2:]}" not in first:
            number = path.parent.name[2:]
            yield f"{path.relative_to(ROOT)}: its first line should say what it is, and name chapter {number}"


def problems() -> Iterator[str]:
    """Everything that is wrong with the tree."""
    yield from layout()
    yield from claims()
    yield from imports()
    yield from rooms()
    for path in stale():
        yield f"{lab_path(path).relative_to(ROOT)} is stale: type python -m tools derive"
    for path in paths("notebooks", "solutions", "labs"):
        where, nb = path.relative_to(ROOT), read(path)
        checks = [form(nb)]
        if path.parent.name != "labs":
            checks.append(execution(nb))
        if path.parent.name == "solutions":
            checks.append(exercise_cells(nb))
            if lab_path(path).exists():
                checks.append(in_sight(read(lab_path(path))))
        if path.stat().st_size > MOST_BYTES:
            yield f"{where} is larger than 1 MB"
        for check in checks:
            yield from (f"{where}: {problem}" for problem in check)


def other_tools() -> Iterator[str]:
    """deptry: what is imported is declared. mypy: the grader's types, since points depend on it."""
    for command in (["deptry", ".", "--no-ansi"], ["mypy", "--no-error-summary"]):
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True)
        said = f"{done.stdout}\n{done.stderr}".splitlines()
        yield from [line for line in said if re.search(r"DEP\d|error:", line)] if done.returncode else []


def main() -> int:
    argparse.ArgumentParser(prog="python -m tools check", description=__doc__).parse_args()
    found = [*problems(), *other_tools()]
    for problem in found:
        print(problem)
    count = len(paths("notebooks", "solutions", "labs"))
    print(f"{count} notebooks looked at, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
