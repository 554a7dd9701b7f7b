"""`python -m tools soak`: a claim that fails in one run of several is found, and where it was."""

import json
import shutil
import sys

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from tools import soak
from tools.notebook_files import ROOT


def notebook(folder, source):
    """Executed once, by hand: its claim's line is what nbval compares."""
    cell = new_code_cell(source, execution_count=1, id="claims")
    text = {"text/plain": "Claim 00-turn: It is turn ≤ 0.5."}
    cell.outputs = [nbformat.v4.new_output("display_data", text)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    path = folder / "turns.ipynb"
    nbformat.write(new_notebook(cells=[cell], metadata=kernel), path)
    return path


COUNTS = """
from pathlib import Path
from utils.claims import claim

turns = Path({path!r})
turn = len(turns.read_text()) if turns.exists() else 0
turns.write_text("x" * (turn + 1))
claim("00-turn", "It is turn {{}}", turn, at_most=0.5)
"""


def test_a_claim_that_fails_only_under_load_is_named(tmp_path, monkeypatch, capsys):
    path = notebook(tmp_path, COUNTS.format(path=str(tmp_path / "turns")))
    shutil.copy(ROOT / "conftest.py", tmp_path)  # what nbval compares
    monkeypatch.setattr(sys, "argv", ["soak", str(path), "--runs", "2"])
    assert soak.main() == 1
    said = capsys.readouterr().out
    assert "run 1 of 2, quiet" in said and "run 2 of 2, loaded" in said
    line = said.splitlines()[-2]
    assert line.startswith("FAILED 1 of 2") and "00-turn" in line
    assert line.split("quiet")[1].split() == "0 … 0 loaded 1 … 1".split()
    assert said.splitlines()[-1] == "1 of 2 runs passed"


def test_the_load_ends_with_its_block():
    before = set(psutil.Process().children())
    with soak.load(2):
        assert len(set(psutil.Process().children()) - before) == 2
    assert not set(psutil.Process().children()) - before


def test_table_tells_what_never_applied():
    row = {"value": None, "status": "not_applicable", "bound": "≥ 1", "loaded": False}
    assert "quiet –" in next(soak.table({"00-x": [json.loads(json.dumps(row))]}))


def test_bad_arguments_are_told(capsys):
    for arguments in (["nowhere.ipynb"], [__file__, "--runs", "2", "--loaded", "3"]):
        with pytest.raises(SystemExit) as stop:
            soak.parse(arguments)
        assert stop.value.code == 2
    assert "there is no nowhere.ipynb" in capsys.readouterr().err
