import contextlib
import json
import multiprocessing
import sys
import types

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from utils import checks, progress
from utils.checks import CheckFailed, check


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("FASTFRUGAL_DATA", str(tmp_path))
    InteractiveShell.instance()
    return tmp_path


def reply(body, red=True):
    """What a check shows for ``body(that)``: its bundle. It ends in CheckFailed where it is red."""
    with capture_output() as captured:
        try:
            check("00-x")(body)()
        except CheckFailed as error:
            assert red, error
            assert error._render_traceback_() == [f"not yet: {error}"], "no screenful of our frames"
        else:
            assert not red
    (output,) = captured.outputs
    return output.data


def test_green():
    data = reply(lambda that: that(True, "unused"), red=False)
    assert data[checks.MIME] == {"id": "00-x", "status": "passed", "message": "", "hint": 0}
    assert progress.read_progress() == {"00-x": {"passed": True, "last": True, "tries": 1}}


def test_red_says_what_is_wrong_and_which_hint():
    data = reply(lambda that: that(False, "you keep 118 of 784 <weights>", hint=2))
    assert data[checks.MIME]["status"] == "failed"
    assert "118 of 784" in data["text/plain"] and "hint 2 of 3" in data["text/plain"]
    assert "&lt;weights&gt;" in data["text/html"], "escaped: a message may quote what a learner returned"


def test_only_the_first_fault_is_told():
    def body(that):
        that(False, "first")
        that(False, "second")

    assert "second" not in reply(body)["text/plain"]


def test_blank_is_not_an_error():
    def body(that):
        raise NotImplementedError()

    assert reply(body)[checks.MIME]["status"] == "blank"


def run_cells(*cells):
    """Run each as a notebook would, in a file of its own, the check's beside them; the text of the last reply."""
    checks_file = "@check('00-x')\ndef check_x(that, answer):\n    that(answer([]) + 1, 'wrong')"
    ours = {"check": check}
    exec(compile(checks_file, "/tmp/utils/ch00/checks.py", "exec"), ours)
    names = {"check_x": ours["check_x"]}
    with capture_output() as captured:
        for i, cell in enumerate(cells):
            with contextlib.suppress(CheckFailed):
                exec(compile(cell, f"/tmp/ipykernel_1/{i}.py", "exec"), names)
    return captured.outputs[-1].data["text/plain"]


CHECK = "check_x(answer)"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("def answer(x):\n    return 1 / 0", "by zero, in line 2 of the cell of answer"),
        ("def answer(x):\n    return [1 / 0 for _ in 'a']", "in line 2 of the cell of answer"),
        ("def help_me(x):\n    return x[0]\n\ndef answer(x):\n    return help_me(x)", "cell of help_me"),
        ("answer = lambda x: 1 / 0", "ZeroDivisionError: division by zero"),
        (
            "def answer():\n    return 1",
            "answer() takes 0 positional arguments but 1 was given: the first line",
        ),
        (
            "def answer(x, y):\n    return 1",
            "answer() missing 1 required positional argument: 'y': the first",
        ),
        ("def answer(x):\n    return 'text'", "the check can't use what you returned (TypeError"),
        ("def answer(x):\n    raise NotImplementedError()", "nothing is written in answer yet"),
    ],
)
def test_an_error_in_the_answer_is_told_in_a_line(answer, said):
    assert said in run_cells(answer, CHECK)


def test_an_error_points_to_no_hint():
    assert "hint" not in reply(lambda that: 1 / 0)["text/plain"]


def test_no_answer_can_set_what_a_verdict_depends_on(monkeypatch):
    module = types.ModuleType("utils.ch99.design")
    module.MOST_EPOCHS = 4
    monkeypatch.setitem(sys.modules, module.__name__, module)
    checks.fixed(module.__name__)
    with pytest.raises(AttributeError, match="MOST_EPOCHS is given"):
        module.MOST_EPOCHS = 8
    assert module.MOST_EPOCHS == 4


def test_ctrl_c_is_no_try():
    def body(that):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("00-x")(body)()
    assert progress.read_progress() == {}


def test_once_passed_stays_passed():
    progress.note_try("00-x", True)
    progress.note_try("00-x", False)
    assert progress.read_progress()["00-x"] == {"passed": True, "last": False, "tries": 2}


def test_a_damaged_file_starts_anew(own_data):
    (own_data / "progress.json").write_text("{torn")
    progress.note_try("00-x", True)
    assert json.loads((own_data / "progress.json").read_text())["00-x"]["passed"]


def test_progress_that_cannot_be_kept_stops_no_one(monkeypatch, own_data):
    (own_data / "file").write_text("")
    monkeypatch.setenv("FASTFRUGAL_DATA", str(own_data / "file" / "below"))
    progress.note_try("00-x", True)


def _try(i):
    progress.note_try(f"00-{i}", True)


def test_two_kernels_lose_no_try():
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.map(_try, range(20))
    assert len(progress.read_progress()) == 20


def test_show_progress_counts():
    progress.note_try("00-a", True)
    with capture_output() as captured:
        progress.show_progress("00", ["a", "b"])
    data = captured.outputs[0].data
    assert data["text/plain"] == "1 of 2 exercises pass"
    assert "✓ a" in data["text/html"] and "○ b" in data["text/html"]


def test_show_progress_says_that_a_last_run_was_red(own_data):
    progress.note_try("00-a", True)
    progress.note_try("00-a", False)
    kept = progress.read_progress() | {"00-b": {"passed": True, "tries": 3}}  # as it was kept before "last"
    progress.progress_file().write_text(json.dumps(kept))
    with capture_output() as captured:
        progress.show_progress("00", ["a", "b"])
    data = captured.outputs[0].data
    assert data["text/plain"] == "1 of 2 exercises pass"
    assert "✗ a (passed before; its last run is red)" in data["text/html"] and "✓ b" in data["text/html"]
