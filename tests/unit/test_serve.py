"""JupyterLab starts on the machines that there are."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools.setup.serve import ROOT, elsewhere, hiding, open_log


def test_the_log_of_a_read_only_install_goes_elsewhere(tmp_path):
    blocked = tmp_path / "a file" / "jupyter.log"  # a folder that can't be written, also by root
    blocked.parent.write_text("")
    with open_log((blocked, tmp_path / "other.log")) as log:
        assert log.name == str(tmp_path / "other.log")
    with open_log((tmp_path / "first.log", tmp_path / "other.log")) as log:
        assert log.name == str(tmp_path / "first.log")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
@pytest.mark.parametrize(
    "command", [["utils.data"], ["tools.setup.serve", "--help"], ["grader", "grade", "…", "--out", "–"]]
)
def test_nothing_dies_of_a_character(command, encoding):
    said = subprocess.run(
        [sys.executable, "-m", *command],
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        encoding=encoding,
    )
    assert "UnicodeEncodeError" not in said.stderr and said.returncode == (2 if "grader" in command else 0)


def test_a_file_that_hides_a_module_is_named(tmp_path):
    for name in (
        "notebooks/utils.py",
        "labs/torch.py",
        "labs/random.py",
        "labs/mine.py",
        "notebooks/utils.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    said = hiding(tmp_path)
    assert [sentence.split()[0] for sentence in said] == [
        "notebooks/utils.py",
        "labs/random.py",
        "labs/torch.py",
    ]
    assert "hides the module `utils`" in said[0] and "another name" in said[0]


def test_where_jupyters_own_folders_are_closed_it_gets_others(tmp_path, monkeypatch):
    """A read-only home, or root's since somebody typed sudo (jupyter/notebook#7421, jupyterlab/jupyterlab#7390)."""
    closed = tmp_path / "file"
    closed.touch()
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(closed / "runtime"))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(closed / "data"))
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "new" / "config"))
    found = elsewhere()
    assert set(found) == {"JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR"} and len(set(found.values())) == 2
    for folder in map(Path, found.values()):
        (folder / "a file").touch()
        shutil.rmtree(folder)


def test_a_cache_that_cannot_be_written_is_named_with_what_moves_it(tmp_path):
    (tmp_path / "file").touch()
    there = tmp_path / "file" / "cache"
    done = subprocess.run(
        [sys.executable, "-m", "utils.data"],
        cwd=ROOT,
        env=os.environ | {"FASTFRUGAL_CACHE": str(there)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert str(there) in done.stderr and "set FASTFRUGAL_CACHE" in done.stderr
