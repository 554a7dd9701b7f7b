"""What learners get is whole, works, and gives nothing away; each way to leak is seen to be found."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_output

from grader import release
from grader.__main__ import main
from grader.release import Leak, scan
from utils.protocol import ANSWER_MIME, lab_name

ROOT = Path(__file__).resolve().parents[2]
SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
LAB, LESSON = "labs/00_lab_start_here.ipynb", "notebooks/00_start_here.ipynb"
SECRET = "return ordered[ranks - 1]"  # the last line of an answer, and nowhere else


def everything(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory):
    return release.release(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture
def tree(tmp_path):
    """A copy outside git, with caches, of what a release reads; its first chapter is enough."""
    tree = tmp_path / "tree"
    for folder in ("notebooks", "labs", "solutions", "utils", "binder", "tools", "grader"):
        shutil.copytree(ROOT / folder, tree / folder, ignore=shutil.ignore_patterns("0[1-9]*", "[1-9]*"))
    for path in ROOT.glob("[A-Za-z]*"):
        if path.is_file():
            shutil.copy(path, tree)
    for cache in ("utils/__pycache__/data.pyc", "labs/.ipynb_checkpoints/x.ipynb"):
        (tree / cache).parent.mkdir(exist_ok=True)
        (tree / cache).write_text(SECRET)
    return tree


# ---- the bundle ---------------------------------------------------------------------------------


def test_it_is_clean_and_whole(bundle):
    assert scan(bundle, SOLUTIONS) == []
    names = {path.relative_to(bundle).as_posix() for path in bundle.rglob("*")}
    for solution in SOLUTIONS:
        assert {f"notebooks/{solution.name}", f"labs/{lab_name(solution.stem)}.ipynb"} <= names
    rooms = {path.relative_to(ROOT).as_posix() for path in ROOT.glob("utils/ch*/checks.py")}
    assert {"README.md", "Makefile", "LICENSE", "utils/ch00/noise.npz", "tools/setup/serve.py"} <= names
    assert len(rooms) > 2 and len(rooms - names) < len(rooms)  # those that git doesn't track yet are missing
    tops = {name.split("/")[0] for name in names}
    assert not tops & {"solutions", "tests", "grader", ".git", "conftest.py", "requirements-test.lock"}
    assert "tools/derive.py" not in names and "tools/record_gpu.py" in names  # which lesson 20 speaks of
    assert (bundle / "binder" / "postBuild").stat().st_mode & 0o100


def test_it_works(bundle, tmp_path):
    """Its own utils, and all of what `make lab` imports and reads before it installs anything."""
    where = shutil.copytree(bundle, tmp_path / "bundle")
    for code in (
        "import utils.checks; print(utils.__file__)",
        "from tools.setup import environment, jupyter_defaults, serve; print(serve.__file__);"
        "environment.key('learner', 'cpu', '3.11')",
    ):
        done = subprocess.run([sys.executable, "-c", code], cwd=where, capture_output=True, text=True)
        assert done.stdout.startswith(str(where)), done.stderr
    done = subprocess.run([sys.executable, "-m", "tools", "help"], cwd=where, capture_output=True, text=True)
    assert done.returncode == 0 and "open JupyterLab" in done.stdout and "grader" not in done.stdout
    done = subprocess.run([sys.executable, "-m", "tools", "test"], cwd=where, capture_output=True, text=True)
    assert done.returncode == 2 and "There is no command 'test'" in done.stderr


def test_its_readme_and_makefile_speak_of_nothing_that_it_lacks(bundle):
    text = (bundle / "README.md").read_text(encoding="utf-8")
    assert text.count("```") == 2 and "make lab" in text and "**conda**" in text and "## Licences" in text
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert link.startswith("http") or (bundle / link).exists(), link
    for word in ("solution", "grader", "make test", "OWNER", "CONTRIBUTING", "repository only"):
        assert word not in text, word
    made = subprocess.run(["make", "-n", "test"], cwd=bundle, capture_output=True, text=True)
    assert made.returncode and "No rule" in made.stderr
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=bundle, capture_output=True, text=True
    ).stdout
    assert [line.split()[1] for line in listed.splitlines()] == ["help", "lab", "prepare", "clean"]


def test_the_same_tree_gives_the_same_bytes(tree, tmp_path):
    first = release.release(tree, tmp_path / "a")
    for path in tree.rglob("*"):
        os.utime(path, (1e9, 1e9))
    second = release.release(tree, tmp_path / "b")
    assert everything(first) == everything(second)
    assert first.with_suffix(".zip").read_bytes() == second.with_suffix(".zip").read_bytes()
    release.release(tree, tmp_path / "a")  # over an older one, of which nothing is left lying about
    assert sorted(p.name for p in (tmp_path / "a").iterdir()) == ["fast-and-frugal", "fast-and-frugal.zip"]
    with zipfile.ZipFile(tmp_path / "a" / "fast-and-frugal.zip") as packed:
        packed.extractall(tmp_path / "unpacked")
    assert everything(tmp_path / "unpacked" / "fast-and-frugal") == everything(first)


def test_only_what_git_tracks(tree, tmp_path):
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)
    subprocess.run(["git", "add", "README.md", "labs", "solutions"], cwd=tree, check=True)
    (tree / "labs" / "draft.ipynb").write_text(SECRET)
    made = everything(release.release(tree, tmp_path / "dist"))
    assert set(made) == {"README.md", LAB}


# ---- leaks --------------------------------------------------------------------------------------


def edit(path: Path, change) -> None:
    nb = nbformat.read(path, 4)
    change(nb)
    # ASCII, as some programs write notebooks, and sources in one piece.
    path.write_text(json.dumps(nb))


CELLS = [cell for path in SOLUTIONS for cell in nbformat.read(path, 4).cells]


def solution_cell(start: str):
    return deepcopy(next(cell for cell in CELLS if cell.id.startswith(start)))


def hidden_lines():
    """Of a hidden check, without imports, which are no secret."""
    lines = [line.strip() for line in solution_cell("hidden-").source.splitlines()]
    return [line for line in lines if line and "import " not in line]


def before() -> str:
    """The answer's line before its last one: code may share one line with an answer, not two in a row."""
    lines = [line.strip() for line in solution_cell("ex-percentiles").source.splitlines()]
    return lines[lines.index(SECRET) - 1]


