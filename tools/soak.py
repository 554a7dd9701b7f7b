"""Strict runs of notebooks, over and over, quiet and under load: does every claim hold every time?

    python -m tools soak notebooks/12_*.ipynb                # ten runs, the last five beside a load
    python -m tools soak notebooks/12_*.ipynb --runs 4 --loaded 4

A load is one process a core that never pauses. The table says, claim by claim, how far the measured values
reached in quiet and in loaded runs: a bound that is only just kept fails on somebody's machine.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tools.notebook_files import ROOT


@contextmanager
def load(processes: int) -> Iterator[None]:
    """So many processes that keep a core busy each, until the block ends."""
    busy = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(processes)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def strict_run(notebooks: list[Path], record: Path) -> tuple[bool, str]:
    """Whether strict nbval passes all of them, and the lines that say what failed."""
    command = [sys.executable, "-m", "pytest", "-q", "--nbval", "-p", "no:cacheprovider", "--tb=short", "-rf"]
    command += ["--nbval-cell-timeout=600", *map(str, notebooks)]
    environment = os.environ | {"FASTFRUGAL_RECORD": str(record)}
    environment.pop("FASTFRUGAL_BUDGET", None)  # no row in the table of the tests that try this
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    failed = [
        line for line in done.stdout.splitlines() if "ClaimFailed:" in line or line.startswith("FAILED")
    ]
    return done.returncode == 0, "\n".join(failed or [done.stderr[-500:]])


def rows(record: Path) -> list[dict]:
    return [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []


def table(claims: dict[str, list[dict]]) -> Iterator[str]:
    """A line a claim: bound, and from where to where its values went in quiet runs and beside the load."""
    for claim, found in claims.items():
        spans = []
        for loaded in (False, True):
            values = [row["value"] for row in found if row["loaded"] == loaded and row["value"] is not None]
            spans.append(f"{min(values):.4g} … {max(values):.4g}" if values else "–")
        bad = sum(row["status"] == "failed" for row in found)
        said = f"FAILED {bad} of {len(found)}" if bad else found[0]["status"]
        yield f"{said:15} {claim:24} {found[0]['bound']:>14}   quiet {spans[0]:22} loaded {spans[1]}"


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools soak", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", nargs="+", type=Path, metavar="NOTEBOOK")
    parser.add_argument("--runs", type=int, default=10, help="how often (10)")
    parser.add_argument("--loaded", type=int, help="how many of them, the last ones, beside a load (half)")
    args = parser.parse_args(arguments)
    args.loaded = args.runs // 2 if args.loaded is None else args.loaded
    if missing := [str(path) for path in args.notebooks if not path.is_file()]:
        parser.error(f"there is no {', '.join(missing)}")
    if not 0 <= args.loaded <= args.runs:
        parser.error(f"of {args.runs} runs {args.loaded} can't be loaded ones")
    return args


def main() -> int:
    args = parse()
    notebooks = [path.resolve() for path in args.notebooks]
    cores, claims, failures = psutil.cpu_count(), {}, 0
    with tempfile.TemporaryDirectory() as folder:
        for run in range(args.runs):
            loaded, record = run >= args.runs - args.loaded, Path(folder) / f"{run}.jsonl"
            started = time.perf_counter()
            with load(cores if loaded else 0):
                passed, why = strict_run(notebooks, record)
            failures += not passed
            said = "passed" if passed else f"FAILED\n{why}"
            words = f"run {run + 1} of {args.runs}, {'loaded' if loaded else 'quiet'}"
            print(f"{words}, {time.perf_counter() - started:.0f} s: {said}", flush=True)
            for row in rows(record):
                claims.setdefault(row["id"], []).append(row | {"loaded": loaded})
    print("\n".join(table(claims)))
    print(f"{args.runs - failures} of {args.runs} runs passed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
