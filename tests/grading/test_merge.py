"""What becomes of a lab's cells in learners' hands."""

from __future__ import annotations

import json
import re
from pathlib import Path

import nbformat
import pytest

from grader.intake import Cell, read_cells
from grader.merge import Merged, Stub, merge, same_code
from utils.protocol import lab_name

ROOT = Path(__file__).resolve().parents[2]
MLP, START = "01_mlp_keras", "00_start_here"


def place(folder, name):
    return ROOT / folder / f"{lab_name(name) if folder == 'labs' else name}.ipynb"


def read(folder, name):
    return nbformat.read(place(folder, name), as_version=4)


def code(folder, name):
    return read_cells(place(folder, name).read_bytes())


LAB = {name: code("labs", name) for name in (START, MLP)}
SOLVED = {cell.id: cell.source for name in LAB for cell in code("solutions", name)}
ROC, DETECTOR = SOLVED["ex-roc"], SOLVED["ex-detector"]
OTHER_ROC = ROC.replace("np.argsort(-score)", "np.argsort(score)[::-1]")
CHOOSE, DETECT = DETECTOR.split("\n\n\n")


def run(cells, name=MLP, **how):
    stubs = [Stub(cell.id[3:], cell.source) for cell in LAB[name] if cell.id.startswith("ex-")]
    return merge(cells, stubs, [cell.id for cell in LAB[name] if cell.id.startswith("check-")], **how)


def set_up(name=MLP):
    return [cell.source for cell in LAB[name] if not cell.id.startswith(("ex-", "check-"))]


def answered(name=MLP, **changed):
    """The lab with every answer in its place; ``roc=[…]``: these cells instead of the one of ex-roc."""
    cells = []
    for cell in LAB[name]:
        own = cell._replace(source=SOLVED.get(cell.id, cell.source)) if cell.id.startswith("ex-") else cell
        cells += changed.get(cell.id.removeprefix("ex-"), [own])
    return cells


def ex(name, source):
    return Cell(f"ex-{name}", f"ex-{name}", source)


def copy(name, source):
    """What JupyterLab makes of a cell that is copied, pasted, split or merged: the id is a new one."""
    return Cell("3f6c1a90", f"ex-{name}", source)


def own(source):
    return Cell("b7d20e11", "", source)


def stub(name):
    return next(cell.source for cell in LAB[MLP] if cell.id == f"ex-{name}")


RIGHT = {name: {c.id[3:]: c.source for c in answered(name) if c.id.startswith("ex-")} for name in LAB}


@pytest.mark.parametrize("name", LAB)
def test_answers_in_their_places_travel_and_nothing_needs_a_person(name):
    merged = run(answered(name), name)
    assert merged == Merged(RIGHT[name], [], [], [], {}, {})
    assert list(merged.answers) == list(RIGHT[name])


@pytest.mark.parametrize("name", LAB)
def test_answers_as_learners_write_them_travel_as_they_are(name):
    for file in sorted((ROOT / "tests/answers" / name).glob("ex-*/*.py")):
        exercise, source = file.parent.name[3:], file.read_text(encoding="utf-8")
        merged = run(answered(name, **{exercise: [ex(exercise, source)]}), name)
        assert merged == Merged({**RIGHT[name], exercise: source}, [], [], [], {}, {}), file


@pytest.mark.parametrize("name", LAB)
def test_an_untouched_lab_is_blank(name):
    assert run(LAB[name], name) == Merged({}, list(RIGHT[name]), [], [], {}, {})


@pytest.mark.parametrize(
    "source",
    [
        "",
        " \n\t\n",
        "# nothing\n  # here",
        stub("roc") + "  \n\n",
        stub("roc").replace("\n", "\t\n\n# Why?\n"),
    ],
)
def test_blank_ones(source):
    merged = run(answered(roc=[ex("roc", source)]))
    assert merged.blank == ["roc"] and "roc" not in merged.answers and not merged.missing


def test_a_deleted_cell_is_missing():
    assert run(answered(roc=[]))[1:] == ([], ["roc"], [], {}, {})
    assert run([])[:3] == ({}, [], list(RIGHT[MLP]))


def test_order_does_not_matter():
    merged = run(answered()[::-1])
    assert merged == run(answered()) and list(merged.answers) == list(RIGHT[MLP])


