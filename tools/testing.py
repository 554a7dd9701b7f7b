"""Everything that proves the course, in stages; the claims table comes last.

    make test                 # all of it
    make test CHAPTER=00      # one chapter
    make test-full            # with what takes long

Stages: style (ruff) and rules; unit tests, answers and quick papermill runs side by side; then strict
nbval over every lesson and solution as committed. Notebooks that compare speeds run by themselves.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

from tools.notebook_files import ROOT, paths, read

MOST_SECONDS, MOST_MB = 120, 1500  # a notebook's budget on two cores


class Run:
    """The stages so far: what they counted, what failed, what was left out."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.left_out: list[str] = []
        self.reports: list[Path] = []
        self.claims, self.budget = folder / "claims.jsonl", folder / "budget.jsonl"

    def command(self, name: str, *command: str) -> None:
        """A stage that passes or fails as a whole."""
        print(f"\n── {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT)
        self.counts["failed" if done.returncode else "passed"] += 1

    def pytest(self, name: str, *options: str) -> None:
        """A stage of many tests, counted from its junit report; nbval's keep a record of claims."""
        print(f"\n── {name}", flush=True)
        report = self.folder / f"{len(list(self.folder.glob('*.xml')))}.xml"
        environment = os.environ | {
            "FASTFRUGAL_RECORD": str(self.claims),
            "FASTFRUGAL_BUDGET": str(self.budget),
        }
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "--color=yes",
            f"--junitxml={report}",
            *options,
        ]
        done = subprocess.run(command, cwd=ROOT, env=environment if "--nbval" in options else None)
        if done.returncode not in (0, 1) or not report.exists():  # 1: tests failed, and are counted below
            self.counts["failed"] += 1
            return
        for suite in ElementTree.parse(report).iter("testsuite"):
            failed = int(suite.get("failures")) + int(suite.get("errors"))
            skipped = int(suite.get("skipped"))
            self.counts["failed"] += failed
            self.counts["skipped"] += skipped
            self.counts["passed"] += int(suite.get("tests")) - failed - skipped
        self.reports.append(report)


def ensure_browser(run: Run) -> None:
    """Chromium, for the tests that drive JupyterLab: installed where root on Debian, or named at the end."""
    if shutil.which("chromium") or shutil.which("google-chrome"):
        return
    apt = ["apt-get", "-q", "-y"]
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("installing Chromium for the browser tests (apt-get install chromium) …", flush=True)
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in ([*apt, "update"], [*apt, "install", "--no-install-recommends", "chromium"]):
            done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            return
        print(done.stderr[-2000:], file=sys.stderr)
    run.left_out.append("browser tests: they need Chromium (on Debian: sudo apt install chromium)")


def nbval(run: Run, chapter: str | None) -> None:
    """Strict nbval: quiet notebooks two at a time, those that compare speeds one by one."""
    alone, together = [], []
    for path in paths("notebooks", "solutions", chapter=chapter):
        timed = read(path).metadata.get("fastfrugal", {}).get("alone", False)
        (alone if timed else together).append(str(path))
    options = ("--nbval", "--nbval-cell-timeout=300", "-p", "no:cacheprovider")
    if together:
        run.pytest("nbval, two at a time", *options, "-n2", "--dist=loadfile", *together)
    if alone:
        run.pytest("nbval, one by one: these compare speeds", *options, *alone)


def check_budgets(run: Run) -> None:
    """Every notebook within its seconds and memory, judged on the better of two runs."""
    rows = _rows(run.budget)
    over = {row["notebook"] for row in rows if not _within(row)}
    if over:
        run.pytest("over budget, once more", "--nbval", "-p", "no:cacheprovider", *sorted(over))
        rows = _rows(run.budget)
    print("\n── notebooks: seconds and peak memory, as committed")
    for name in sorted({row["notebook"] for row in rows}):
        best = min((row for row in rows if row["notebook"] == name), key=lambda row: row["seconds"])
        within = any(_within(row) for row in rows if row["notebook"] == name)
        run.counts["passed" if within else "failed"] += 1
        verdict = "" if within else f"  over its budget of {MOST_SECONDS} s, {MOST_MB} MB"
        print(f"{name:45} {best['seconds']:6.1f} s {best['peak_mb']:6.0f} MB{verdict}")


def quick_runs(run: Run) -> None:
    """What papermill's quick runs took, from the properties that their tests recorded."""
    print("\n── quick runs by papermill, another seed: processor seconds and peak memory")
    for report in run.reports:
        for properties in ElementTree.parse(report).iter("properties"):
            kept = {p.get("name"): p.get("value") for p in properties}
            if "peak_mb" in kept:
                print(f"{kept['notebook']:45} {kept['seconds']:>6} s {kept['peak_mb']:>6} MB")


def _within(row: dict) -> bool:
    return row["seconds"] <= MOST_SECONDS and row["peak_mb"] <= MOST_MB


def claims_table(run: Run) -> None:
    """What was measured against what is claimed. In a strict run all sizes are full: nothing may hide."""
    rows = _rows(run.claims)
    print(f"\n── claims, measured on: {rows[0]['machine'] if rows else 'none recorded'}")
    for row in rows:
        value = "–" if row["value"] is None else f"{row['value']:.4g}"
        print(f"{row['status']:15} {value:>9}  {row['bound']:>13}  {row['id']}: {row['text']}")
        if row["status"] == "not_applicable" and row["reason"] not in row["text"]:
            print(f"{'':15} its text doesn't state the reason: {row['reason']}")
            run.counts["failed"] += 1


def _rows(path: Path) -> list[dict]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools test",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--chapter", metavar="NN", help="only this chapter")
    parser.add_argument("--full", action="store_true", help="with tests marked slow")
    args = parser.parse_args(arguments)
    if args.chapter and not paths("notebooks", chapter=args.chapter):
        known = ", ".join(path.stem[:2] for path in paths("notebooks"))
        parser.error(f"there is no chapter {args.chapter}; there is {known}")
    return args


def main() -> int:
    args = parse()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        ensure_browser(run)
        run.command("data", "utils.data")
        run.command("models", "utils.models")
        run.command("style", "ruff", "check", "--quiet", ".")
        run.command("format", "ruff", "format", "--check", "--quiet", ".")
        run.command("rules", "tools.rules")
        chosen = ["--chapter", args.chapter] if args.chapter else []
        chosen += [] if args.full else ["-m", "not slow"]
        beside = ["-n2", "--dist=loadgroup", "-r", "s", "--ignore=tests/grading"]
        run.pytest("units, answers, papermill, browser", "tests", *beside, *chosen)
        # By themselves: attacks take all that they can get, and are given seconds.
        grading = "tests/grading/test_labs.py" if args.chapter else "tests/grading"
        run.pytest("grading", grading, "-r", "s", *chosen)
        nbval(run, args.chapter)
        quick_runs(run)
        check_budgets(run)
        claims_table(run)
    print(f"\n{(time.perf_counter() - started) / 60:.1f} minutes")
    for line in run.left_out:
        print(f"left out: {line}")
    print("{passed} passed, {failed} failed, {skipped} skipped".format(**run.counts))
    return 1 if run.counts["failed"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nstopped", file=sys.stderr)
        sys.exit(130)
