"""What really comes back from a class: no honest point is lost without a person being asked."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shutil
import tempfile
from collections.abc import Callable
from unittest import mock

import nbformat
import numpy as np
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from grader.__main__ import main
from tests.conftest import tried_in_full
from tests.grading.conftest import ANSWERS, LAB, POINTS
from utils.protocol import REPLY_MIME, lab_name

pytestmark = pytest.mark.xdist_group("grading-cli")

RIGHT = ANSWERS["double"]
WRONG = "def double(x):\n    return 3 * x"
STUB = "def double(x):\n    # YOUR CODE HERE\n    raise NotImplementedError()"
HELPED = "def double(x):\n    return helper(x, x)"
ROOTED = "def double(x):\n    return sqrt(4) * x"
Accident = Callable[[NotebookNode], None]


def answered(nb: NotebookNode, **answers: str) -> None:
    for cell in nb.cells:
        cell.source = (ANSWERS | answers).get(cell.id.removeprefix("ex-"), cell.source)


def below(source: str, **answers: str) -> Accident:
    """These answers, and a cell of the learner's own at the end."""

    def change(nb: NotebookNode) -> None:
        answered(nb, **answers)
        nb.cells.append(new_code_cell(source))

    return change


def turned(kind: str) -> Accident:
    def change(nb: NotebookNode) -> None:
        answered(nb)
        for cell in nb.cells:
            cell.cell_type = kind if cell.id == "ex-double" else cell.cell_type

    return change


def replaced_by(*cells: NotebookNode) -> Accident:
    def change(nb: NotebookNode) -> None:
        nb.cells = list(cells)

    return change


def without_ids(nb: NotebookNode) -> None:
    """As Colab and old Jupyters save it."""
    answered(nb)
    for cell in nb.cells:
        del cell["id"]
    nb.nbformat_minor = 4


def moved_to_new_cells(nb: NotebookNode) -> None:
    nb.cells += [new_code_cell(source) for source in ANSWERS.values()]


def shown(nb: NotebookNode) -> None:
    """What the visible checks displayed where the notebook was written: all green."""
    for cell in nb.cells:
        if cell.id.startswith("check-"):
            said = f"90-{cell.id.removeprefix('check-')} passes"
            data = {"text/html": f"<b>\u2713 {said}.</b>", REPLY_MIME: {"status": "passed", "message": ""}}
            cell.outputs = [new_output("display_data", data | {"text/plain": f"\u2713 {said}"})]


def writes(source: str) -> Accident:
    """This in double's cell, and all checks green."""

    def change(nb: NotebookNode) -> None:
        answered(nb, double=source)
        shown(nb)

    return change


def cleared(source: str) -> Accident:
    """The same, but all outputs were cleared, as careful students do."""
    return lambda nb: answered(nb, double=source)


def in_the_checks_cell(nb: NotebookNode) -> None:
    """Above the check where there is one of a real lab, which imports it."""
    answered(nb, double=STUB)
    for cell in nb.cells:
        if cell.id == "check-double":
            cell.source = f"from utils.ch00.checks import check_x\n\n{RIGHT}\n\ncheck_x(double)"


def merged_with_its_check(nb: NotebookNode) -> None:
    """Shift-M in JupyterLab: an answer, its check, and the next answer in one cell."""
    check = "from utils.ch00.checks import check_x\n\ncheck_x(double)"
    answered(nb, double="\n\n".join([RIGHT, check, ANSWERS["spread"]]))
    nb.cells = [cell for cell in nb.cells if cell.id not in ("check-double", "ex-spread")]


def gone(nb: NotebookNode) -> None:
    answered(nb)
    shown(nb)
    nb.cells = [cell for cell in nb.cells if cell.id != "ex-double"]


