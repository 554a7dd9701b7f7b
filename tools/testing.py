"""Everything that proves the course, in stages and in three widths; what was claimed, and what it took, come last.

    make test CHAPTER=00      # all of one chapter, and nothing else
    make test                 # the whole course; of labs that haven't changed lately a sample of answers, so of attacks
    make test-full            # every answer, with three more private seeds, a class of 200: two hours

Stages: style and rules; attacks on the grader, and what lessons start from made meanwhile; unit tests, answers, quick
runs by papermill, grading and a browser, two at a time; strict nbval over every lesson and solution as committed.
Notebooks that compare speeds run by themselves.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools import budget
from tools.notebook_files import ROOT, paths, read

LATELY = 24 * 3600  # seconds before the newest commit: a chapter changed since then is tried in full
MOST_IN_FULL = 2  # of them, the last changed: a sweeping change touches all
ATTACKS = "tests/grading/test_attacks.py"
GRADER = ["grader", "tests/grading", *(f"utils/{name}.py" for name in ("answers", "checks", "protocol"))]


@dataclass
class Stage:
    """A row of the table of stages."""

    name: str
    wall: float
    processor: float


class Run:
    """The stages so far: what they counted, what failed, what was left out, what they took."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.counts = {"passed": 0, "failed": 0, "skipped": 0}
        self.left_out: list[str] = []
        self.stages: list[Stage] = []
        self.claims, self.budget = folder / "claims.jsonl", folder / "budget.jsonl"

    def timed(self, name: str, *command: str, **environment: str) -> int:
        print(f"\n── {name}", flush=True)
        wall, processor = time.perf_counter(), budget.processor_seconds()
        done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, env=os.environ | environment)
        took = time.perf_counter() - wall, budget.processor_seconds() - processor
        self.stages.append(Stage(name, *took))
        return done.returncode

    def command(self, name: str, *command: str) -> None:
        """A stage that passes or fails as a whole."""
        self.counts["failed" if self.timed(name, *command) else "passed"] += 1

    def pytest(self, name: str, *options: str, record: Path | None = None, **environment: str) -> None:
        """A stage of many tests, counted from its junit report; ``record``: of claims."""
        report = self.folder / f"{len(self.stages)}.xml"
        environment |= {"FASTFRUGAL_BUDGET": str(self.budget), "FASTFRUGAL_STAGE": name}
        environment |= {"FASTFRUGAL_BARS": "off"} | ({"FASTFRUGAL_RECORD": str(record)} if record else {})
        command = ["pytest", "-q", "--tb=short", "--color=yes", f"--junitxml={report}", *options]
        if self.timed(name, *command, **environment) not in (0, 1) or not report.exists():
            self.counts["failed"] += 1  # 1: tests failed, and are counted below
            return
        for suite in ElementTree.parse(report).iter("testsuite"):
            failed = int(suite.get("failures")) + int(suite.get("errors"))
            skipped = int(suite.get("skipped"))
            self.counts["failed"] += failed
            self.counts["skipped"] += skipped
            self.counts["passed"] += int(suite.get("tests")) - failed - skipped

    def verdict(self, holds: bool) -> None:
        self.counts["passed" if holds else "failed"] += 1


# ---- which chapters ------------------------------------------------------------------------------


def files_of(chapter: str) -> list[str]:
    """What belongs to a chapter, as patterns that git knows."""
    named = [f"{folder}/{chapter}_*" for folder in ("notebooks", "solutions", "labs", "tests/answers")]
    return [*named, f"utils/ch{chapter}", f"tests/unit/ch{chapter}"]


def changed_lately() -> list[str]:
    """Chapters committed to in the day before the newest commit, the latest first, and "grader"; [] without git."""
    newest = _committed()
    when = {path.name[:2]: _committed(*files_of(path.name[:2])) for path in paths("notebooks")}
    recent = [chapter for chapter in when if newest and when[chapter] > newest - LATELY]
    chapters = sorted(recent, key=lambda chapter: -when[chapter])[:MOST_IN_FULL]
    return chapters + (["grader"] if newest and _committed(*GRADER) > newest - LATELY else [])


def _committed(*files: str) -> int:
    """Seconds since 1970 of the last commit to these files, 0 where there is none."""
    command = ["git", "log", "-1", "--format=%ct", "--", *files]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return 0
    return int(done.stdout.strip() or 0)


# ---- stages --------------------------------------------------------------------------------------


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


def chapter_stages(run: Run, chapter: str, slow: list[str]) -> None:
    """All of one chapter, and nothing else."""
    run.command("data", "utils.data")
    run.command("models", "utils.models", "--chapter", chapter)
    units = ROOT / "tests" / "unit" / f"ch{chapter}"
    tests = ["tests/notebooks", *([str(units)] if any(units.glob("test_*.py")) else [])]
    tests += ["tests/grading/test_labs.py", "--chapter", chapter]
    side_by_side(run, "unit tests, answers, papermill, grading", *tests, *slow)
    nbval(run, chapter)


def course_stages(run: Run, in_full: list[str], slow: list[str]) -> None:
    """The whole course."""
    ensure_browser(run)
    run.command("data", "utils.data")
    run.command("style", "ruff", "check", "--quiet", ".")
    run.command("format", "ruff", "format", "--check", "--quiet", ".")
    run.command("rules", "tools.rules")
    width = f"--full-chapters={','.join(in_full) or 'none'}"
    # By themselves: attacks take all that they can get, and are given seconds; but mostly they wait.
    with meanwhile(run, "models", "utils.models"):
        run.pytest("attacks, and what lessons start from", ATTACKS, "-r", "s", width, *slow)
    tests = ["tests", f"--ignore={ATTACKS}", width]
    side_by_side(run, "unit tests, answers, papermill, grading", *tests, *slow)
    nbval(run, None)


