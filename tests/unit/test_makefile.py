"""`make help` names every target."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_help_lists_each_target():
    # Under `make test` its variables would make this one tell of folders that it enters.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    said = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True, env=environment
    ).stdout
    phony = " ".join(re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.M)).split()
    assert sorted(line.split()[1] for line in said.splitlines()) == sorted(phony)


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_chapter_is_passed_on():
    done = subprocess.run(
        ["make", "-n", "test", "CHAPTER=00"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "-m tools test --chapter 00" in done.stdout


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
@pytest.mark.parametrize("setting", [{"PYTHONSAFEPATH": "1"}, {"PYTHONHOME": "/nowhere"}], ids=str)
def test_settings_that_would_stop_python_are_taken_back(setting):
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = ["make", "-s", "grader", "ARGS=--help"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment | setting)
    assert done.returncode == 0 and "usage" in done.stdout, done.stderr