MACHINE = "here its cell raised"
CHECK = "its check passes in the notebook that was handed in, and not here"
# As trackers tell it: accident -> (what it does, points of 6 that it must get, why a person is asked, if one is)
TRACKED: dict[str, tuple[Accident, float, str]] = {
    # jupyter/nbgrader#1844, #1210
    "input in the function": (cleared("def double(x):\n    return int(input('by? ')) * x"), 5, "`input()`"),
    "input below": (writes(f"{RIGHT}\n\ndouble(int(input('n? ')))"), 6, ""),
    "input above": (writes(f"n = int(input('n? '))\n{RIGHT}"), 5, f"{MACHINE} StdinNotImplementedError"),
    # jupyter/notebook#4400, sagemathinc/cocalc#4588
    "an exit below": (cleared(f"{RIGHT}\nimport sys\nsys.exit()"), 6, ""),
    "a dead kernel": (writes("import os\ndef double(x):\n    os._exit(1)"), 5, CHECK),
    # jupyter/nbgrader#1154
    "the stub's raise below": (writes(f"{RIGHT}\nraise NotImplementedError()"), 6, ""),
    "the stub's raise below a return": (writes(f"{RIGHT}\n    raise NotImplementedError()"), 6, ""),
    # phreakyphoenix/MXNet-GluonCV-AWS-Coursera#1, googlecolab/colabtools#5393
    "Colab's drive": (
        cleared(f"from google.colab import drive\n{RIGHT}"),
        5,
        f"{MACHINE} ModuleNotFoundError",
    ),
    "a magic of Colab's": (cleared(f"%tensorflow_version 2.x\n{RIGHT}"), 5, f"{MACHINE} UsageError"),
    # selfteaching/selfteaching-python-camp#2204, jupyter/nbgrader#894
    "a path of Windows": (
        cleared(f"data = open(r'C:\\Users\\ada\\x.csv')\n{RIGHT}"),
        5,
        f"{MACHINE} FileNotFoundError",
    ),
    "its folder": (cleared(f"%cd /content/drive/MyDrive\n{RIGHT}"), 6, ""),
    # jupyter/nbgrader#1876
    "a module of the student's": (cleared("from mine import double"), 5, f"{MACHINE} ModuleNotFoundError"),
    # sagemathinc/cocalc#6137
    "widgets": (writes(f"from ipywidgets import interact\n{RIGHT}\ninteract(double, x=(0, 9))"), 6, ""),
    "packages installed": (writes(f"!pip install -q scipy\n%pip install -q scipy\n{RIGHT}"), 6, ""),
    "a newer Python": (writes("def double(x):\n    d = {'a': t'{x}'}\n    return 2 * x"), 5, CHECK),
    # ikhlaqsidhu/data-x#25: what is there on one machine only, a GPU or what a deleted cell defined
    "a deleted cell's name": (writes("def double(x):\n    return factor * x"), 5, CHECK),
    "a GPU in the function": (
        cleared("def double(x):\n    import torch\n    return 2 * torch.tensor(x, device='cuda')"),
        5,
        "it asks for a GPU",
    ),
    "a GPU": (writes("def double(x):\n    raise RuntimeError('no NVIDIA driver')"), 5, CHECK),
    "emptied after its check": (writes(""), 5, CHECK),
    "deleted after its check": (gone, 5, CHECK),
    # sagemathinc/cocalc#4916
    "in its check's cell": (in_the_checks_cell, 5, f"{MACHINE} ImportError"),
    "merged with its check": (merged_with_its_check, 4, f"{MACHINE} ImportError"),
    "prompts pasted": (cleared(">>> def double(x):\n...     return 2 * x"), 6, ""),
    "tabs": (cleared(RIGHT.replace("    ", "\t")), 6, ""),
    "much printed": (writes("def double(x):\n    print('x' * 2_000_000)\n    return 2 * x"), 6, ""),
    # What was wrong on the student's machine, too, asks nobody.
    "green, and wrong by the hidden check alone": (writes(WRONG), 5, ""),
    "smart quotes": (cleared("def double(x):\n    return \u201c2\u201d * x"), 5, ""),
    "an error in the function": (cleared("def double(x):\n    return 2 * y"), 5, ""),
}
# accident -> (what it does, points of 6 that it must get, whether a person is asked)
ACCIDENTS: dict[str, tuple[Accident, float, bool]] = {
    "none": (answered, 6, False),
    "the right definition in a cell below a wrong one": (below(ANSWERS["double"], double=WRONG), 5, True),
    "an experiment in a cell below a right one": (below(WRONG), 6, False),
    "Markdown": (turned("markdown"), 6, False),
    "raw": (turned("raw"), 6, False),
    "the lesson": (replaced_by(new_markdown_cell("# A lesson"), new_code_cell("x = 1")), 0, True),
    "another lab": (replaced_by(new_code_cell("def area(x):\n    return x", id="ex-area")), 0, True),
    "a helper in a cell": (below("def helper(a, b):\n    return a + b", double=HELPED), 5, True),
    "a helper beside a question": (
        below("np.add?\ndef helper(a, b):\n    return a + b", double=HELPED),
        5,
        True,
    ),
    "a helper beside a shell command": (below("files = !ls\nhelper = np.add", double=HELPED), 5, True),
    "a helper beside an indented magic": (
        below("if True:\n    %timeit 1\n    helper = np.add", double=HELPED),
        5,
        True,
    ),
    "all of a module": (below("from math import *", double=ROOTED), 5, True),
    "no ids": (without_ids, 6, False),
    "all in new cells": (moved_to_new_cells, 6, False),
    "a magic first": (lambda nb: answered(nb, double=f"%%time\n{ANSWERS['double']}"), 6, False),
    "a plain mistake": (lambda nb: answered(nb, double=WRONG), 5, False),
}
# student: where the notebook lies
PLACES = {
    "week": f"submitted/week/week1/{lab_name(LAB)}.ipynb",
    "drive": f"drive/Copy of {lab_name(LAB)}.ipynb",
    "moodle": f"moodle/{lab_name(LAB)}-1.ipynb",
    "windows": f"windows/{lab_name(LAB)} - Copy (2).ipynb",
    "mac": f"mac/{lab_name(LAB)} copy.ipynb",
    "shouting": f"shouting/{lab_name(LAB)}.IPYNB",
    "text": f"text/{lab_name(LAB)}.ipynb.txt",
}


