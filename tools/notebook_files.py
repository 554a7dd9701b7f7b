"""Where the notebooks are, and how the tools read and write them."""

from __future__ import annotations

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from utils.files import write_whole
from utils.protocol import ANSWER

ROOT = Path(__file__).resolve().parents[1]


def paths(*folders: str, chapter: str | None = None) -> list[Path]:
    """The notebooks of these folders ("notebooks", "solutions", "labs"), of one chapter or of all."""
    start = f"{chapter}_" if chapter else ""
    return sorted(p for folder in folders for p in (ROOT / folder).glob(f"{start}*.ipynb"))


def read(path: Path) -> NotebookNode:
    """The notebook in a file; a tool ends with a sentence where a merge or a broken save left none there."""
    try:
        return nbformat.read(path, as_version=4)
    except (nbformat.ValidationError, ValueError, AttributeError) as error:
        said = str(error.__cause__ or error).splitlines()[0]
        raise SystemExit(
            f"{path} is no notebook: {said}. Mend it; `git checkout {path}` brings the committed one back."
        ) from error


def write(path: Path, nb: NotebookNode) -> bool:
    """Write whole or not at all; False where the file already says exactly this."""
    text = nbformat.writes(nb) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    write_whole(path, text)
    return True


def code_cells(nb: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()]


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def exercises(nb: NotebookNode) -> list[str]:
    """The NAMEs of a solution's or lab's ``ex-NAME`` cells, in order."""
    return [cell.id.removeprefix(ANSWER) for cell in nb.cells if cell.id.startswith(ANSWER)]


def cell_by_id(nb: NotebookNode, id: str) -> NotebookNode | None:
    return next((cell for cell in nb.cells if cell.id == id), None)


def source_digest(nb: NotebookNode) -> str:
    """What the outputs depend on: every code cell's source, in order."""
    sources = "\0".join(cell.source for cell in code_cells(nb))
    return hashlib.sha256(sources.encode()).hexdigest()[:16]
