"""For instructors: hand out labs, grade what comes back, decide what a machine can't.

    python -m grader release                        # the students' bundle, in dist/
    python -m grader grade SUBMISSIONS --out grades
    python -m grader decide grades ada 01_mlp_keras roc 3 "right, in a cell of her own"

SUBMISSIONS holds a folder for each student, with NN_lab_slug.ipynb in it; nbgrader's submitted/ does, too.
``grade`` may be stopped (Ctrl-C) and called again: it goes on where it was, and grades anew what changed.
Exit code: 0 all graded, 1 some need a person, 2 wrong usage or no sandbox.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.pool import ThreadPool
from pathlib import Path

import psutil
from joblib import cpu_count

from grader import onnx_run, release, report, run, sandbox
from grader.intake import Submission, find_submissions, nfc
from grader.reference import (
    ROOT,
    copy_data,
    data_folder,
    execute_reference,
    use_data,
)
from utils.protocol import chapter_name

UNSAFE = "WARNING: no sandbox. Students' code runs as you, and can read, change and delete what you can."


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m grader", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    bundle = commands.add_parser("release", help="make the students' bundle")
    bundle.add_argument("--out", type=Path, default=Path("dist"), help="the folder to make it in (dist)")
    grade = commands.add_parser("grade", help="grade a folder of submissions")
    grade.add_argument(
        "submissions", type=Path, help="a folder for each student, with NN_lab_slug.ipynb in it"
    )
    grade.add_argument("--out", type=Path, required=True, help="where results, grades.csv and feedback go")
    grade.add_argument(
        "--lab", action="append", metavar="NN_slug", type=chapter_name, help="only this lab (may be repeated)"
    )
    grade.add_argument(
        "--seed-file", type=Path, help="the private seed, a whole number; else OUT/seed, made once"
    )
    grade.add_argument("--jobs", type=int, default=cpu_count(), help="submissions side by side (all cores)")
    grade.add_argument("--fresh", action="store_true", help="grade everything anew; else what changed")
    grade.add_argument("--unsafe-no-sandbox", action="store_true", help="run students' code as you")
    decide = commands.add_parser("decide", help="a person's decision; it is kept over regrades")
    decide.add_argument("out", type=Path, help="what grade was given as --out")
    decide.add_argument("student", type=nfc, help="as in needs_person.csv, and so are lab and exercise")
    decide.add_argument("lab", metavar="NN_slug", type=chapter_name)
    decide.add_argument("exercise", help="its name, or '*' for the whole submission")
    decide.add_argument("points", type=float)
    decide.add_argument("why", help="a sentence; the student will read it")
    args = parser.parse_args(arguments, argparse.Namespace(root=root))
    try:
        return {"release": _release, "grade": _grade, "decide": _decide}[args.command](args)
    except (release.Leak, sandbox.NoSandbox, ValueError, OSError) as error:
        print(report.plain(error), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        run.stop()  # once more: a kernel may have been on its way
        print("Stopped. The same command goes on from here.", file=sys.stderr, flush=True)
        os._exit(130)  # all is written; at a usual exit nbclient would wait for a kernel that is gone


def _release(args: argparse.Namespace) -> int:
    print(f"released: {release.release(args.root, args.out)}, and the same as a zip file beside it")
    return 0


def _decide(args: argparse.Namespace) -> int:
    report.decide(args.out, args.student, args.lab, args.exercise, args.points, args.why)
    left = report.write_reports(args.out, report.read_results(args.out))
    print(f"noted; {left} still need a person")
    return 0


def _grade(args: argparse.Namespace) -> int:
    solutions = {path.stem: path for path in sorted((args.root / "solutions").glob("*.ipynb"))}
    if unknown := set(args.lab or []) - set(solutions):
        raise ValueError(f"There is no lab {', '.join(sorted(unknown))}; there is {', '.join(solutions)}.")
    if not args.submissions.is_dir():
        raise ValueError(f"There is no folder {args.submissions}.")
    if args.unsafe_no_sandbox:
        print(UNSAFE, file=sys.stderr)
        os.environ[onnx_run.UNSAFE] = "yes"
    else:
        os.environ.pop(onnx_run.UNSAFE, None)
        sandbox.probe()
    found, passed_over = find_submissions(args.submissions, solutions, args.out.absolute())
    found = [s for s in found if s.lab in (args.lab or solutions)]
    for line in passed_over:
        print(f"passed over: {report.plain(line)}", file=sys.stderr)
    if not found:
        raise ValueError(f"No submissions: {args.submissions} should hold STUDENT/NN_lab_slug.ipynb.")
    seed = _seed(args.seed_file or args.out / "seed", make=args.seed_file is None)
    report.write(args.out / "passed_over.json", json.dumps(passed_over))
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        with _workplace() as folder, ThreadPool(max(1, args.jobs)) as pool:
            try:
                _grade_all(found, solutions, seed, folder, args, pool)
            except KeyboardInterrupt:
                run.stop()
                raise
    finally:
        results = report.read_results(args.out)
        left = report.write_reports(args.out, results)
    there = {(s.student, s.lab) for s in found}
    for result in results:
        if (result["student"], result["lab"]) not in there and result["lab"] in (args.lab or solutions):
            path = report.result_path(args.out, result["student"], result["lab"])
            print(f"kept, though its submission is gone: {path} (delete it, and its row goes, too)")
    print(f"{args.out / 'grades.csv'}: {len(results)} rows; {left} need a person")
    return 1 if left else 0


@contextmanager
def _workplace() -> Iterator[Path]:
    """A folder for all temporary files, the drivers' too; what a killed run has left goes first."""
    for old in Path(tempfile.gettempdir()).glob("ff-run-*"):
        pid = old.name.split("-")[2]
        if pid.isdecimal() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(old, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=f"ff-run-{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        os.environ["TMPDIR"] = tempfile.tempdir = folder
        yield Path(folder)


def _grade_all(
    found: list[Submission],
    solutions: dict[str, Path],
    seed: int,
    folder: Path,
    args: argparse.Namespace,
    pool: ThreadPool,
) -> None:
    """Grade what has no result yet, side by side."""
    kernel, data = "python3" if args.unsafe_no_sandbox else sandbox.NAME, data_folder()
    references, kept = {}, None if args.fresh else args.out / "references"
    use_data(copy_data(data, folder / "reference", labels=True))
    for lab in sorted({submission.lab for submission in found}):
        # Not in this thread: there nbclient would take Ctrl-C for itself.
        references[lab] = pool.apply(execute_reference, (solutions[lab], seed, kernel, kept))
    use_data(copy_data(data, folder / "students", labels=False))
    before = [] if args.fresh else report.read_results(args.out)
    known = {result["key"] for result in before if result["status"] != "crashed"}
    todo = [s for s in found if run.key(s, references[s.lab]) not in known]
    print(f"{len(found)} submissions, {len(found) - len(todo)} already graded", flush=True)
    started = time.monotonic()
    graded = pool.imap_unordered(lambda s: run.grade(s, references[s.lab], kernel), todo)
    for done, result in enumerate(graded, start=1):
        report.write_result(args.out, result)
        left = (time.monotonic() - started) / done * (len(todo) - done) / 60
        print(f"{done}/{len(todo)}  {_line(result)}   (about {left:.1f} minutes left)", flush=True)


def _line(result: dict) -> str:
    points = f"{result['score']:g}/{result['max_score']:g}" if result["status"] == "graded" else ""
    return f"{report.plain(result['student'])}, {result['lab']}: {points or result['status']}"


def _seed(path: Path, make: bool) -> int:
    """The private seed. Whoever knows it can hard-code outputs, so only its owner can read it."""
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        os.write(file, f"{secrets.randbelow(10**9)}\n".encode())
        os.close(file)
    if not path.exists():
        raise ValueError(f"There is no file {path}.")
    text = path.read_bytes().strip()
    if not text.isdigit() or len(text) > 9:
        raise ValueError(f"{path} should hold the private seed: one whole number, of nine digits at most.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
