import json
import multiprocessing

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from utils import checks, progress
from utils.checks import Check, CheckFailed


@pytest.fixture(autouse=True)
def own_data(monkeypatch, tmp_path):
    monkeypatch.setenv("FASTFRUGAL_DATA", str(tmp_path))
    InteractiveShell.instance()
    return tmp_path


def reply(body, red=True):
    """What a check shows for ``body(check)``: its bundle, with the exception it ends in, if any."""
    with capture_output() as captured:
        try:
            with Check("00-x") as check:
                body(check)
        except CheckFailed as error:
            assert red, error
            assert error._render_traceback_() == [f"not yet: {error}"], "no screenful of our frames"
        else:
            assert not red
    (output,) = captured.outputs
    return output.data


def test_green():
    data = reply(lambda check: check.that(True, "unused"), red=False)
    assert data[checks.MIME] == {"id": "00-x", "status": "passed", "message": ""}
    assert progress.read_progress() == {"00-x": {"passed": True, "tries": 1}}


def test_red_says_what_is_wrong_and_which_hint():
    data = reply(lambda check: check.that(False, "you keep 118 of 784 <weights>", hint=2))
    assert data[checks.MIME]["status"] == "failed"
    assert "118 of 784" in data["text/plain"] and "hint 2 of 3" in data["text/plain"]
    assert "&lt;weights&gt;" in data["text/html"], "escaped: a message may quote what a learner returned"


def test_only_the_first_fault_is_told():
    def body(check):
        check.that(False, "first")
        check.that(False, "second")

    assert "second" not in reply(body)["text/plain"]


def test_blank_is_not_an_error():
    def body(check):
        raise NotImplementedError()

    assert reply(body)[checks.MIME]["status"] == "blank"


def test_an_error_in_the_answer_is_told_in_a_line():
    data = reply(lambda check: 1 / 0)
    assert "ZeroDivisionError: division by zero" in data["text/plain"]


def test_ctrl_c_is_no_try():
    with pytest.raises(KeyboardInterrupt), Check("00-x"):
        raise KeyboardInterrupt
    assert progress.read_progress() == {}


def test_once_passed_stays_passed():
    progress.note_try("00-x", True)
    progress.note_try("00-x", False)
    assert progress.read_progress()["00-x"] == {"passed": True, "tries": 2}


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
