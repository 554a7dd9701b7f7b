"""The command line: what it refuses, what it writes, and that stopping it loses nothing."""

from __future__ import annotations

import contextlib
import csv
import functools
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import nbformat
import numpy as np
import psutil
import pytest

from grader import __main__, run, sandbox
from grader.__main__ import main
from grader.reference import execute_reference, use_data
from grader.report import UNSAFE, result_path
from tests.grading.conftest import ANSWERS, LAB
from utils.protocol import lab_name

pytestmark = pytest.mark.xdist_group("grading-cli")

FILE = lab_name(LAB)  # the lab's own name; LAB is its chapter's
COMMAND = """
import pathlib, sys
from grader.__main__ import main
sys.exit(main(sys.argv[2:], pathlib.Path(sys.argv[1])))
"""
STOPPED = "Stopped. The same command goes on from here."
WRONG = {"double": "def double(x):\n    return 3 * x"}
KILLING = {"double": "import os\n\nos._exit(0)"}


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def graded_before(self) -> int:
        """From the line "30 submissions, 12 already graded"."""
        line = next(line for line in self.out.splitlines() if line.endswith(" already graded"))
        return int(line.split()[2])


@pytest.fixture(scope="module")
def cache(tmp_path_factory) -> Path:
    """MNIST, as far as these tests need it: two images."""
    folder = tmp_path_factory.mktemp("cache")
    np.savez(folder / "mnist.npz", x_test=np.zeros((2, 28, 28), np.uint8), y_test=np.zeros(2, np.uint8))
    return folder


@pytest.fixture(scope="module")
def hand_in(course) -> Callable[..., Path]:
    """``hand_in(folder, "ada", double="def …")``: the lab with these answers; all others are left blank."""
    lab = nbformat.read(course / "labs" / f"{FILE}.ipynb", as_version=4)
    stubs = {cell.id: cell.source for cell in lab.cells}

    def write(folder: Path, student: str, **answers: str) -> Path:
        for cell in lab.cells:
            cell.source = answers.get(cell.id.removeprefix("ex-"), stubs[cell.id])
        (folder / student).mkdir(parents=True, exist_ok=True)
        nbformat.write(lab, folder / student / f"{FILE}.ipynb")
        return folder / student / f"{FILE}.ipynb"

    return write


@pytest.fixture(scope="module")
def unreadable() -> Callable[[Path], None]:
    """Hand in four files that are no notebook of ours."""

    def write(folder: Path) -> None:
        files = {
            "an-empty-file": b"",
            "a-text": b"my answers",
            "bytes": b"\xff\xfe\x00\x00",
            "huge": b" " * 20_000_001,
        }
        for student, raw in files.items():
            (folder / student).mkdir(parents=True)
            (folder / student / f"{FILE}.ipynb").write_bytes(raw)

    return write


@pytest.fixture(scope="module")
def cli(course, cache) -> Iterator[Callable[..., Ran]]:
    """``main`` in this process, on the toy course; with the same seed the reference is executed only once."""
    execute = functools.cache(__main__.execute_reference)

    def call(*arguments: object, root: Path = course) -> Ran:
        out, err = io.StringIO(), io.StringIO()
        handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            mock.patch.dict(os.environ, FASTFRUGAL_CACHE=str(cache)),
            mock.patch.object(tempfile, "tempdir", tempfile.gettempdir()),
            mock.patch.object(__main__, "execute_reference", lambda *given: execute(*given[:3])),
        ):
            try:
                code = main([str(argument) for argument in arguments], root)
            except SystemExit as asked:  # by argparse
                code = asked.code
        for number, handler in handlers.items():
            signal.signal(number, handler)
        return Ran(code, out.getvalue(), err.getvalue())

    return call


