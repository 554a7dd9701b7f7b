"""A bar that shows while one waits, and leaves nothing behind."""

import sys
import types

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from utils.making.bars import MARK, Bar, progress


@pytest.fixture
def in_notebook(monkeypatch):
    InteractiveShell.instance()
    monkeypatch.setitem(sys.modules, "ipykernel", types.ModuleType("ipykernel"))
    monkeypatch.delenv("FASTFRUGAL_BARS", raising=False)


def test_it_follows_what_is_told_and_leaves_nothing(in_notebook):
    with capture_output() as captured, Bar("networks") as bar:
        bar.follow(f'{MARK}[1, 4, "the second"]\n')
        bar.follow("anything else\n")
        assert bar.part == 0.25
    texts = [output.data["text/plain"] for output in captured.outputs]
    assert any("networks: 25%" in text and "the second" in text for text in texts)
    assert texts[-1] == "", "a page that ran shows no bar"


def test_off_shows_nothing(in_notebook, monkeypatch):
    monkeypatch.setenv("FASTFRUGAL_BARS", "off")
    with capture_output() as captured, Bar("networks") as bar:
        bar.say("half")
    assert not captured.outputs and not captured.stderr


def test_on_a_terminal_it_is_a_line_on_stderr(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "ipykernel", raising=False)
    monkeypatch.delenv("FASTFRUGAL_BARS", raising=False)
    with Bar("networks") as bar:
        bar.follow(f'{MARK}[3, 4, ""]')
    said = capsys.readouterr()
    assert "75%" in said.err and not said.out


def test_what_is_told_is_a_line_of_json(capsys):
    progress(1, 2, "half")
    assert capsys.readouterr().out == f'{MARK}[1, 2, "half"]\n'
