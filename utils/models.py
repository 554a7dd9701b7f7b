"""What was made once and is kept: networks in this machine's cache, networks and studies shipped beside their code.

A module says what it keeps in two constants, by the name of a function of its own that fills a folder::

    KEPT = {"sevens": "make"}            # made when first asked for, in the cache: kept(__name__, "sevens")
    RECORDED = {"study.json": "study"}   # shipped beside the module: recorded(__name__, "study.json")

Both are told by a digest of what made them: the definitions that the function reaches, wherever in ``utils``
they stand, and the versions of the packages that they import. ``python -m utils.models`` makes what is
kept, ``python -m utils.models record utils.ch01.study`` a recording anew.
"""

from __future__ import annotations

import argparse
import ast
import datetime
import json
import pkgutil
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from utils.data import cache_dir
from utils.files import write_whole
from utils.machine import machine
from utils.making.bars import Bar
from utils.making.digests import ROOT, digest, versions

PROVENANCE = "recorded.json"  # in a room: of each file there when, where and from what it was made


class Stopped(Exception):
    """Ctrl-C while something was being made: nothing of it is left."""

    def _render_traceback_(self):  # IPython shows this in place of our frames
        return [str(self)]


# ---- kept in the cache ---------------------------------------------------------------------------


def kept(module: str, name: str) -> Path:
    """The folder of what ``module`` keeps under ``name``; made now if it isn't there, which a bar shows.

    Two processes that ask at once wait for one to make it. OSError where the cache can't be written.
    """
    function = _constant(module, "KEPT")[name]
    recipe = f"{module}:{function}"
    folder = cache_dir() / "models"
    path = folder / f"{name}-{digest(recipe)}"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with Bar(f"{name}: made once, for this machine") as bar, _alone(folder / f"{name}.lock", bar):
            if not path.exists():
                _fill(path, recipe, bar)
                for old in set(folder.glob(f"{name}-{'?' * 16}")) - {path}:  # what no digest names any more
                    shutil.rmtree(old, ignore_errors=True)
    except KeyboardInterrupt:
        raise Stopped("Stopped: nothing is kept of it. Run this again to make it.") from None
    return path


def _fill(path: Path, recipe: str, bar: Bar) -> None:
    part = Path(tempfile.mkdtemp(dir=path.parent, prefix=f"{path.name}-", suffix=".part"))
    try:
        _run(recipe, part, bar)
        part.chmod(0o755)
        part.replace(path)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _alone(lock: Path, bar: Bar) -> FileLock:
    try:
        return FileLock(lock).acquire(timeout=0)
    except Timeout:
        bar.say("another notebook is making it: waiting")
        return FileLock(lock).acquire()


# ---- shipped -------------------------------------------------------------------------------------


def recorded(module: str, file: str, fresh: bool = False) -> dict[str, np.ndarray]:
    """The arrays in a recording, by name, read-only; with ``fresh`` they are made anew, here and for this call."""
    if not fresh:
        return _arrays(_beside(module) / file)
    with tempfile.TemporaryDirectory() as folder, Bar(f"{module}: {file}, made anew") as bar:
        _run(f"{module}:{_constant(module, 'RECORDED')[file]}", Path(folder), bar)
        return _arrays(Path(folder) / file)


def record(module: str) -> Iterator[str]:
    """Make all recordings of a module anew; a line on each says how far it is from the old one."""
    for file, function in _constant(module, "RECORDED").items():
        recipe, place = f"{module}:{function}", _beside(module) / file
        started = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, Bar(f"{module}: {file}") as bar:
            _run(recipe, Path(folder), bar)
            old = _arrays(place) if place.exists() else {}
            far = _distance(old, _arrays(Path(folder) / file))
            write_whole(place, (Path(folder) / file).read_bytes())
        note = {
            "digest": digest(recipe),
            "date": datetime.date.today().isoformat(),
            "machine": str(machine()),
            "seconds": round(time.perf_counter() - started),
            "versions": versions(recipe),
        }
        notes = _notes(module) | {file: note}
        write_whole(place.with_name(PROVENANCE), json.dumps(notes, indent=1, ensure_ascii=False) + "\n")
        yield f"{place.relative_to(ROOT)}: {far}"