def with_cell(cell):
    return lambda tree: edit(tree / LAB, lambda nb: nb.cells.append(cell))


def with_output(output):
    return with_cell(new_code_cell("1", outputs=[output]))


def readme(tree):
    with open(tree / "README.md", "a") as file:
        file.write(f"\n- the trick: `{SECRET}`\n")


def checks_line(tree):
    (tree / "utils" / "timing.py").write_text(solution_cell("hidden-").source)


def metadata(tree):
    edit(tree / LAB, lambda nb: nb.metadata.update(editor={"undo": ["x\n", f"    {SECRET}\n"]}))


def attachment(tree):
    edit(tree / LAB, lambda nb: nb.cells[0].update(attachments={"a.txt": {"text/plain": SECRET}}))


def stream_in_a_lesson(tree):
    shown = new_output("stream", text=f"-> 3     {SECRET}")
    edit(tree / LESSON, lambda nb: nb.cells.append(new_code_cell("%debug", outputs=[shown])))


def utils_line(tree):
    (tree / "utils" / "timing.py").write_text(f"def percentiles():\n    {before()}\n    {SECRET}\n")


def zipped(tree):
    """A lab with a hidden check, in a zip file in a zip file."""
    edit(tree / LAB, lambda nb: nb.cells.append(solution_cell("hidden-")))
    with zipfile.ZipFile(tree / "inner.zip", "w") as inner:
        inner.write(tree / LAB, "a.ipynb")
    with zipfile.ZipFile(tree / "utils" / "data.zip", "w", zipfile.ZIP_DEFLATED) as outer:
        outer.write(tree / "inner.zip", "inner.zip")
    shutil.copy(ROOT / LAB, tree / LAB)


