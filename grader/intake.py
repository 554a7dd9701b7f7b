"""Find what was handed in, and read it: as data, and whatever the bytes may be."""

from __future__ import annotations

import functools
import json
import os
import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from utils.protocol import ANSWER, chapter_name, lab_name

MOST_BYTES, MOST_CELLS, MOST_SOURCE = 20_000_000, 1_000, 200_000
# student/lab.ipynb, student/lab/lab.ipynb, or nbgrader's submitted/student/assignment/lab.ipynb, where the first two
# may stand below submitted/, too; no student whose name isn't UTF-8. What saved .ipynb as text added .txt or .json.
LAYOUT = re.compile(
    r"(?:submitted/(?=[^/]+/[^/]+/)(?P<nbgrader>)|(?:submitted/)?)(?P<student>[^/\ud800-\udfff]+)/"
    r"(?:(?P<folder>[^/]+)/(?(nbgrader)|(?=(?P=folder)\.ipynb)))?(?P<name>[^/]+?)(?i:(?:\.ipynb)+(?:\.txt|\.json)?)"
)
# What browsers, JupyterLab, Windows, macOS, Google Drive and learning platforms add to a second file's name.
COPY = re.compile(
    r"^ *((copy of|kopie von|copie de|copia de) +)*|([ -](copy|kopie|copie|copia)?\d*|\(\d+\))+$",
    re.IGNORECASE,
)
# Checkpoints, and what systems leave: macOS in archives, Windows in folders and beside downloads.
NOISE = re.compile(r"\.|__MACOSX|(?i:thumbs\.db|desktop\.ini)$|.*:Zone\.Identifier$")
OTHERS = {  # how bytes begin that are handed in by mistake
    rb"PK\x03\x04": "a zip archive, to be unpacked first",
    rb"%PDF": "a PDF",
    rb"(?i)\s*<(!doctype|html)": "a web page",
    rb"\0+$": "zeros all over, as a crash leaves them",
    rb"(?s).*\n<<<<<<< ": "two versions in one, with git's <<<<<<< between them",
}
nfc = functools.partial(unicodedata.normalize, "NFC")  # macOS writes ö as o and two dots
SAVE_AGAIN = "In JupyterLab, clear all outputs, save your notebook again and hand it in once more."


class Unreadable(ValueError):
    """The file can't be read as a notebook; the message is a sentence for the student."""


class Cell(NamedTuple):
    id: str  # "" before format 4.5
    grade_id: str  # nbgrader's, which a copied cell keeps; "" where there is none
    source: str


@dataclass(frozen=True)
class Submission:
    student: str
    lab: str
    path: Path
    timestamp: str = ""


def find_submissions(
    folder: Path, labs: Collection[str], out: Path | None = None
) -> tuple[list[Submission], list[str]]:
    """The submissions, sorted, and a line for each thing that was passed over; none for ``out``, where results go.

    ``labs`` are the chapters' names. A lab is taken under its own name, 12_lab_slug, and as 12_slug, as labs were
    once called; where a student has both, the latter may be the lesson.
    """
    found: dict[tuple[str, str], Path] = {}
    passed_over: list[str] = []
    for here, folders, _ in os.walk(folder, onerror=lambda error: passed_over.append(str(error))):
        deepest = len(Path(here).relative_to(folder).parts) > 2
        inside = sorted(p for p in Path(here).iterdir() if not NOISE.match(p.name) and p.absolute() != out)
        folders[:] = [] if deepest else [p.name for p in inside if p.name in folders]
        for path in inside or [Path(here)]:
            why, below = "", folder.parent if folder.name == "submitted" else folder
            if os.path.islink(path):
                why = "a link, and links aren't followed"
            elif not (place := LAYOUT.fullmatch(path.relative_to(below).as_posix())):
                why = "" if path.name in [*folders, "timestamp.txt"] else "no notebook, or out of place"
            elif (lab := chapter_name(name := COPY.sub("", place["name"].lower()))) not in labs:
                why = "not one of the labs' names"
            elif (other := found.setdefault(key := (nfc(place["student"]), lab), path)) is not path:
                why = "this student's second copy of a lab"
                if name == lab_name(lab) and COPY.sub("", other.stem.lower()) != name:
                    found[key], path = path, other
            passed_over.extend([f"{path.relative_to(folder).as_posix()!r}: {why}"] if why else [])
    return [Submission(*key, found[key], _timestamp(found[key])) for key in sorted(found)], passed_over


def _timestamp(notebook: Path) -> str:
    """What nbgrader put beside the notebook, or when it was last written: out of an archive, in any year."""
    try:
        line = read_bytes(notebook.with_name("timestamp.txt"), most=100).decode().strip()
    except ValueError:  # Unreadable, or not UTF-8
        line = ""
    written = min(max(notebook.lstat().st_mtime, 0), 1e10) if os.access(notebook, os.F_OK) else 0
    return line if line and line.isprintable() else datetime.fromtimestamp(written, UTC).isoformat()


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """What is in a regular file that no link leads to, from the student's folder on."""
    folders = [path.parent] + [path.parent.parent] * (path.parent.name == path.stem)
    try:
        with open(path, "rb", opener=lambda p, m: os.open(p, m | os.O_NOFOLLOW | os.O_NONBLOCK)) as file:
            if any(map(os.path.islink, folders)) or not os.path.isfile(file.fileno()):
                raise OSError
            raw = file.read(most + 1)
    except OSError:
        raise Unreadable("This is a link, or can't be opened: hand in the notebook itself.") from None
    if not raw or len(raw) > most:
        raise Unreadable(f"This file is {'too large' if raw else 'empty'}. {SAVE_AGAIN}")
    return raw


def read_cells(raw: bytes) -> list[Cell]:
    """The code cells of a notebook of format 3 or 4, in order, and answers' that became others. No outputs."""
    try:
        # UTF-8 or UTF-16, up to the zeros that a crash may leave behind; int("NaN") is a ValueError.
        notebook = json.loads(raw.split(b"\0\0\0\0")[0], parse_constant=int)
        sheets = {3: notebook.get("worksheets"), 4: [notebook]}[notebook["nbformat"]]
        kinds = [(cell["cell_type"], _cell(cell)) for sheet in sheets for cell in sheet["cells"]]
    except (AttributeError, KeyError, TypeError):
        raise Unreadable(f"This is not a notebook of format 3 or 4. {SAVE_AGAIN}") from None
    except (ValueError, RecursionError, MemoryError):
        what = next((what for start, what in OTHERS.items() if re.match(start, raw)), "not JSON")
        raise Unreadable(f"This is not a notebook: it is {what}. {SAVE_AGAIN}") from None
    # One key, pressed outside a cell, makes it Markdown ("m") or raw ("r").
    cells = [c for kind, c in kinds if kind == "code" or any(key.startswith(ANSWER) for key in c[:2])]
    if len(cells) > MOST_CELLS or any(len(text) > MOST_SOURCE for cell in cells for text in cell):
        raise Unreadable("This has too many cells, or too long a one: paste your answers into a new lab.")
    return cells


def _cell(cell: dict) -> Cell:
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list):  # of lines, whose ends format 3 may have left out
        source = ("" if any(line.endswith(("\n", "\r")) for line in source) else "\n").join(source)
    texts = cell.get("id", ""), cell.get("metadata", {}).get("nbgrader", {}).get("grade_id", ""), source
    # What isn't UTF-8, such as JSON's \ud800, couldn't be written anywhere.
    return Cell(*(re.sub("\r\n?", "\n", text.encode(errors="replace").decode()) for text in texts))