def stale() -> list[str]:
    """A line for each recording that is missing, or older than the code that makes it."""
    found = []
    for module in _modules("RECORDED"):
        for file, function in _constant(module, "RECORDED").items():
            if _notes(module).get(file, {}).get("digest") != digest(f"{module}:{function}"):
                found.append(
                    f"{file} of {module} is older than its code: python -m utils.models record {module}"
                )
    return found


def write_study(path: Path, study: dict) -> None:
    """Write ``{name: numbers}`` as JSON, a line a name, so that a change shows in a diff."""
    rows = [f"{json.dumps(name)}: {json.dumps(np.asarray(v).tolist())}" for name, v in study.items()]
    write_whole(path, "{\n" + ",\n".join(rows) + "\n}\n")


def _arrays(path: Path) -> dict[str, np.ndarray]:
    if path.suffix == ".npz":
        with np.load(path, allow_pickle=False) as archive:
            arrays = dict(archive)
    else:
        arrays = {name: np.array(rows) for name, rows in json.loads(path.read_text(encoding="utf-8")).items()}
    for array in arrays.values():
        array.flags.writeable = False  # what one cell changed, a later one would judge by
    return arrays


def _distance(old: dict[str, np.ndarray], new: dict[str, np.ndarray]) -> str:
    same = [name for name in new if name in old and old[name].shape == new[name].shape]
    if not same:
        return "new"
    farthest = max(same, key=lambda name: np.abs(old[name] - new[name]).max(initial=0))
    return (
        f"at most {np.abs(old[farthest] - new[farthest]).max(initial=0):.3g} from the old one, in {farthest}"
    )


# ---- both ----------------------------------------------------------------------------------------


def _run(recipe: str, folder: Path, bar: Bar) -> None:
    """Have the function fill the folder, in a process of its own: no framework stays in this one."""
    command = [sys.executable, "-m", "utils.models", "--run", recipe, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stdout:
            bar.follow(line)
        said = process.communicate()[1]
    except BaseException:
        process.kill()
        process.communicate()
        raise
    if process.returncode:
        raise RuntimeError(f"{recipe} could not be made:\n{said[-3000:]}")


def _constant(module: str, name: str) -> dict[str, str]:
    """A module's KEPT or RECORDED, read without importing it: {} where it has none."""
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return ast.literal_eval(node.value)
    return {}


def _modules(constant: str) -> list[str]:
    """All modules of ours that have this constant."""
    names = [".".join(p.relative_to(ROOT).with_suffix("").parts) for p in sorted(ROOT.glob("utils/*/*.py"))]
    return [name for name in names if _constant(name, constant)]


def _beside(module: str) -> Path:
    return ROOT.joinpath(*module.split(".")).parent


def _notes(module: str) -> dict[str, dict]:
    path = _beside(module) / PROVENANCE
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m utils.models",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--chapter", metavar="NN", help="only what this chapter keeps or records")
    parser.add_argument("--run", nargs=2, metavar=("RECIPE", "FOLDER"), help=argparse.SUPPRESS)
    parser.add_argument("what", nargs="?", choices=["make", "record", "stale"], default="make")
    parser.add_argument(
        "modules", nargs="*", metavar="MODULE", help="of recordings to make anew; all if none"
    )
    args = parser.parse_args()
    if args.run:
        recipe, folder = args.run
        pkgutil.resolve_name(recipe)(Path(folder))
        return 0
    room = f"utils.ch{args.chapter}." if args.chapter else "utils."
    if args.what == "stale":
        print(
            "\n".join(found := [line for line in stale() if room in line]) or "all recordings are up to date"
        )
        return 1 if found else 0
    if args.what == "record":
        for module in args.modules or [m for m in _modules("RECORDED") if m.startswith(room)]:
            print(*record(module), sep="\n", flush=True)
        return 0
    for module in [m for m in _modules("KEPT") if m.startswith(room)]:
        for name in _constant(module, "KEPT"):
            print(f"{name}: {kept(module, name)}", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (KeyboardInterrupt, Stopped):
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        sys.exit(130)
