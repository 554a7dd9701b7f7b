"""A skeleton that passes the layout tests, and tramples on nothing."""

import shutil

import pytest

from tools import derive, new, notebook_files, rules


@pytest.fixture
def tree(monkeypatch, tmp_path):
    """The course so far, in a folder of its own."""
    for name in ("notebooks", "solutions", "labs", "tests/answers", "utils"):
        shutil.copytree(rules.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))  # a kernel finds the new room
    shutil.copy(rules.ROOT / "README.md", tmp_path)
    for module in (notebook_files, rules, new, derive):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def test_the_skeleton_passes_the_rules(tree, monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["new", "77", "try_it"])
    assert new.main() == 0
    found = list(rules.problems())  # of other chapters' test_rules.py tells
    assert [problem for problem in found if "77_" in problem or "ch77" in problem] == []
    assert "| [77 Try it](notebooks/77_try_it.ipynb) ([lab]" in (tree / "README.md").read_text()
    lab = notebook_files.read(tree / "labs" / "77_lab_try_it.ipynb")
    assert "raise NotImplementedError()" in notebook_files.cell_by_id(lab, "ex-double").source


def test_its_answers_are_told_apart(tree):
    from tests import answer_runs

    new.create("77", "try_it")
    answer_runs.ROOT, before = tree, answer_runs.ROOT
    try:
        outcomes = answer_runs.outcomes(tree / "solutions" / "77_try_it.ipynb")
    finally:
        answer_runs.ROOT = before
    for (_, answer), outcome in outcomes.items():
        assert outcome.hidden.passed == (answer.startswith(("reference", "right_")))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1", "x"], "two digits"),
        (["01", "Bad-Name"], "lower case"),
        (["00", "again"], "chapter 00 exists"),
    ],
)
def test_bad_input_gets_a_sentence(tree, monkeypatch, capsys, arguments, said):
    monkeypatch.setattr("sys.argv", ["new", *arguments])
    with pytest.raises(SystemExit) as stopped:
        new.main()
    assert stopped.value.code == 2 and said in capsys.readouterr().err