def solution_as_lesson(tree):
    shutil.copy(tree / "solutions" / "00_start_here.ipynb", tree / "notebooks" / "09_new.ipynb")


def answer_in_a_lesson(tree):
    edit(tree / LESSON, lambda nb: nb.cells.append(solution_cell("ex-")))


def copied_check(tree):
    """As JupyterLab copies a cell: a new id, the same metadata."""
    cell = solution_cell("hidden-")
    with_cell(new_code_cell("1", metadata={"nbgrader": {"grade": True, **cell.metadata.nbgrader}}))(tree)


def tests_folder(tree):
    with zipfile.ZipFile(tree / "utils" / "old.zip", "w") as old:
        old.writestr("Tests/a.py", "")


def two_lines(tree):
    """In a row, as in a hidden check; one of them alone may be anybody's."""
    first, second = hidden_lines()[-3:-1]
    (tree / "utils" / "timing.py").write_text(f"if True:\n    {first}\n\n    {second}\n")


def no_solutions(tree):
    shutil.rmtree(tree / "solutions")


ANSWER = {"name": "x", "dtype": "int64", "shape": [], "data": [1]}
RED = "\x1b[31m"
FRAME = f"---> 3 return{RED} ordered[ranks {RED}-{RED} 1]"
LEAKS = {
    "a line in the README": (readme, f"README.md: {SECRET}"),
    "lines in utils": (utils_line, "utils/timing.py: "),
    "a hidden check's lines": (checks_line, "utils/timing.py: "),
    "a line in a cell": (with_cell(new_code_cell(f"def f():\n    {SECRET}")), f"{LAB}: {SECRET}"),
    "a line in an output": (with_output(new_output("stream", text=f"1\n  {SECRET}")), f"{LAB}: {SECRET}"),
    "a line in a coloured traceback": (
        with_output(new_output("error", ename="E", evalue="", traceback=[FRAME])),
        f"{LAB}: {SECRET}",
    ),
    "a line in metadata": (metadata, f"{LAB}: {SECRET}"),
    "a line in an attachment": (attachment, f"{LAB}: {SECRET}"),
    "a line in a lesson's output": (stream_in_a_lesson, f"{LESSON}: {SECRET}"),
    "an answer in a lesson": (answer_in_a_lesson, f"{LESSON}: "),
    "a solution among the lessons": (solution_as_lesson, f"notebooks/09_new.ipynb: {SECRET}"),
    "a hidden check": (with_cell(solution_cell("hidden-")), f'{LAB}: "hidden-'),
    "a challenge": (with_cell(solution_cell("challenge")), f'{LAB}: "challenge"'),
    "labels": (with_cell(solution_cell("truth-")), f'{LAB}: "truth-'),
    "a cell for the solution only": (
        with_cell(new_code_cell("1", metadata={"tags": ["solution-only"]})),
        f'{LAB}: "solution-only"',
    ),
    "a copied check": (copied_check, f'{LAB}: "grade": true'),
    "an answer's output": (
        with_output(new_output("display_data", data={ANSWER_MIME: ANSWER})),
        f'{LAB}: "{ANSWER_MIME}"',
    ),
    "a check in a zip in a zip": (zipped, 'utils/data.zip: inner.zip: a.ipynb: "hidden-'),
    "tests": (tests_folder, "utils/old.zip: Tests/a.py: for instructors"),
    "two lines in a row": (two_lines, "utils/timing.py: "),
    "nothing to compare with": (no_solutions, "no solutions to compare with"),
}