@pytest.mark.parametrize("handed_in", [[ROC, ROC + " \n"], [stub("roc"), ROC], [ROC, stub("roc")], ["", ROC]])
def test_copies_that_are_the_same_or_blank_don_t_count(handed_in):
    merged = run(answered(roc=[ex("roc", handed_in[0]), copy("roc", handed_in[1])]))
    assert merged.answers["roc"].rstrip() == ROC
    assert [note.split(":")[0] for note in merged.notes] == ["roc"] and "left out" in merged.notes[0]
    assert not merged.person and not merged.if_failed


@pytest.mark.parametrize(
    "first, second, taken",
    [
        (ROC, OTHER_ROC, OTHER_ROC),
        (OTHER_ROC, ROC, ROC),
        (ROC, OTHER_ROC.replace("return", "retrun"), ROC),
        (ROC, "roc_auc(is_positive, score)", ROC),
        ("def roc_auc(:", "also wrong", "also wrong"),
    ],
)
def test_two_different_answers_need_a_person(first, second, taken):
    merged = run(answered(roc=[ex("roc", first), own("1 + 1"), copy("roc", second)]))
    assert merged.answers["roc"] == taken
    assert list(merged.person) == ["roc"] and "different answers" in merged.person["roc"]


def test_a_check_between_copies_changes_nothing():
    merged = run(answered() + [copy("roc", OTHER_ROC)])
    assert merged.answers["roc"] == OTHER_ROC and list(merged.person) == ["roc"]


def test_an_id_counts_for_more_than_a_grade_id():
    cells = answered(roc=[Cell("ex-roc", "ex-loss", ROC)])
    assert run(cells) == run(answered())


@pytest.mark.parametrize(
    "rest", [own, lambda source: copy("detector", source)], ids=["by hand", "by JupyterLab"]
)
@pytest.mark.parametrize("between", [[], [own("# a remark")], [own("import math")]])
def test_a_split_cell_is_joined(rest, between):
    merged = run(answered(detector=[copy("detector", CHOOSE), *between, rest(DETECT)]))
    pieces = [CHOOSE, *(cell.source for cell in between if cell.source[0] != "#"), DETECT]
    assert merged.answers["detector"] == "\n\n".join(pieces)
    assert len(merged.notes) == 1 and "split" in merged.notes[0]
    assert not merged.person and not merged.if_failed


def test_a_function_that_was_split_is_joined_if_it_is_none_without():
    head, body = ROC.split("\n", 1)
    merged = run(answered(roc=[copy("roc", head), copy("roc", body)]))
    assert merged.answers["roc"].split() == ROC.split() and "split" in merged.notes[0]
    head, body = ROC.split("### BEGIN SOLUTION\n")
    merged = run(answered(roc=[copy("roc", head), copy("roc", body)]))
    assert merged.answers["roc"] == head and "roc" in merged.person


def test_a_split_stub_is_blank():
    choose, detect = stub("detector").split("\n\n\n")
    merged = run(answered(detector=[copy("detector", choose), copy("detector", detect)]))
    assert merged.blank == ["detector"] and not merged.missing


def test_a_copy_of_the_stub_does_not_undo_what_is_joined():
    copies = [ex("detector", CHOOSE), copy("detector", stub("detector")), own(DETECT)]
    assert run(answered(detector=copies)).answers["detector"] == f"{CHOOSE}\n\n{DETECT}"


@pytest.mark.parametrize("stop", ["check-detector", "ex-roc"])
def test_what_is_split_and_not_found_again_runs_as_it_is(stop):
    cells = answered(detector=[ex("detector", CHOOSE), Cell(stop, stop, ""), own(DETECT)])
    merged = run(cells)
    assert merged.answers["detector"] == CHOOSE
    assert merged.if_failed == {"detector": "it does not define `detector`"}
    assert not merged.person and not merged.notes[1:]


def test_pieces_are_joined_within_bounds():
    many = [own(f"x{i} = 0") for i in range(20)]
    assert "detector" in run(answered(detector=[ex("detector", CHOOSE), *many, own(DETECT)])).if_failed
    long = own("'" + "x" * 199_000 + "'")
    assert "detector" in run(answered(detector=[ex("detector", CHOOSE), long, own(DETECT)])).if_failed


