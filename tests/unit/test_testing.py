"""`make test`: what is tried in full, what is sampled, what counts as too much, and what it ends with."""

import json
import subprocess
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tests import answer_runs
from tools import budget, testing

QUICK = "tests/notebooks/test_papermill.py::test_quick_with_another_seed[notebooks/01_mlp.ipynb]"


def row(test, processor, stage="first", unit=5.0, peak_mb=400):
    return {
        "test": test,
        "processor": processor,
        "stage": stage,
        "unit": unit,
        "peak_mb": peak_mb,
        "wall": 1.0,
    }


# ---- widths --------------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A course of three chapters, 01, 02 and 03, in an empty repository."""
    monkeypatch.setattr(testing, "ROOT", tmp_path)
    monkeypatch.setattr(testing, "paths", lambda *_, **__: [Path(f"0{n}_some.ipynb") for n in (1, 2, 3)])
    subprocess.run(["git", "init", "-q", tmp_path], check=True)

    def commit(file, hour):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{file}, {hour}")
        date = {"GIT_AUTHOR_DATE": f"{hour * 3600} +0000", "GIT_COMMITTER_DATE": f"{hour * 3600} +0000"}
        git = ["git", "-C", tmp_path, "-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run([*git, "add", file], check=True)
        subprocess.run([*git, "commit", "-qm", "why"], check=True, env=testing.os.environ | date)

    return commit


def test_what_changed_in_the_last_day_is_tried_in_full_the_latest_first(tree):
    tree("labs/01_lab_some.ipynb", 400_000)
    tree("utils/ch02/checks.py", 400_010)
    tree("tests/answers/03_some/ex-a/right_b.py", 400_020)
    tree("README.md", 400_030)
    assert testing.changed_lately() == ["03", "02"]


def test_a_sweeping_change_is_tried_in_two_chapters(tree):
    for number in (1, 2, 3):
        tree(f"solutions/0{number}_some.ipynb", 400_000 + number)
    assert testing.changed_lately() == ["03", "02"]


def test_attacks_are_all_tried_where_the_grader_changed(tree):
    tree("grader/run.py", 400_001)
    tree("labs/01_lab_some.ipynb", 400_002)
    assert testing.changed_lately() == ["01", "grader"]
    tree("README.md", 400_030)
    assert testing.changed_lately() == []


def test_where_there_is_no_git_all_is_sampled(tmp_path, monkeypatch):
    monkeypatch.setattr(testing, "ROOT", tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert testing.changed_lately() == []
    monkeypatch.setenv("PATH", "")
    assert testing.changed_lately() == []


# ---- answers -------------------------------------------------------------------------------------


def test_a_sample_is_one_right_and_three_wrong_answers_and_always_the_same():
    files = [Path(f"tests/answers/00_a/ex-b/{kind}_{n}.py") for kind in ("right", "wrong") for n in range(9)]
    chosen = answer_runs.sampled(files)
    assert [file.name[:5] for file in chosen] == ["right", "wrong", "wrong", "wrong"]
    assert chosen == answer_runs.sampled(files[::-1])
    other = [Path(str(file).replace("ex-b", "ex-c")) for file in files]
    assert {file.name for file in chosen} != {file.name for file in answer_runs.sampled(other)}


def test_names_that_an_answer_may_take():
    cells = {
        "setup-imports": "import numpy as np\nimport math\nfrom os import path as where",
        "setup-draws": "rng, x = np.random.default_rng(0), 3\ndef draw(n):\n    return rng.normal(size=n)",
        "ex-one": "def one():\n    return draw(1)",
        "ex-two": "TWO = 2\ndef two():\n    return [x for y in range(math.floor(TWO))]",
        "check-two": "from utils.ch00.checks import check_two\ncheck_two(two)",
    }
    nb = new_notebook(cells=[new_code_cell(source, id=id) for id, source in cells.items()])
    # x is made in one statement with rng, by np
    assert answer_runs.other_names(nb, "one") == ["TWO", "math", "two", "where"]
    assert answer_runs.other_names(nb, "two") == ["draw", "one", "where"]


# ---- budgets -------------------------------------------------------------------------------------


def test_tests_are_told_by_their_names():
    told = {
        QUICK: ("quick", "01"),
        "notebooks/04_cnn.ipynb::Cell 3": ("lesson", "04"),
        "solutions/04_cnn.ipynb::Cell 3": ("solution", "04"),
        "tests/notebooks/test_answers.py::test_checks[solutions/12_int8_kernels.ipynb]": ("answers", "12"),
        "tests/grading/test_labs.py::test_a_lab[solutions/05_images.ipynb]@grading-labs": ("grading", "05"),
        "tests/unit/ch11/test_design.py::test_it[notebooks/00_a.ipynb]": ("unit tests", "11"),
    }
    assert {test: (budget.kind(test), budget.chapter(test)) for test in told} == told
    assert budget.chapter("tests/unit/test_data.py::test_it") == ""
    assert budget.chapter("tests/grading/test_attacks.py::test_it") == ""


def test_the_better_of_two_runs_counts_in_units_of_its_own_stage():
    most = budget.MOST_UNITS["quick"]
    slow = row(QUICK, processor=5.0 * most + 1)
    assert budget.over([slow]) == [("quick", "notebooks/01_mlp.ipynb")]
    assert not budget.over([slow, row(QUICK, processor=5.0 * most - 1, stage="again")])
    assert not budget.over([row(QUICK, processor=10.0 * most - 1, unit=10.0)])  # on a slower machine
    assert budget.over([row(QUICK, processor=1, peak_mb=budget.MOST_MB + 1)])
    assert "over its budget" in list(budget.notebooks_table([slow]))[-1]


def test_a_lesson_is_the_sum_of_its_cells():
    cells = [row(f"notebooks/01_mlp.ipynb::Cell {n}", processor=75.0, peak_mb=n) for n in range(2)]
    (spent,) = budget.runs(cells)["lesson", "notebooks/01_mlp.ipynb"]
    assert (spent.seconds, spent.units, spent.peak_mb) == (150.0, 30.0, 1)
    assert budget.over(cells)


def test_a_chapter_beyond_its_share_is_named():
    most = budget.SHARE * budget.TOLERATED
    rows = [row(f"tests/unit/ch{n}/test_a.py::test", processor=5.0 * most + 5) for n in ("01", "02")]
    again = row("notebooks/01_mlp.ipynb::Cell 0", processor=10_000, stage=f"{budget.ONCE_MORE}: nbval")
    rows += [again]  # a second chance is not the chapter's doing
    rows.append(row("tests/unit/test_data.py::test", processor=10_000))  # what all share is nobody's
    seeds = (
        "tests/notebooks/test_answers.py::test_hidden_checks_tell_with_every_seed[101-solutions/01_mlp.ipynb]"
    )
    rows.append(row(seeds, processor=10_000))  # nor are the seeds of test-full
    assert budget.greedy(rows, in_full=["01"]) == ["02"]
    lines = list(budget.chapters_table(rows, in_full=["01"]))
    assert "01 full" in lines[1] and "share" not in lines[1]
    assert "02 sample" in lines[2] and "more than its share" in lines[2]
    assert "shared" in lines[3]


def test_rows_are_written_and_read(tmp_path):
    assert budget.read_rows(tmp_path / "rows") == []
    for n in range(2):
        budget.write_row(str(tmp_path / "rows"), n=n)
    assert budget.read_rows(tmp_path / "rows") == [{"n": 0}, {"n": 1}]


@pytest.mark.slow
def test_a_unit_takes_a_few_seconds():
    assert 1 < budget.unit() < 60


# ---- what is printed -----------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path):
    return testing.Run(tmp_path)


def test_a_stage_counts_its_tests_and_what_they_took(run, tmp_path, monkeypatch):
    monkeypatch.setattr(budget, "WORK", "")
    test = tmp_path / "test_three.py"
    test.write_text(
        "import pytest\ndef test_a(): pass\ndef test_b(): assert 0\ndef test_c(): pytest.skip('why')"
    )
    run.pytest("three", "-p", "no:cacheprovider", str(test))
    assert run.counts == {"passed": 1, "failed": 1, "skipped": 1}
    assert run.stages[0].name == "three" and run.stages[0].processor > 0


def test_a_stage_that_breaks_is_a_failure(run, monkeypatch):
    monkeypatch.setattr(budget, "WORK", "")
    run.pytest("nothing", "nowhere/at_all.py")
    run.command("no such module", "tools.nowhere")
    assert run.counts == {"passed": 0, "failed": 2, "skipped": 0}


def test_what_runs_meanwhile_is_waited_for_and_its_failure_counted(run, capsys):
    for code in ("print('made')", "raise SystemExit('not made')"):
        with testing.meanwhile(run, "models", "timeit", "-n1", "-r1", code):
            pass
    assert run.counts == {"passed": 1, "failed": 1, "skipped": 0}
    assert "made" in capsys.readouterr().out


def test_a_claim_that_hides_fails(run, capsys):
    claim = {"machine": "m", "value": None, "bound": "≥ 1", "id": "01-a", "status": "not_applicable"}
    for text in ("fast, where the CPU has VNNI.", "fast."):
        run.claims.write_text(json.dumps(claim | {"reason": "where the CPU has VNNI", "text": text}))
        testing.claims_table(run)
    assert run.counts["failed"] == 1
    assert capsys.readouterr().out.count("doesn't state the reason") == 1


def test_bad_chapter_is_told(capsys):
    with pytest.raises(SystemExit):
        testing.parse(["--chapter", "99"])
    assert "there is no chapter 99; there is 00" in capsys.readouterr().err
