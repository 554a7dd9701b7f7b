"""`make help` names every target."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_help_lists_each_target():
    said = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    phony = re.search(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text(), re.M)[1].split()
    assert [line.split()[1] for line in said.splitlines()] == phony


@pytest.mark.skipif(not shutil.which("make"), reason="there is no make here")
def test_chapter_is_passed_on():
    done = subprocess.run(
        ["make", "-n", "test", "CHAPTER=00"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "-m tools test --chapter 00" in done.stdout