def test_a_renamed_or_new_cell_is_found_by_what_it_defines():
    merged = run(answered(detector=[own(DETECTOR)], roc=[]) + [own(ROC)])
    assert merged.answers == RIGHT[MLP] and not merged.missing
    assert [note.split(":")[0] for note in merged.notes] == ["roc", "detector"]
    assert not merged.person and not merged.if_failed


def test_a_cell_that_defines_half_of_it_is_not_found():
    assert run(answered(detector=[own(CHOOSE)])).missing == ["detector"]


def test_a_stub_that_defines_nothing_has_no_other_cell():
    assert merge([own("x = 1")], [Stub("words", "# YOUR CODE HERE")], []).missing == ["words"]


def test_several_cells_found_by_what_they_define_need_a_person():
    merged = run(answered(roc=[own(OTHER_ROC), own(ROC), own(stub("roc"))]))
    assert merged.answers["roc"] == ROC and list(merged.person) == ["roc"]


@pytest.mark.parametrize("left", [stub("roc"), "", "# see below"])
def test_an_answer_in_a_cell_below_the_blank_one(left):
    merged = run(answered(roc=[ex("roc", left), own(ROC)]))
    assert merged.answers["roc"] == ROC and len(merged.notes) == 1 and not merged.person


def test_two_answers_merged_into_one_cell():
    both = f"{SOLVED['ex-report']}\n\n{ROC}"
    merged = run(answered(report=[copy("report", both)], roc=[]))
    assert merged.answers["report"] == merged.answers["roc"] == both and not merged.person


@pytest.mark.parametrize("name", LAB)
@pytest.mark.parametrize("version", [3, 4])
@pytest.mark.parametrize("metadata", [True, False])
def test_old_formats(name, version, metadata):
    nb = read("labs", name)
    for cell in nb.cells:
        if cell.id.startswith("ex-"):
            cell.source = SOLVED[cell.id]
    nb.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    nb = json.loads(nbformat.writes(nbformat.convert(nb, version), version))
    nb["nbformat_minor"] = 0
    for cell in nb.get("cells") or nb["worksheets"][0]["cells"]:
        cell.pop("id", None)
        if not metadata:
            cell["metadata"] = {}
    merged = run(read_cells(json.dumps(nb).encode()), name, given=set_up(name))
    assert merged.answers == RIGHT[name] and not merged.person and not merged.if_failed
    assert len(merged.notes) == (0 if metadata else len(RIGHT[name]))


def test_an_untouched_lab_without_ids_is_blank():
    merged = run([own(cell.source) for cell in LAB[MLP]])
    assert merged.blank == list(RIGHT[MLP]) and not merged.missing and not merged.answers


USES = ROC.replace("return fpr, tpr, np.trapezoid(tpr, fpr)", "return fpr, tpr, area(tpr, fpr)")


@pytest.mark.parametrize(
    "helper",
    [
        "def area(y, x):\n    return np.trapezoid(y, x)",
        "class area:\n    pass",
        "area = np.trapezoid",
        "other, (area, *_) = 1, (2, 3)",
        "from numpy import trapezoid as area",
        "import area",
        "if True:\n    area = np.trapezoid",
        "%matplotlib inline\n!pip install x\narea = np.trapezoid",
    ],
)
@pytest.mark.parametrize("how", [{}, {"given": set_up()}])
def test_a_helper_in_a_cell_of_its_own(helper, how):
    merged = run(answered(roc=[own(helper), ex("roc", USES)]), **how)
    assert merged.answers["roc"] == USES and not merged.person
    assert list(merged.if_failed) == ["roc"]
    assert merged.if_failed["roc"].startswith("it uses `area`, which stands in a cell of its own")


@pytest.mark.parametrize(
    "harmless",
    [
        "def other():\n    area = 1",
        "area(1)",
        "[area for area in ()]",
        "order = hits = 1  # the answer's own names",
        "import numpy as np  # as set-up does",
    ],
)
def test_cells_that_define_nothing_that_the_answer_takes_from_outside(harmless):
    assert not run(answered(roc=[own(harmless), ex("roc", USES)])).if_failed


