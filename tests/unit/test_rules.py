"""Each rule is seen to fail: a rule that can't is none."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output

from tools import rules
from tools.derive import derive
from tools.notebook_files import ROOT, cell_by_id, paths, read, source_digest


def test_the_tree_keeps_its_rules():
    assert list(rules.problems()) == []


@pytest.fixture
def solution():
    return read(ROOT / "solutions" / "00_start_here.ipynb")


def code(id, source, **kwargs):
    cell = new_code_cell(source, **kwargs)
    cell.id = id
    return cell


def test_form_is_clean_to_begin_with(solution):
    assert list(rules.form(solution)) == []


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda nb: nb.cells.append(code("Bad_Id", "1")), "use words"),
        (lambda nb: nb.cells.append(code("long", "x = 1\n" * 41)), "41 lines"),
        (lambda nb: nb.cells.append(code("wide", "x = '" + "y" * 88 + "'")), "94 characters"),
        (lambda nb: nb.cells.extend(code(f"c{i}", "1") for i in range(60)), "cells; at most"),
        (lambda nb: nb.metadata.update(widgets={}), "widget state"),
        (lambda nb: nb.metadata.kernelspec.update(name="julia"), "python3"),
        (lambda nb: nb.update(nbformat_minor=4), "4.5"),
        (lambda nb: nb.cells.append(new_markdown_cell("![](plot.png)")), "alt text"),
        (lambda nb: nb.cells.append(new_markdown_cell('<img src="plot.png">')), "alt text"),
    ],
)
def test_form(solution, spoil, said):
    spoil(solution)
    assert any(said in problem for problem in rules.form(solution))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda c: c.update(source=c.source + "\n1"), "edited after"),
        (lambda c: c.update(execution_count=None), "not executed"),
        (lambda c: c.outputs.append(new_output("error", ename="E", evalue="", traceback=[])), "ends in E"),
        (lambda c: c.outputs.append(new_output("stream", name="stderr", text="!")), "stderr"),
    ],
)
def test_execution(solution, spoil, said):
    assert list(rules.execution(solution)) == []
    spoil(cell_by_id(solution, "check-timer"))
    assert any(said in problem for problem in rules.execution(solution))


def test_too_few_compared_cells(solution):
    for cell in solution.cells:
        cell.metadata["tags"] = [rules.IGNORED]
    said = list(rules.execution(solution))
    assert any("compares 0%" in problem for problem in said)
    assert any("parameters" in problem for problem in said)


def test_drawing_cells_and_hidden_checks_do_not_count():
    nb = read(paths("solutions")[0])
    nb.cells = [cell for cell in nb.cells if cell.id.startswith("hidden-")]
    assert rules.compared_share(nb) == (1.0, 0)


def drop(id):
    return lambda nb: nb.cells.remove(cell_by_id(nb, id))


def points(nb):
    cell_by_id(nb, "hidden-timer").metadata.nbgrader.points = 0


def unlocked(nb):
    cell_by_id(nb, "check-timer").metadata.nbgrader.locked = False


def early(nb):
    nb.cells.insert(0, nb.cells.pop(nb.cells.index(cell_by_id(nb, "hidden-timer"))))


def no_hints(nb):
    cell_by_id(nb, "task-timer").source = "Do it."


def unseeded(nb):
    cell_by_id(nb, "challenge").source = "challenge = 1"


def untagged(nb):
    cell_by_id(nb, "hidden-timer").metadata["tags"] = []


def labels_in_the_open(nb):
    nb.cells.append(new_code_cell("emit('labels', 1)", id="truth-timer"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (labels_in_the_open, "solution-only"),
        (drop("check-timer"), "no cell check-timer"),
        (drop("hidden-timer"), "no cell hidden-timer"),
        (drop("task-timer"), "task-timer"),
        (drop("challenge"), "needs a cell challenge"),
        (points, "no points"),
        (unlocked, "nbgrader's locked"),
        (early, "after the challenge"),
        (no_hints, "three folded hints"),
        (untagged, "needs the tag"),
        (unseeded, "begins with challenge_seed"),
    ],
)
def test_exercise_cells(solution, spoil, said):
    assert list(rules.exercise_cells(solution)) == []
    spoil(solution)
    assert any(said in problem for problem in rules.exercise_cells(solution))


def test_claims_and_layout_of_another_tree(monkeypatch, tmp_path):
    lesson = read(ROOT / "notebooks" / "00_start_here.ipynb")
    for cell in lesson.cells:
        if cell.id == "claim-a-a":
            cell.source = 'claim("01-aa", "t", 1, at_least=0)\nclaim("01-aa", "t", 1, at_least=0)'
    (tmp_path / "notebooks").mkdir()
    from tools import notebook_files

    notebook_files.write(tmp_path / "notebooks" / "00_start_here.ipynb", lesson)
    for module in (notebook_files, rules):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    said = list(rules.claims())
    assert any("should begin with 00-" in problem for problem in said)
    assert any("is in notebooks/00_start_here.ipynb too" in problem for problem in said)
    assert set(rules.layout()) == {
        "solutions/00_start_here.ipynb is missing",
        "labs/00_lab_start_here.ipynb is missing",
        "README.md's table has no row for notebooks/00_start_here.ipynb",
    }


def test_imports(monkeypatch, tmp_path):
    for path, lines in {
        "utils/core.py": "from grader.compare import x\nfrom utils.ch05 import sevens\nimport utils.data",
        "utils/ch04/a.py": "from utils.ch05.sevens import draw\nfrom utils.ch04.lab import x\nfrom utils.data import y",
        "tools/bad.py": "import utils.data\nfrom utils.protocol import HIDDEN\nfrom utils.files import write_whole",
    }.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(lines)
    monkeypatch.setattr(rules, "ROOT", tmp_path)
    assert list(rules.imports()) == [
        "utils/ch04/a.py imports utils.ch05.sevens.draw: what two chapters need moves up into the core",
        "utils/core.py imports grader.compare.x",
        "utils/core.py imports utils.ch05.sevens: what two chapters need moves up into the core",
        "tools/bad.py imports utils.data",
    ]


def test_rooms(monkeypatch, tmp_path):
    (tmp_path / "utils" / "ch07").mkdir(parents=True)
    (tmp_path / "utils" / "ch07" / "good.py").write_text('"""Caches of chapter 07."""')
    (tmp_path / "utils" / "ch07" / "bad.py").write_text('"""Helpers."""')
    (tmp_path / "utils" / "long.py").write_text("x = 1\n" * 1601)
    monkeypatch.setattr(rules, "ROOT", tmp_path)
    core, room = list(rules.rooms())
    assert "1 files of 1,601 lines" in core and "utils/ch07/bad.py" in room


def test_a_lab_shows_little_besides_tasks_and_answers(solution):
    lab = derive(solution)
    assert list(rules.in_sight(lab)) == []
    lab.cells.append(code("setup-machinery", "x = 1\n" * 81))
    cell_by_id(lab, "check-timer").source += "\nassert 1\nassert 2"
    shown, check = list(rules.in_sight(lab))
    assert "neither task nor answer" in shown and "utils/ch00/checks.py" in check
    lab.cells[-1].metadata["jupyter"] = {"source_hidden": True}
    assert len(list(rules.in_sight(lab))) == 1


def test_digest_depends_on_code_only(solution):
    before = source_digest(solution)
    solution.cells.append(new_markdown_cell("prose"))
    assert source_digest(solution) == before