@contextmanager
def meanwhile(run: Run, name: str, *command: str) -> Iterator[None]:
    """A command that gets what processor time the block leaves over; it passes or fails as a whole."""
    with open(run.folder / f"{name}.txt", "w+", encoding="utf-8") as said:
        nice = ["nice", "-n", "10"] if shutil.which("nice") else []
        process = subprocess.Popen(
            [*nice, sys.executable, "-m", *command],
            cwd=ROOT,
            env=os.environ | budget.ONE_THREAD,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            yield
            failed = process.wait()
        finally:
            process.kill()
        said.seek(0)
        print(f"\n── {name}, made meanwhile\n{said.read()}", flush=True)
    run.verdict(not failed)


def side_by_side(run: Run, name: str, *options: str, record: Path | None = None) -> None:
    run.pytest(name, "-n2", "--dist=loadgroup", "-r", "s", *options, record=record, **budget.ONE_THREAD)


def nbval(run: Run, chapter: str | None) -> None:
    """Strict nbval: two at a time, but for those whose claims on speed need the machine to themselves."""
    alone, together = [], []
    for path in paths("notebooks", "solutions", chapter=chapter):
        timed = read(path).metadata.get("fastfrugal", {}).get("alone", False)
        (alone if timed else together).append(str(path))
    options = ("--nbval", "--nbval-cell-timeout=300", "-p", "no:cacheprovider")
    if together:
        files = ["--dist=loadfile", *together]
        side_by_side(run, "nbval, two at a time", *options, *files, record=run.claims)
    if alone:
        run.pytest("nbval, one by one", *options, *alone, record=run.claims)


def once_more(run: Run) -> None:
    """Notebooks over their budget get another chance, by themselves: the better run counts."""
    tests = {kind: [] for kind in budget.MOST_UNITS}
    spent = budget.runs(budget.read_rows(run.budget))
    for key in budget.over(budget.read_rows(run.budget)):
        tests[key[0]].append(spent[key][0].test)
    if quick := tests.pop("quick"):
        run.pytest(f"{budget.ONCE_MORE}: quick", *quick, **budget.ONE_THREAD)
    if strict := [test for found in tests.values() for test in found]:
        run.pytest(f"{budget.ONCE_MORE}: nbval", "--nbval", "-p", "no:cacheprovider", *strict)


# ---- what they found -----------------------------------------------------------------------------


def claims_table(run: Run) -> None:
    """What was measured against what is claimed. In a strict run all sizes are full: nothing may hide."""
    rows = budget.read_rows(run.claims)
    print(f"\n── claims, measured on: {rows[0]['machine'] if rows else 'none recorded'}")
    for row in rows:
        value = "–" if row["value"] is None else f"{row['value']:.4g}"
        print(f"{row['status']:15} {value:>9}  {row['bound']:>13}  {row['id']}: {row['text']}")
        if row["status"] == "not_applicable" and row["reason"] not in row["text"]:
            print(f"{'':15} its text doesn't state the reason: {row['reason']}")
            run.counts["failed"] += 1


def budgets(run: Run, in_full: list[str]) -> None:
    """Every notebook within its units and memory, every chapter within its share."""
    rows = budget.read_rows(run.budget)
    too_much = budget.over(rows)
    for key in budget.runs(rows):
        run.verdict(key not in too_much)
    print(f"\n── notebooks; a unit was {budget.units_said(rows)}")
    print(*budget.notebooks_table(rows), sep="\n")
    print("\n── chapters: processor seconds")
    print(*budget.chapters_table(rows, in_full), sep="\n")
    run.verdict(not budget.greedy(rows, in_full))


def stages_table(run: Run) -> None:
    print(f"\n── where the minutes went{'':23} wall  processor")
    wall, processor = sum(it.wall for it in run.stages), sum(it.processor for it in run.stages)
    for stage in [*run.stages, Stage(f"all: {wall / 60:.1f} minutes", wall, processor)]:
        print(f"{stage.name:45} {stage.wall:6.0f} s {stage.processor:8.0f} s")


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tools test",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--chapter", metavar="NN", help="all of this chapter, and nothing else")
    parser.add_argument("--full", action="store_true", help="every answer of every chapter, and what is slow")
    args = parser.parse_args(arguments)
    if args.chapter and not paths("notebooks", chapter=args.chapter):
        known = ", ".join(path.stem[:2] for path in paths("notebooks"))
        parser.error(f"there is no chapter {args.chapter}; there is {known}")
    return args


def main() -> int:
    args = parse()
    slow = [] if args.full else ["-m", "not slow"]
    chapters = [args.chapter] if args.chapter else [path.name[:2] for path in paths("notebooks")]
    in_full = [*chapters, "grader"] if args.chapter or args.full else changed_lately()
    if not args.chapter:
        print(f"every answer (grader: attack) of: {', '.join(in_full) or 'none'}; a sample of the others")
    with tempfile.TemporaryDirectory() as folder:
        run = Run(Path(folder))
        if args.chapter:
            chapter_stages(run, args.chapter, slow)
        else:
            course_stages(run, in_full, slow)
        once_more(run)
        claims_table(run)
        budgets(run, in_full)
    stages_table(run)
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
