"""The students' bundle, made from the checkout, and the proof that it gives nothing away."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import nbformat

from utils.protocol import (
    ANSWER_MIME,
    BEGIN_SOLUTION,
    CHALLENGE,
    END_SOLUTION,
    HIDDEN,
    SOLUTION_ONLY,
    TRUTH,
)

ROOT, NAME = Path(__file__).resolve().parents[1], "fast-and-frugal"
# Of tools/ it is what `make lab` imports, and what records a GPU.
WANTED = re.compile(
    r"(notebooks|labs|utils|binder)/(?!(.*/)?(\.|__pycache__/)).*|README.md|LICENSE[^/]*|Makefile|pyproject.toml"
    r"|requirements.lock|environment.yml|tools/(__init__|__main__|record_gpu|setup/[^/]+)\.py"
)
INSTRUCTORS = re.compile(
    r"(solutions|grader|tests)/", re.IGNORECASE
)  # at the top; utils may say what it likes
# What README.md and Makefile say of tests, solutions and grading stands between these two lines.
OURS = re.compile(
    r"^[#<! -]*repository only[ ->]*\n.*?^[#<! -]*for everyone[ ->]*\n", re.DOTALL | re.MULTILINE
)
REGION = re.compile(rf"{BEGIN_SOLUTION}.*?(?:{END_SOLUTION}|\Z)", re.DOTALL)
# Instructors' cells and answers, as a notebook's JSON names them.
MARK = re.compile(
    rf'"(?:(?:{HIDDEN}|{TRUTH})[\w-]*|{CHALLENGE}|{SOLUTION_ONLY}|{re.escape(ANSWER_MIME)})"|"grade":\s*true'
)
MAY_HOLD_WHAT_IS_RIGHT = re.compile(r"utils/ch\d\d/check[^/]*\.py")
COLOURS, MARGIN = re.compile(r"\x1b\[[\d;]*m"), re.compile(r"[\s>#*-]*(\d+\s+)?")  # of a traceback, a list
IMPORT, LEAST = re.compile(r"(from \S+ )?import "), 25  # what is shorter, many would write


class Leak(RuntimeError):
    """What the bundle would give away, a line each."""


def release(root: Path, out: Path) -> Path:
    """Make the bundle's folder and zip in OUT; where something leaks, the old ones stay."""
    if (root / ".git").exists():
        names = subprocess.check_output(["git", "ls-files", "-z"], cwd=root, encoding="utf-8").split("\0")
    else:
        names = [path.relative_to(root).as_posix() for path in root.rglob("*")]
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out) as temp:
        built, packed = Path(temp, NAME), Path(temp, f"{NAME}.zip")
        with zipfile.ZipFile(packed, "w") as archive:
            for name in sorted(n for n in names if WANTED.fullmatch(n) and (root / n).is_file()):
                info = zipfile.ZipInfo(f"{NAME}/{name}")  # of 1980: the same tree gives the same bytes
                info.external_attr = (0o755 if (root / name).stat().st_mode & 0o100 else 0o644) << 16
                raw = (root / name).read_bytes()
                if name in ("README.md", "Makefile"):
                    raw = OURS.sub("", raw.decode("utf-8")).encode()
                archive.writestr(info, raw, zipfile.ZIP_DEFLATED)
                Path(archive.extract(info, temp)).chmod(info.external_attr >> 16)
        if found := scan(built, sorted((root / "solutions").glob("*.ipynb"))):
            raise Leak("\n".join(["Nothing is released: the bundle would give away", *found]))
        if (out / NAME).exists():
            (out / NAME).rename(Path(temp, "old"))
        built.rename(out / NAME)
        packed.replace(out / packed.name)
    return out / NAME


def scan(bundle: Path, solutions: list[Path]) -> list[str]:
    """What BUNDLE gives away, a line each. What lessons and open parts of SOLUTIONS show is no secret."""
    secret = _secrets([*solutions, *bundle.glob("notebooks/*.ipynb")])
    return ["no solutions to compare with"] * (not solutions) + list(_found(bundle, secret))


def _secrets(notebooks: list[Path]) -> set[tuple[str, ...]]:
    """A line of an answer, two lines in a row of that or of a hidden check; none that stands in the open, too."""
    passages, shown = set[tuple[str, ...]](), set[str]()
    for cell in (cell for path in notebooks for cell in nbformat.read(path, 4).cells):
        closed = bool(MARK.search(json.dumps([cell.get("id"), cell.metadata])))
        for passage in [cell.source] if closed else REGION.findall(cell.source):
            lines = _lines(passage)
            passages.update(pairwise(lines), [] if closed else [(line,) for line in lines])
        shown.update([] if closed else _lines(REGION.sub("", cell.source)))
    long = {passage for passage in passages if sum(map(len, passage)) >= LEAST}
    return {p for p in long if not any(line in shown or IMPORT.match(line) for line in p)}


def _lines(text: str) -> list[str]:
    """What it says, line by line, as a whole, however it is indented, numbered, quoted or coloured."""
    return [
        line
        for piece in re.split("[\n`]", COLOURS.sub("", text))
        if (line := MARGIN.sub("", piece, count=1).strip())
    ]


def _found(folder: Path, secret: set[tuple[str, ...]]) -> Iterator[str]:
    for path in sorted(filter(Path.is_file, folder.rglob("*"))):
        name, text = path.relative_to(folder).as_posix(), path.read_bytes().decode("utf-8", "replace")
        gifts = ["for instructors"] if INSTRUCTORS.match(name) else []
        if path.suffix == ".ipynb":
            gifts += MARK.findall(text)
            text = "\n".join(json.loads(string) for string in re.findall(r'"(?:[^"\\]|\\.)*"', text))
        if not MAY_HOLD_WHAT_IS_RIGHT.fullmatch(name):
            lines = _lines(text)
            alone = (
                [] if name.startswith("utils/") else [(line,) for line in lines]
            )  # code may share one line
            gifts += sorted({p[0] for p in [*alone, *pairwise(lines)] if p in secret})
        yield from (f"{name}: {gift}" for gift in gifts)
        if zipfile.is_zipfile(path):
            with tempfile.TemporaryDirectory() as temp, zipfile.ZipFile(path) as archive:
                archive.extractall(temp)
                yield from (f"{name}: {line}" for line in _found(Path(temp), secret))