@pytest.fixture
def old(tmp_path):
    """Where an earlier release lies."""
    (tmp_path / "dist" / "fast-and-frugal").mkdir(parents=True)
    for name in ("fast-and-frugal/README.md", "fast-and-frugal.zip"):
        (tmp_path / "dist" / name).write_text("the old one")
    return tmp_path / "dist"


@pytest.mark.parametrize("kind", LEAKS)
def test_a_leak_is_found_and_the_old_release_stays(tree, old, kind):
    plant, line = LEAKS[kind]
    before = everything(old)
    plant(tree)
    with pytest.raises(Leak) as leak:
        release.release(tree, old)
    assert line in str(leak.value)
    assert everything(old) == before


def test_the_command_prints_what_leaks(tree, old, capsys):
    readme(tree)
    assert main(["release", "--out", str(old)], root=tree) == 2
    assert f"README.md: {SECRET}\n" in capsys.readouterr().err
    assert (old / "fast-and-frugal.zip").read_text() == "the old one"


def test_what_is_open_is_no_leak(tree, tmp_path):
    """An import of an answer's that a lesson has too, a stub, and code that speaks of challenges."""
    shown = next(line for line in solution_cell("check-").source.splitlines() if len(line) > 12)
    cell = new_code_cell(f'{shown}\n# YOUR CODE HERE\nprint("challenge", "hidden-layers", {{"grade": True}})')
    with_cell(cell)(tree)
    assert release.release(tree, tmp_path / "dist").exists()


def test_what_many_would_write_is_no_leak(tree, tmp_path):
    """A line within another one, a short one, an import, a hidden check's line by itself."""
    alone = max(hidden_lines(), key=len)
    short = next(line for line in solution_cell("ex-percentiles").source.splitlines() if 12 < len(line) < 25)
    lines = [
        f"values = [{SECRET.removeprefix('return ')}, 0]",
        short,
        "x = 1",
        "import numpy as np",
        "y = 2",
        alone,
    ]
    (tree / "utils" / "timing.py").write_text("\n".join(lines))
    assert release.release(tree, tmp_path / "dist").exists()


def test_a_file_may_be_called_as_it_likes(tree, tmp_path):
    names = ["utils/ch99/hidden_state.py", "utils/ch99/test_data.py", "utils/ch99/tests/solutions.py"]
    for name in names:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_text("x = 1\n")
    made = everything(release.release(tree, tmp_path / "dist"))
    assert set(names) <= set(made)


def test_a_chapters_checks_may_hold_what_is_right(tree, tmp_path):
    for name in ("utils/ch99/checks.py", "utils/ch99/check_more.py"):
        (tree / name).parent.mkdir(exist_ok=True)
        (tree / name).write_text(f"def right():\n    {SECRET}\n")
    made = everything(release.release(tree, tmp_path / "dist"))
    assert SECRET.encode() in made["utils/ch99/checks.py"]
    (tree / "utils" / "ch99" / "lab.py").write_text(f"def right():\n    {before()}\n    {SECRET}\n")
    with pytest.raises(Leak, match="utils/ch99/lab.py"):
        release.release(tree, tmp_path / "dist")


def test_a_lesson_makes_its_lines_public(tree, tmp_path):
    edit(tree / LESSON, lambda nb: nb.cells.append(new_code_cell(SECRET)))
    readme(tree)
    assert release.release(tree, tmp_path / "dist").exists()


def test_an_answer_without_an_end_is_secret_to_the_cells_end(tree, tmp_path):
    def unclosed(nb):
        for cell in nb.cells:
            cell.source = cell.source.replace("### END SOLUTION", "")

    edit(tree / "solutions" / "00_start_here.ipynb", unclosed)
    readme(tree)
    with pytest.raises(Leak, match="README.md"):
        release.release(tree, tmp_path / "dist")


def test_the_command_says_where_it_is(tmp_path, capsys):
    assert main(["release", "--out", str(tmp_path / "new" / "dist")]) == 0
    assert str(tmp_path / "new" / "dist" / "fast-and-frugal") in capsys.readouterr().out
