import sys

import pytest

from utils.processes import run_module


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of its own that ``python -m`` finds."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(source):
        (tmp_path / "set_aside.py").write_text(source)
        return "set_aside"

    return write


def test_the_last_line_is_read_and_what_comes_before_is_not(module):
    name = module("import sys\nprint('a greeting')\nprint('{\"argument\": \"' + sys.argv[1] + '\"}')")
    assert run_module(name, "x") == {"argument": "x"}


def test_stderr_is_kept_back_unless_it_fails(module, capfd):
    assert run_module(module("import sys\nprint('noise', file=sys.stderr)\nprint('{}')")) == {}
    assert capfd.readouterr().err == ""
    with pytest.raises(RuntimeError, match="set_aside failed:\n(.|\n)*ValueError: why"):
        run_module(module("raise ValueError('why')"))


def test_it_runs_in_a_process_of_its_own(module):
    run_module(module("import sys; sys.modules['colorsys'] = 1; print('{}')"))
    assert sys.modules.get("colorsys") != 1