def sample(config: pytest.Config, accidents: dict) -> dict:
    """All of them, or every third where the grader hasn't changed lately."""
    return dict(list(accidents.items())[:: 1 if tried_in_full(config, "grader") else 3])


def pytest_generate_tests(metafunc):
    for name, accidents in (("accident", ACCIDENTS), ("tracked", TRACKED)):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, sample(metafunc.config, accidents))


@pytest.fixture(scope="module")
def graded(request, course, kernel, tmp_path_factory) -> tuple[dict[str, dict], dict[str, str]]:
    """Rows of grades.csv, and why a person is asked, by student; the class is graded once."""
    folder, cache = tmp_path_factory.mktemp("class"), tmp_path_factory.mktemp("cache")
    np.savez(cache / "mnist.npz", x_test=np.zeros((2, 28, 28), np.uint8), y_test=np.zeros(2, np.uint8))
    lab = course / "labs" / f"{lab_name(LAB)}.ipynb"
    for student, (accident, *_) in {
        **sample(request.config, ACCIDENTS),
        **sample(request.config, TRACKED),
    }.items():
        nb = nbformat.read(lab, as_version=4)
        accident(nb)
        (folder / student).mkdir()
        nbformat.write(nb, folder / student / lab.name)
    for place in PLACES.values():
        (folder / place).parent.mkdir(parents=True)
        shutil.copy(folder / "none" / lab.name, folder / place)
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
        mock.patch.dict(os.environ, FASTFRUGAL_CACHE=str(cache)),
        mock.patch.object(tempfile, "tempdir", tempfile.gettempdir()),
    ):
        assert main(["grade", str(folder), "--out", str(folder / "grades"), "--jobs", "2"], course) == 1
    tables = []
    for name in ("grades.csv", "needs_person.csv"):
        with open(folder / "grades" / name, newline="", encoding="utf-8") as file:
            tables.append(list(csv.DictReader(file)))
    return {r["student_id"]: r for r in tables[0]}, {r["student"]: r["why"] for r in tables[1]}


def test_no_honest_point_is_lost_in_silence(accident, graded):
    rows, asked = graded
    _, points, person = ACCIDENTS[accident]
    assert (float(rows[accident]["score"]), accident in asked) == (points, person), asked.get(accident)


def test_what_trackers_tell_loses_no_point_in_silence(tracked, graded):
    rows, asked = graded
    _, points, why = TRACKED[tracked]
    assert float(rows[tracked]["score"]) == points
    assert why in asked[tracked] if why else tracked not in asked


@pytest.mark.parametrize("student", PLACES)
def test_a_file_is_taken_wherever_it_clearly_belongs(student, graded):
    rows, asked = graded
    assert float(rows[student]["score"]) == sum(POINTS.values()) and student not in asked
    assert "" not in asked  # nothing was passed over
