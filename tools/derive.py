"""Derive labs from solutions: answers become stubs, hidden checks and outputs go, cell ids stay.

    python -m tools derive            # writes labs/
    python -m tools derive --check    # says which labs are stale, and writes nothing

Between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` is the answer. Cells tagged ``solution-only``,
the challenge and the hidden checks don't reach a lab. Cells ``use-`` may raise there: they call an
answer. The lab of 12_int8_kernels is 12_lab_int8_kernels.
"""

from __future__ import annotations

import argparse
import re
import sys
from copy import deepcopy
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from tools.notebook_files import ROOT, paths, read, tags, write
from utils.protocol import (
    ANSWER,
    BEGIN_SOLUTION,
    CHALLENGE,
    END_SOLUTION,
    HIDDEN,
    MAY_RAISE,
    SOLUTION_ONLY,
    STUB,
    USE,
    lab_name,
)

REGION = re.compile(
    rf"^(?P<indent>[ \t]*){BEGIN_SOLUTION}\n.*?^[ \t]*{END_SOLUTION}[ \t]*$",
    re.MULTILINE | re.DOTALL,
)


def derive(solution: NotebookNode) -> NotebookNode:
    """The lab of a solution; ValueError where its markers don't pair up."""
    lab = deepcopy(solution)
    lab.cells = [cell for cell in lab.cells if not _withheld(cell)]
    for cell in lab.cells:
        if cell.cell_type == "code":
            cell.source = _stubbed(cell.id, cell.source)
            cell.outputs, cell.execution_count = [], None
        if cell.id.startswith(USE):  # while the answer is blank it raises, and "Run All" is to go on
            cell.metadata["tags"] = [*tags(cell), MAY_RAISE]
    lab.metadata.pop("fastfrugal", None)
    return lab


def _withheld(cell: NotebookNode) -> bool:
    return cell.id.startswith(HIDDEN) or cell.id == CHALLENGE or SOLUTION_ONLY in tags(cell)


def _stubbed(id: str, source: str) -> str:
    stubbed, count = REGION.subn(lambda m: m["indent"] + STUB.format(indent=m["indent"]), source)
    if BEGIN_SOLUTION[:9] in stubbed or END_SOLUTION[:7] in stubbed:
        raise ValueError(f"cell {id}: {BEGIN_SOLUTION} and {END_SOLUTION} don't pair up")
    if id.startswith(ANSWER) and not count:
        raise ValueError(f"cell {id}: an exercise needs {BEGIN_SOLUTION} … {END_SOLUTION}")
    return stubbed


def lab_path(solution: Path) -> Path:
    return ROOT / "labs" / f"{lab_name(solution.stem)}.ipynb"


def stale() -> list[Path]:
    """Solutions whose lab on disk isn't the derived one."""
    found = []
    for path in paths("solutions"):
        lab = lab_path(path)
        if not lab.exists() or lab.read_text(encoding="utf-8") != nbformat.writes(derive(read(path))) + "\n":
            found.append(path)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools derive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where a lab is stale")
    args = parser.parse_args()
    if args.check:
        for path in stale():
            print(f"labs/{lab_path(path).name} is stale: type python -m tools derive")
        return 1 if stale() else 0
    for path in paths("solutions"):
        try:
            changed = write(lab_path(path), derive(read(path)))
        except ValueError as error:
            print(f"solutions/{path.name}, {error}.", file=sys.stderr)
            return 2
        print(f"labs/{lab_path(path).name}: {'written' if changed else 'unchanged'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
