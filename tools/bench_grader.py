"""`make bench-grader`: submissions a minute, and peak memory, beside nbgrader's autograde.

Both grade the same answers of one lab: the solution's, handed in by so many students. nbgrader gets the
notebook in its own form, the hidden checks as its test cells (it passes a cell that doesn't raise, so it
compares nothing), in an environment of its own; its kernels run in the course's.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

from tools.notebook_files import ROOT, read, tags, write

NBGRADER = "nbgrader==0.9.6"


def measured(command: list[str], **options) -> tuple[float, float]:
    """Seconds, and the most memory in MB that the command and all its children held at once."""
    started, peak = time.perf_counter(), 0.0
    process = psutil.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)
    while process.poll() is None:
        memory = 0
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.Error):  # it has just ended
                memory += one.memory_info().rss
        peak = max(peak, memory / 1e6)
        time.sleep(0.1)
    if process.returncode:
        raise SystemExit(process.stderr.read()[-3000:])
    return time.perf_counter() - started, peak


def nbgrader_course(folder: Path, lab: str, students: int) -> None:
    """nbgrader's folders: the lab released, and each student's copy submitted."""
    nb = read(ROOT / "solutions" / f"{lab}.ipynb")
    nb.cells = [c for c in nb.cells if not c.id.startswith(("check-", "truth-"))]
    for cell in nb.cells:
        cell.metadata["tags"] = [tag for tag in tags(cell) if tag != "raises-exception"]
        cell.outputs = [] if cell.cell_type == "code" else None
        if cell.cell_type != "code":
            del cell["outputs"]
    write(folder / "source" / lab / f"{lab}.ipynb", nb)
    for k in range(students):
        write(folder / "submitted" / f"student{k:03}" / lab / f"{lab}.ipynb", nb)
    config = "c = get_config()\nc.ExecutePreprocessor.timeout = 300\n"
    (folder / "nbgrader_config.py").write_text(config)
    kernel = {"argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
    kernel |= {"display_name": "Python 3", "language": "python"}
    spec = folder / "jupyter" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps(kernel))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools bench-grader", description=__doc__)
    parser.add_argument("--lab", default="00_start_here")
    parser.add_argument("--students", type=int, default=12)
    args = parser.parse_args()
    theirs = ROOT / ".cache" / "nbgrader"
    if not (theirs / "bin" / "nbgrader").exists():
        print(f"installing {NBGRADER} into {theirs.relative_to(ROOT)} …", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(theirs)], check=True)
        subprocess.run([str(theirs / "bin" / "pip"), "install", "-q", NBGRADER], check=True)
    with tempfile.TemporaryDirectory() as temp:
        folder = Path(temp)
        nbgrader_course(folder, args.lab, args.students)
        environment = os.environ | {
            "JUPYTER_PATH": str(folder / "jupyter"),
            "JUPYTER_PREFER_ENV_PATH": "0",
            "PATH": f"{theirs / 'bin'}{os.pathsep}{os.environ['PATH']}",  # it calls its alembic
        }
        nbgrader = str(theirs / "bin" / "nbgrader")
        measured([nbgrader, "generate_assignment", args.lab, "--force"], cwd=folder, env=environment)
        ours = [sys.executable, "-m", "grader", "grade", str(folder / "submitted"), "--out"]
        runs = {
            f"nbgrader autograde ({NBGRADER})": ([nbgrader, "autograde", args.lab], folder),
            "python -m grader grade": ([*ours, str(folder / "grades"), "--lab", args.lab], ROOT),
        }
        print(f"{args.students} submissions of {args.lab}, {os.cpu_count()} cores")
        for name, (command, cwd) in runs.items():
            seconds, peak = measured(command, cwd=cwd, env=environment)
            rate = 60 * args.students / seconds
            print(f"{name:42} {seconds:6.0f} s {rate:6.1f} a minute {peak:6.0f} MB at most", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