def grades(out: Path) -> dict[str, dict[str, str]]:
    """By student; as many as there are rows."""
    with open(out / "grades.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    by_student = {row["student_id"]: row for row in rows}
    assert len(by_student) == len(rows)
    return by_student


def results(out: Path) -> dict[str, dict]:
    """By file, without what differs between two runs."""
    found = {path.name: json.loads(path.read_bytes()) for path in out.glob("results/*/*.json")}
    return {name: result | {"seconds": 0} for name, result in found.items()}


# What it refuses


def test_a_wrong_call_gets_one_sentence_and_writes_nothing(cli, hand_in, tmp_path, kernel):
    there, out, words = tmp_path / "there", tmp_path / "out", tmp_path / "words"
    hand_in(there, "ada")
    (tmp_path / "nobody").mkdir()
    words.write_text("my secret seed")
    for arguments, sentence in [
        ([tmp_path / "gone"], f"There is no folder {tmp_path / 'gone'}."),
        ([there, "--lab", "77_none"], f"There is no lab 77_none; there is {LAB}."),
        ([there, "--seed-file", tmp_path / "gone"], f"There is no file {tmp_path / 'gone'}."),
        ([there, "--seed-file", words], f"{words} should hold the private seed: one whole number,"),
        (
            [tmp_path / "nobody"],
            f"No submissions: {tmp_path / 'nobody'} should hold STUDENT/NN_lab_slug.ipynb.",
        ),
        ([there / "ada"], f"No submissions: {there / 'ada'} should hold STUDENT/NN_lab_slug.ipynb."),
    ]:
        ran = cli("grade", *arguments, "--out", out)
        assert (ran.code, ran.out) == (2, ""), arguments
        assert ran.err.splitlines()[-1].startswith(sentence) and "my secret" not in ran.err
        assert not out.exists(), arguments


def test_without_a_sandbox_nothing_is_run(cli, hand_in, tmp_path, monkeypatch):
    def probe():
        raise sandbox.NoSandbox(sandbox.HELP.format(reason="there is no bubblewrap"))

    monkeypatch.setattr(sandbox, "probe", probe)
    hand_in(tmp_path / "there", "ada")
    ran = cli("grade", tmp_path / "there", "--out", tmp_path / "out")
    assert (ran.code, ran.out) == (2, "") and "it can't: there is no bubblewrap." in ran.err
    assert "kernel.apparmor_restrict_unprivileged_userns=0" in ran.err and "--unsafe-no-sandbox" in ran.err
    assert not (tmp_path / "out").exists()


def test_without_data_or_with_a_broken_solution_it_says_so(
    cli, hand_in, course, tmp_path, kernel, monkeypatch
):
    hand_in(tmp_path / "there", "ada")
    monkeypatch.setattr(__main__, "copy_data", mock.Mock(side_effect=OSError("There is no MNIST in …")))
    ran = cli("grade", tmp_path / "there", "--out", tmp_path / "out")
    assert (ran.code, ran.err) == (2, "There is no MNIST in …\n") and not results(tmp_path / "out")
    monkeypatch.undo()
    broken = nbformat.read(course / "solutions" / f"{LAB}.ipynb", as_version=4)
    next(cell for cell in broken.cells if cell.id == "ex-double").source = "1 / 0"
    for name in (f"solutions/{LAB}", f"labs/{FILE}"):
        (tmp_path / name).parent.mkdir()
        nbformat.write(broken, tmp_path / f"{name}.ipynb")
    ran = cli("grade", tmp_path / "there", "--out", tmp_path / "out", root=tmp_path)
    assert ran.code == 2 and f"{LAB}" in ran.err and "ZeroDivisionError" in ran.err, ran.err
    assert not results(tmp_path / "out")


def test_help_teaches(cli):
    ran = cli("--help")
    assert ran.code == 0
    for line in (
        "grade SUBMISSIONS --out grades",
        "decide grades ada",
        "Ctrl-C",
        "Exit code: 0 all graded, 1",
    ):
        assert line in ran.out
    for command in ("release", "grade", "decide"):
        assert cli(command, "--help").code == 0
    assert cli().code == 2 and cli("grade", ".").code == 2


# What it writes: nothing here needs a box but the reference


@pytest.fixture
def small(hand_in, unreadable, tmp_path) -> Path:
    """Blank labs, one in nbgrader's layout and one by a student with a strange name, and unreadable ones."""
    folder = tmp_path / "there"
    for student in ("ada", "bob", "=1+1\n\x1b[31meve"):
        hand_in(folder, student)
    nested = hand_in(tmp_path / "elsewhere", "kim").rename(folder / "moved")
    (folder / "submitted" / "kim" / FILE).mkdir(parents=True)
    nested.rename(folder / "submitted" / "kim" / FILE / f"{FILE}.ipynb")
    (folder / "submitted" / "kim" / FILE / "timestamp.txt").write_text("2031-02-03 04:05:06 UTC\n")
    unreadable(folder)
    return folder


def test_every_submission_has_a_row_whatever_it_is(cli, small, tmp_path, kernel):
    ran = cli("grade", small, "--out", tmp_path / "out")
    rows = grades(tmp_path / "out")
    strange = "'=1+1\neve"  # no formula, no escape
    bad = {"an-empty-file", "a-text", "bytes", "huge"}
    assert set(rows) == {"ada", "bob", "kim", strange} | bad and ran.code == 1
    assert rows["kim"]["timestamp"] == "2031-02-03 04:05:06 UTC" and rows["kim"]["max_score"] == "6"
    assert {row["score"] for row in rows.values()} == {"0"}
    status = {result["student"]: result["status"] for result in results(tmp_path / "out").values()}
    assert {student for student in status if status[student] == "unreadable"} == bad
    with open(tmp_path / "out" / "needs_person.csv", newline="") as file:
        assert {row["student"] for row in csv.DictReader(file)} == bad
    assert len(list((tmp_path / "out" / "feedback").glob("*.html"))) == 8
    assert f"{tmp_path / 'out' / 'grades.csv'}: 8 rows; 4 need a person" in ran.out and "\x1b" not in ran.out
    assert (tmp_path / "out" / "seed").stat().st_mode & 0o777 == 0o600


def test_a_fault_of_ours_costs_one_submission_not_the_batch(cli, hand_in, tmp_path, kernel, monkeypatch):
    def fails(reference, answers, kernel):
        if answers:
            raise OSError("No space left on device")
        return {}

    monkeypatch.setattr(run, "run_answers", fails)
    hand_in(tmp_path / "there", "ada", **ANSWERS)
    hand_in(tmp_path / "there", "bob")
    ran = cli("grade", tmp_path / "there", "--out", tmp_path / "out")
    status = {result["student"]: result["status"] for result in results(tmp_path / "out").values()}
    assert status == {"ada": "crashed", "bob": "graded"} and ran.code == 1
    monkeypatch.undo()
    assert cli("grade", tmp_path / "there", "--out", tmp_path / "out").graded_before == 1
    assert grades(tmp_path / "out")["ada"]["score"] == "6"


def test_a_second_run_grades_only_what_changed(cli, small, hand_in, tmp_path, kernel):
    out, seed = tmp_path / "out", tmp_path / "seed"
    seed.write_text("1\n")
    grade = ("grade", small, "--out", out, "--seed-file", seed)
    assert cli(*grade).graded_before == 0
    written = {path: path.stat().st_mtime_ns for path in out.glob("results/*/*")}
    again = cli(*grade)
    assert again.graded_before == 8 and not re.search(r"(?m)^\d+/\d+ ", again.out)
    assert {path: path.stat().st_mtime_ns for path in out.glob("results/*/*")} == written

    hand_in(small, "bob", double="# nothing yet")
    assert cli(*grade).graded_before == 7
    changed = {path for path, time in written.items() if path.stat().st_mtime_ns != time}
    assert changed == {result_path(out, "bob", LAB)}

    assert cli(*grade, "--fresh").graded_before == 0
    seed.write_text("2\n")
    assert cli(*grade).graded_before == 0
    assert cli(*grade).graded_before == 8


def test_exit_code_0_means_that_nobody_has_to_look_and_decisions_stay(cli, hand_in, tmp_path, kernel):
    there, out = tmp_path / "there", tmp_path / "out"
    hand_in(there, "ada")
    assert cli("grade", there, "--out", out).code == 0
    (there / "bob").mkdir()
    (there / "bob" / f"{FILE}.ipynb").write_text("on paper")
    assert cli("grade", there, "--out", out).code == 1

    assert cli("decide", out, "ada", LAB, "spread", 1.5, "half of it, on paper") == (
        0,
        "noted; 1 still need a person\n",
        "",
    )
    assert cli("decide", out, "bob", LAB, "*", 5, "handed in on paper") == (
        0,
        "noted; 0 still need a person\n",
        "",
    )
    for _ in range(2):
        assert {name: row["score"] for name, row in grades(out).items()} == {"ada": "1.5", "bob": "5"}
        again = cli("grade", there, "--out", out, "--fresh")
        assert (again.code, again.graded_before) == (0, 0)

    for arguments, sentence in [
        (("zoe", LAB, "spread", 1, "why"), "no submission of 'zoe' for '90_toy' has been graded here"),
        (("ada", LAB, "spread", 3, "why"), "'spread' can have from 0 to 2 points, not 3"),
        (("ada", LAB, "spread", 1, " "), "a decision needs a reason, which the student will read"),
    ]:
        refused = cli("decide", out, *arguments)
        assert (refused.code, refused.out) == (2, "") and refused.err.startswith(sentence)


def test_what_was_passed_over_needs_a_person_until_it_is_gone(cli, hand_in, tmp_path, kernel):
    there, out = tmp_path / "there", tmp_path / "out"
    hand_in(there, "ada")
    strange = there / "ada" / "my answers.ipynb"
    strange.write_text("{}")
    ran = cli("grade", there, "--out", out)
    assert ran.code == 1 and "passed over: 'ada/my answers.ipynb': not one of the labs" in ran.err
    with open(out / "needs_person.csv", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["why"].startswith("passed over: 'ada/my answers.ipynb'") and row["student"] == ""
    assert "1 still need" in cli("decide", out, "ada", LAB, "spread", 1, "on paper").out
    strange.unlink()
    assert cli("grade", there, "--out", out).code == 0


def test_a_withdrawn_submission_is_named_and_its_row_stays(cli, hand_in, tmp_path, kernel):
    there, out = tmp_path / "there", tmp_path / "out"

    def kept() -> list[str]:
        ran = cli("grade", there, "--out", out)
        return [line for line in ran.out.splitlines() if line.startswith("kept")]

    hand_in(there, "ada")
    hand_in(there, "bob")
    assert not kept()
    shutil.rmtree(there / "bob")
    path = result_path(out, "bob", LAB)
    (line,) = kept()
    assert line.startswith(f"kept, though its submission is gone: {path} ")
    assert set(grades(out)) == {"ada", "bob"}
    path.unlink()
    assert not kept() and set(grades(out)) == {"ada"}


def test_a_reference_is_executed_once_for_a_seed(course, kernel, tmp_path, capsys):
    use_data(course / "data")
    solution = course / "solutions" / f"{LAB}.ipynb"

    def execute(seed: int) -> tuple[list, bool]:
        made = execute_reference(solution, seed, kernel, tmp_path)
        hidden = [cell.outputs for cell in made.nb.cells if cell.id.startswith("hidden-")]
        return hidden, "executing" in capsys.readouterr().out

    first, executed = execute(1)
    assert executed and execute(1) == (first, False)
    other, executed = execute(2)
    assert executed and other != first
    (kept,) = tmp_path.iterdir()  # of one lab one is kept, for its owner's eyes
    assert kept.stat().st_mode & 0o777 == 0o600


def test_without_the_sandbox_everything_says_so(cli, hand_in, tmp_path, kernel):
    there, out = tmp_path / "there", tmp_path / "out"
    hand_in(there, "ada", double=ANSWERS["double"])
    hand_in(there, "bob")
    ran = cli("grade", there, "--out", out, "--unsafe-no-sandbox")
    assert ran.code == 0 and ran.err.startswith("WARNING: no sandbox.")
    assert (out / "UNSAFE.txt").read_text() == UNSAFE
    pages = [path.read_text() for path in (out / "feedback").iterdir()]
    assert len(pages) == 2 and all(UNSAFE in page for page in pages)
    assert grades(out)["ada"]["score"] == "1"
    hand_in(there, "ada")
    assert cli("grade", there, "--out", out).graded_before == 0  # such results don't count for true
    assert not (out / "UNSAFE.txt").exists()
    assert not any(UNSAFE in path.read_text() for path in (out / "feedback").iterdir())


# A class, disturbed and undisturbed


class Course:
    """``python -m grader grade`` on the toy course: a process with temporary files of its own."""

    def __init__(self, root: Path, cache: Path, there: Path, out: Path, temporary: Path):
        self.arguments = [root, "grade", there, "--out", out]
        self.environment = os.environ | {"FASTFRUGAL_CACHE": str(cache), "TMPDIR": str(temporary)}
        self.out, self.temporary = out, temporary

    def start(self, *more: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-c", COMMAND, *map(str, self.arguments), *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
            text=True,
        )

    def finish(self, process: subprocess.Popen, seconds: float) -> Ran:
        try:
            out, err = process.communicate(timeout=seconds)
        finally:
            process.kill()
        return Ran(process.returncode, out, err)


@pytest.fixture(scope="module")
def a_class(tmp_path_factory, hand_in, unreadable) -> Path:
    """Thirty students. Most hand in blanks, which need no box; those who don't are spread among them."""
    folder = tmp_path_factory.mktemp("class")
    unreadable(folder)
    for k in range(26):
        answers = {
            5: ANSWERS,
            8: KILLING,
            11: ANSWERS | WRONG,
            14: ANSWERS,
            17: KILLING,
            20: WRONG,
            23: ANSWERS,
        }
        hand_in(folder, f"student-{k:02}", **answers.get(k, {}))
    return folder


@pytest.fixture(scope="module")
def graded(course, cache, a_class, kernel, tmp_path_factory) -> Iterator[Callable[[str], Course]]:
    """``graded(name)``: the class to be graded, with results of its own, and the same seed each time."""
    temporary = []

    def make(name: str) -> Course:
        temporary.append(Path(tempfile.mkdtemp()))  # short: sockets lie in it
        temporary[-1].chmod(0o755)
        made = Course(course, cache, a_class, tmp_path_factory.mktemp(name), temporary[-1])
        (made.out / "seed").write_text("424242")
        return made

    yield make
    for folder in temporary:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def undisturbed(graded) -> Course:
    calm = graded("undisturbed")
    ran = calm.finish(calm.start("--jobs", "2"), 120)
    assert (ran.code, ran.graded_before) == (1, 0), ran.err
    return calm


@pytest.fixture(scope="module")
def disturbed(graded) -> dict:
    """Stopped with Ctrl-C, called again, killed, called again with another number of jobs: what was seen."""
    seen = {"course": (course := graded("disturbed"))}

    first = course.start("--jobs", "2")
    _wait_for_progress(first, 9)
    started = time.monotonic()
    first.send_signal(signal.SIGINT)
    seen["stopped"] = course.finish(first, 30)
    seen["seconds to stop"] = time.monotonic() - started
    seen["left when stopped"] = _processes_of(course), list(course.temporary.iterdir())
    seen["results when stopped"] = results(course.out)

    second = course.start("--jobs", "2")
    _wait_for_progress(second, 3)
    while not (family := _drivers(second)):
        assert second.poll() is None, second.stderr.read()
        time.sleep(0.01)
    second.kill()
    course.finish(second, 30)
    seen["outlived a minute"] = psutil.wait_procs(family, timeout=60)[1]
    seen["results when killed"] = results(course.out)

    seen["finished"] = course.finish(course.start("--jobs", "1"), 120)
    seen["left at the end"] = _processes_of(course), list(course.temporary.iterdir())
    return seen


@pytest.mark.parametrize("seconds", [0.0, 0.5, 1.5])
def test_ctrl_c_while_the_reference_runs(graded, seconds):
    course = graded("early")
    process = course.start("--jobs", "2")
    assert any("executing the reference" in line for line in process.stdout)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    stopped = course.finish(process, 30)
    assert stopped.code == 130 and "goes on from here" in stopped.err
    assert not _processes_of(course) and not list(course.temporary.iterdir())


def _wait_for_progress(process: subprocess.Popen, count: int) -> None:
    """Until so many are done in this run, and not longer."""
    for line in process.stdout:
        if line.startswith(f"{count}/"):
            return
    raise AssertionError(f"it ended before: {process.stderr.read()}")


def _drivers(process: subprocess.Popen) -> list[psutil.Process]:
    """What a run has started, as soon as an engine is among it."""
    family = psutil.Process(process.pid).children(recursive=True)
    with contextlib.suppress(psutil.NoSuchProcess):
        if any("grader.engine" in child.cmdline() for child in family):
            return family
    return []


def _processes_of(course: Course) -> list[str]:
    """What there is of them still, after some seconds: who is killed isn't gone at once."""
    deadline = time.monotonic() + 10
    while True:
        lines = [" ".join(p.info["cmdline"] or []) for p in psutil.process_iter(["cmdline"])]
        left = [line for line in lines if str(course.temporary) in line]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.1)


def test_a_class_is_graded_and_leaves_nothing_behind(undisturbed):
    rows = grades(undisturbed.out)
    assert len(rows) == len(results(undisturbed.out)) == 30
    scores = {student: row["score"] for student, row in rows.items() if row["score"] != "0"}
    assert scores == {
        "student-05": "6",
        "student-11": "5",
        "student-14": "6",
        "student-23": "6",
    }
    killed = [
        e for r in results(undisturbed.out).values() for e in r["exercises"] if e["outcome"] == "killed"
    ]
    assert [exercise["name"] for exercise in killed] == ["double", "double"]
    assert (_processes_of(undisturbed), list(undisturbed.temporary.iterdir())) == ([], [])


def test_ctrl_c_stops_at_once_and_says_how_to_go_on(disturbed):
    stopped = disturbed["stopped"]
    assert stopped.code == 130 and stopped.err == f"{STOPPED}\n"
    assert disturbed["seconds to stop"] < 10
    assert disturbed["left when stopped"] == ([], [])
    assert 9 <= len(disturbed["results when stopped"]) < 30


def test_after_a_kill_no_process_stays_and_no_file_is_torn(disturbed):
    assert disturbed["outlived a minute"] == []
    assert len(disturbed["results when stopped"]) + 3 <= len(disturbed["results when killed"]) < 30


def test_a_stopped_and_killed_class_ends_up_as_an_undisturbed_one(disturbed, undisturbed):
    """This one with two jobs throughout, that one with one at the end: the order changes nothing either."""
    finished, out = disturbed["finished"], disturbed["course"].out
    assert (finished.code, finished.err) == (1, "")
    assert finished.graded_before == len(disturbed["results when killed"])
    assert results(out) == results(undisturbed.out)
    assert (out / "grades.csv").read_text() == (undisturbed.out / "grades.csv").read_text()
    assert (out / "needs_person.csv").read_text() == (undisturbed.out / "needs_person.csv").read_text()
    assert disturbed["left at the end"] == ([], [])


def test_an_endless_answer_ends_with_the_run_that_was_killed(graded, hand_in, tmp_path):
    """Though its engine was only just starting: a cell by itself may take 20 seconds."""
    hand_in(tmp_path, "ada", double=f"{ANSWERS['double']}\n\nwhile True:\n    pass")
    course = graded("endless")
    course.arguments[2] = tmp_path
    process = course.start()
    while not (family := _drivers(process)):
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)
    process.kill()
    assert psutil.wait_procs(family, timeout=15)[1] == []
    course.finish(process, 30)


@pytest.mark.slow
def test_two_hundred_submissions_take_no_more_memory_than_fifty(
    course, cache, hand_in, kernel, tmp_path, graded
):
    """Half of them blank; the rate that is printed counts the others only."""
    for k in range(200):
        hand_in(tmp_path / "class", f"student-{k:03}", **(ANSWERS if k % 2 else {}))
    large = graded("large")
    large.arguments[2] = tmp_path / "class"
    process = large.start("--jobs", "2")
    memory, started = {}, time.monotonic()
    for line in process.stdout:
        done = line.partition("/")[0]
        if done.isdigit():
            memory[int(done)] = psutil.Process(process.pid).memory_info().rss
    assert large.finish(process, 60).code == 0
    print(f"{100 / (time.monotonic() - started) * 60:.1f} submissions a minute; memory in MB:", end=" ")
    print({done: memory[done] // 1_000_000 for done in (1, 50, 100, 150, 200)})
    assert abs(memory[200] - memory[50]) < 20_000_000