@pytest.mark.parametrize(
    "cell",
    ["from utils import *", "np.sort?", "area = !ls", "if True:\n    %timeit 1\n    area = 1", "area = ("],
)
def test_a_cell_that_may_define_anything(cell):
    """All of a module, or what IPython reads and Python doesn't."""
    merged = run(answered(roc=[own(cell), ex("roc", USES)]))
    assert merged.if_failed == {"roc": "it uses `area`, which a cell of its own may define"}
    assert not run(answered(roc=[own(cell), ex("roc", ROC)])).if_failed


@pytest.mark.parametrize(
    "below", [OTHER_ROC, "roc_auc = len", "if True:\n    def roc_auc(p, s):\n        ..."]
)
def test_another_definition_in_a_cell_of_its_own(below):
    """The answer's cell counts; where it fails, the right one may stand there."""
    merged = run(answered(roc=[ex("roc", ROC), own(below)]))
    assert merged.answers == RIGHT[MLP] and not merged.person
    assert merged.if_failed == {"roc": "another cell defines `roc_auc`, too, and not the same"}
    merged = run(answered(detector=[ex("detector", DETECTOR), own(CHOOSE)]))
    assert list(merged.if_failed) == ["detector"]


@pytest.mark.parametrize("below", [ROC, stub("roc"), "print(roc_auc)", "def f():\n    roc_auc = 1"])
def test_what_is_no_other_definition(below):
    assert not run(answered(roc=[ex("roc", ROC), own(below)])).if_failed


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_an_answer_that_became_markdown_or_raw_is_an_answer(kind):
    nb = read("labs", MLP)
    for cell in nb.cells:
        if cell.id.startswith("ex-"):
            cell.cell_type, cell.source = kind, SOLVED[cell.id]
    merged = run(read_cells(nbformat.writes(nb).encode()))
    assert merged.answers == RIGHT[MLP] and not merged.person


def test_a_helper_within_the_answer_or_in_another_one():
    helper = "area = np.trapezoid"
    assert not run(answered(roc=[ex("roc", f"{USES}\n\n{helper}"), own(helper)])).if_failed
    merged = run(answered(report=[ex("report", f"{SOLVED['ex-report']}\n\n{helper}")], roc=[ex("roc", USES)]))
    assert list(merged.if_failed) == ["roc"]


def test_what_was_added_to_set_up_is_a_helper_where_the_labs_own_is_known():
    cells = answered(roc=[ex("roc", USES)])
    cells = [c._replace(source=f"{c.source}\narea = 1") if c.id == "setup-imports" else c for c in cells]
    assert "`area`" in run(cells, given=set_up()).if_failed["roc"]


@pytest.mark.parametrize(
    "source",
    [
        "%%time\n" + ROC,
        "!pip install scipy\n" + ROC,
        "def roc_auc(:",
        "x = %time 1",
        "\x00",
        "'\ud800'",
        "(" * 10_000,
        "-" * 100_000 + "1",
        "+".join(["1"] * 50_000),
        "a" + ".b" * 50_000,
        "if 1:\nx",
        "9" * 5_000,
        "return 1",
        "'\\N{no such}'",
    ],
    ids=lambda source: source[:12],
)
def test_whatever_stands_in_a_cell_is_an_answer(source):
    merged = run(answered(roc=[ex("roc", source)], loss=[own(source), ex("loss", SOLVED["ex-loss"])]))
    assert merged.answers == {**RIGHT[MLP], "roc": source}
    assert merged[3:] == ([], {}, {})


def test_another_name_than_was_asked_for():
    merged = run(answered(roc=[ex("roc", ROC.replace("roc_auc", "my_roc"))]))
    assert merged.if_failed == {"roc": "it does not define `roc_auc`"}


def test_magics_do_not_hide_a_function():
    merged = run(answered(roc=[own("%%time\n" + ROC)]))
    assert merged.answers["roc"] == "%%time\n" + ROC


def test_the_published_solution_is_known_under_other_names_and_comments():
    renamed = re.sub(r"\bscore\b", "s", ROC).replace("### BEGIN SOLUTION", "# mine\n")
    assert renamed != ROC and same_code(renamed, ROC)
    for other in (OTHER_ROC, ROC.replace("return", "retrun"), "%time 1", "(" * 100_000, "\0"):
        assert not same_code(other, ROC)


def test_code_that_anybody_would_write_is_no_copy():
    short = "def double(x):\n    return 2 * x"
    assert not same_code(short, short)
