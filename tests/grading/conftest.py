"""A small course to be graded: three exercises that need nothing but NumPy, so that a box takes a second."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from grader import run, sandbox
from grader.intake import Submission
from grader.reference import Reference, execute_reference, use_data
from tools.derive import derive
from utils.protocol import lab_name

LAB = "90_toy"
ANSWERS = {
    "double": "def double(x):\n    return 2 * x",
    "spread": "def spread(x):\n    return x.max() - x.min()",
    "counter": (
        "class Counter:\n"
        "    def __init__(self):\n"
        "        self.seen = 0\n\n"
        "    def add(self, x):\n"
        "        self.seen += len(x)\n"
        "        return self.seen"
    ),
}
CALLS = {  # what a hidden check emits, of inputs x that the seed draws
    "double": "emit('doubled', double(x))",
    "spread": "emit('spread', spread(x))",
    "counter": "c = Counter()\nemit('seen', [c.add(x), c.add(x[:3])])",
}
TRIES = {"double": "double(x)", "spread": "spread(x)", "counter": "Counter().add(x)"}
POINTS = {"double": 1, "spread": 2, "counter": 3}


def toy_solution() -> NotebookNode:
    cells = [
        new_code_cell("seed = 0", id="parameters", metadata={"tags": ["parameters"]}),
        new_code_cell(
            "import numpy as np\n\nfrom utils.answers import emit\nfrom utils.checks import check",
            id="setup-imports",
        ),
    ]
    for name, answer in ANSWERS.items():
        head, _, body = answer.partition("\n")
        if name == "counter":  # a stub for each of its methods would be longer and show nothing more
            head, _, body = answer, "", "    pass"
        source = f"{head}\n    ### BEGIN SOLUTION\n{body}\n    ### END SOLUTION"
        cells += [
            new_markdown_cell(f"## {name.title()}\n\nWrite it.", id=f"task-{name}"),
            new_code_cell(source, id=f"ex-{name}", metadata=_nbgrader(f"ex-{name}", solution=True)),
            *([new_code_cell("between = None", id="setup-between")] if name == "counter" else []),
            new_code_cell(
                f"@check('90-{name}')\ndef check_{name}(that):\n    x = np.arange(4.0)\n"
                f"    got = {TRIES[name]}\n"
                "    that(got is not None, 'it returns nothing', 1)\n\n\n"
                f"check_{name}()",
                id=f"check-{name}",
                metadata=_nbgrader(f"check-{name}") | {"tags": ["raises-exception"]},
            ),
        ]
    cells.append(new_code_cell("challenge_seed = seed + 1", id="challenge"))
    for k, name in enumerate(ANSWERS):
        call = CALLS[name].replace("\n", "\n    ")
        source = (
            f"def hidden_{name}(rng):\n    x = rng.normal(size=20)\n    {call}\n\n\n"
            f"hidden_{name}(np.random.default_rng([challenge_seed, {k}]))"
        )
        metadata = _nbgrader(f"hidden-{name}", grade=True, points=POINTS[name])
        metadata |= {"fastfrugal": {"atol": 1e-9}, "tags": ["nbval-ignore-output"]}
        cells.append(new_code_cell(source, id=f"hidden-{name}", metadata=metadata))
    return new_notebook(cells=cells)


def _nbgrader(id: str, solution=False, grade=False, **more) -> dict:
    flags = {"grade_id": id, "schema_version": 3, "task": False, "solution": solution, "grade": grade}
    return {"nbgrader": flags | {"locked": not solution} | more}


@pytest.fixture(scope="session")
def course(tmp_path_factory) -> Path:
    """A folder with solutions/ and labs/, and data to be mounted."""
    root = tmp_path_factory.mktemp("course")
    for name, nb in ((f"solutions/{LAB}", toy_solution()), (f"labs/{lab_name(LAB)}", derive(toy_solution()))):
        (root / name).parent.mkdir()
        nbformat.write(nb, root / f"{name}.ipynb")
    (root / "data").mkdir()
    (root / "data").chmod(0o755)
    return root


@pytest.fixture(scope="session")
def kernel() -> str:
    """The boxed kernel's name; where there can be no box, there is nothing to test."""
    try:
        sandbox.probe()
    except sandbox.NoSandbox as error:
        pytest.skip(str(error))
    return sandbox.NAME


@pytest.fixture(scope="session")
def reference(course, kernel) -> Reference:
    with mock.patch.dict(os.environ):
        use_data(course / "data")
        return execute_reference(course / "solutions" / f"{LAB}.ipynb", 12_345, kernel)


@pytest.fixture(scope="module", autouse=True)
def graded_data(course) -> Iterator[None]:
    """What kernels in boxes read while these tests run. Other tests in this process keep the course's own data."""
    with mock.patch.dict(os.environ):
        use_data(course / "data")
        yield


@pytest.fixture
def submit(course, tmp_path) -> Callable[..., Submission]:
    """Hand in the lab with these answers, ``submit(double="def double(x): …")``; the rest is right."""

    def write(student: str = "ada", **answers: str) -> Submission:
        nb = nbformat.read(course / "labs" / f"{lab_name(LAB)}.ipynb", as_version=4)
        for cell in nb.cells:
            if cell.id.startswith("ex-"):
                name = cell.id[3:]
                cell.source = answers.get(name, ANSWERS[name])
        folder = tmp_path / student
        folder.mkdir(exist_ok=True)
        nbformat.write(nb, folder / f"{lab_name(LAB)}.ipynb")
        return Submission(student, LAB, folder / f"{lab_name(LAB)}.ipynb")

    return write


@pytest.fixture
def grade(submit, reference, kernel) -> Callable[..., dict]:
    """The result of handing in these answers; ``outcome(result)`` is one word an exercise."""

    def run_it(**answers: str) -> dict:
        return run.grade(submit(**answers), reference, kernel)

    return run_it


def outcome(result: dict) -> dict[str, str]:
    return {exercise["name"]: exercise["outcome"] for exercise in result["exercises"]}
