"""The students' bundle, made from the checkout, and the proof that it gives nothing away."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import zipfile
from pathlib import Path

import nbformat

ROOT, NAME = Path(__file__).resolve().parents[1], "fast-and-frugal"
# Of tools/ it is what `make lab` imports.
WANTED = re.compile(
    r"(notebooks|labs|utils|binder)/(?!(.*/)?(\.|__pycache__/)).*|README.md|LICENSE[^/]*|Makefile|pyproject.toml"
    r"|requirements.lock|environment.yml|tools/(__init__|__main__|environment|installer|jupyter_defaults|only_one"
    r"|serve|torch_build|torn)\.py"
)
# What README.md and Makefile say of tests, solutions and grading stands between these two lines.
OURS = re.compile(
    r"^[#<! -]*repository only[ ->]*\n.*?^[#<! -]*for everyone[ ->]*\n", re.DOTALL | re.MULTILINE
)
REGION = re.compile(r"### BEGIN SOLUTION.*?(?:### END SOLUTION|\Z)", re.DOTALL)
# Instructors' cells and answers, as a notebook's JSON names them.
MARK = re.compile(r'"(?:(?:hidden|truth)-[\w-]*|challenge|solution-only|\S*answer\+json)"|"grade":\s*true')


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
    shut = shown = ""
    for path in [*solutions, *bundle.glob("notebooks/*.ipynb")]:
        for cell in nbformat.read(path, 4).cells:
            closed = [cell.source] if MARK.search(json.dumps([cell.get("id"), cell.metadata])) else []
            shut += "\n".join([*closed, *REGION.findall(cell.source), ""])
            shown += "" if closed else REGION.sub("", cell.source) + "\n"
    lines = sorted({line.strip() for line in shut.splitlines()})
    secret = [line for line in lines if len(line) > 12 and line not in shown]
    found = [] if solutions else ["no solutions to compare with"]
    for path in sorted(filter(Path.is_file, bundle.rglob("*"))):
        name, text = path.relative_to(bundle).as_posix(), path.read_bytes().decode("utf-8", "replace")
        gifts = re.findall("solutions|hidden|grader|tests", name.lower())
        if path.suffix == ".ipynb":
            gifts += MARK.findall(text)
            text = "".join(json.loads(string) for string in re.findall(r'"(?:[^"\\]|\\.)*"', text))
        text = re.sub(r"\x1b\[[\d;]*m", "", text)  # colours, amid the code of a traceback
        found += [f"{name}: {gift}" for gift in gifts + [line for line in secret if line in text]]
        if zipfile.is_zipfile(path):
            with tempfile.TemporaryDirectory() as temp, zipfile.ZipFile(path) as archive:
                archive.extractall(temp)
                found += [f"{name}: {line}" for line in scan(Path(temp), solutions)]
    return found
