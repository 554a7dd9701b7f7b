"""The engine on honest answers, and on each way known to be given points for a wrong one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grader import sandbox
from grader.engine import NO_CHECKS
from grader.reference import ROOT, engine_digest
from tests.grading.conftest import outcome

PASSED = dict.fromkeys(("double", "spread", "counter"), "passed")


def test_right_answers_pass_and_a_wrong_one_costs_its_points_only(grade):
    result = grade()
    assert outcome(result) == PASSED and result["score"] == 6
    result = grade(spread="def spread(x):\n    return x.max()")
    assert outcome(result) == PASSED | {"spread": "failed"} and result["score"] == 4


def test_a_raised_error_does_not_carry_the_private_seed_out(grade):
    tells = "def spread(x):\n    raise {}(f'the seed is {{challenge_seed}}')"
    own = "Told = type('Told', (Exception,), {})\n" + tells.format("Told")
    for answer, said in ((tells.format("ValueError"), "raised ValueError"), (own, "raised an error")):
        (spread,) = [e for e in grade(spread=answer)["exercises"] if e["name"] == "spread"]
        assert said in spread["reason"] and "12345" not in str(spread)


# ---- checks.py, which may hold what is right -------------------------------------------------------

LOOK = """
import pathlib, utils
files = [p for p in pathlib.Path(utils.__file__).parent.glob("ch*/**/check*") if p.is_file()]
covered = sum(b"checks.py is not here" in file.read_bytes() for file in files)
"""


@pytest.mark.parametrize("checks", [False, True])
def test_a_box_has_a_chapters_checks_only_where_nothing_is_graded(tmp_path, kernel, checks):
    tmp_path.chmod(0o755)
    (tmp_path / "run").mkdir()
    code = f"{LOOK}\nprint(len(files), covered)"
    command = sandbox.boxed([sys.executable, "-c", code], tmp_path / "run", tmp_path, checks)
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    count, covered = map(int, done.stdout.split())
    assert count > 0 and covered == (0 if checks else count)


def test_who_imports_a_check_is_told_that_it_is_not_there(grade):
    (file, *_) = sorted(ROOT.glob("utils/ch*/check*.py"))
    line = f"from utils.{file.parent.name} import {file.stem}"
    for answer, whose in (
        (f"{line}\n\ndef spread(x):\n    return x.max()", "cell"),
        (f"def spread(x):\n    {line}\n    return x.max()", "code"),
    ):
        (spread,) = [e for e in grade(spread=answer)["exercises"] if e["name"] == "spread"]
        assert spread["outcome"] == "failed"
        assert spread["reason"] == f"your {whose} raised ImportError: {NO_CHECKS}"


def test_where_checks_are_no_seed_is_and_no_points(grade):
    """What the visible check replies is the student's to read, whatever their code puts into it."""
    tells = "raise RuntimeError(f'{covered} covered; {globals().get(chr(99) + \"hallenge_seed\")}')"
    answer = f"{LOOK}\ndef spread(x):\n    if covered:\n        return x.max()\n    {tells}"
    (spread,) = [e for e in grade(spread=answer)["exercises"] if e["name"] == "spread"]
    assert spread["outcome"] == "failed" and spread["reason"] == "the value is not right"
    assert "RuntimeError: 0 covered; None" in spread["reply"]


def test_every_wrong_answer_gets_the_visible_checks_reply_and_hint(grade):
    """For counter, setup-between stands between the answer and its check: it has run."""
    wrong = {name: f"def {name}(x):\n    return None" for name in ("double", "spread")}
    result = grade(**wrong, counter="class Counter:\n    def add(self, x):\n        raise KeyError(between)")
    replies = {e["name"]: (e["reply"], e["hint"]) for e in result["exercises"]}
    assert replies["double"] == replies["spread"] == ("it returns nothing", "1")
    assert replies["counter"][0].startswith("your code raised KeyError: None")
    assert result["score"] == 0


# ---- what a kept grade depends on -----------------------------------------------------------------


def test_a_change_in_one_chapters_room_regrades_nothing_of_another(tmp_path):
    for name in (
        "grader/run.py",
        "grader/kernels/box/kernel.json",
        "utils/answers.py",
        "utils/cnn/in_torch.py",
        "utils/weights.npz",
        "utils/ch01/lab.py",
        "utils/ch01/deep/study.json",
        "utils/ch12/lab.py",
        "utils/ch12/profiles.json",
        "utils/ch12/__pycache__/lab.pyc",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("1")

    def changed(name: str) -> set[str]:
        before = {lab: engine_digest("box", lab, tmp_path) for lab in ("01_mlp", "12_int8")}
        (tmp_path / name).write_text((tmp_path / name).read_text() + "1")
        return {lab for lab, old in before.items() if engine_digest("box", lab, tmp_path) != old}

    for name in ("utils/ch12/lab.py", "utils/ch12/profiles.json"):
        assert changed(name) == {"12_int8"}
    for name in ("utils/ch01/lab.py", "utils/ch01/deep/study.json"):
        assert changed(name) == {"01_mlp"}
    for name in ("grader/run.py", "grader/kernels/box/kernel.json", "utils/answers.py"):
        assert changed(name) == {"01_mlp", "12_int8"}
    for name in ("utils/cnn/in_torch.py", "utils/weights.npz"):
        assert changed(name) == {"01_mlp", "12_int8"}
    assert changed("utils/ch12/__pycache__/lab.pyc") == set()
    assert engine_digest("box", "01_mlp", tmp_path) != engine_digest("python3", "01_mlp", tmp_path)
