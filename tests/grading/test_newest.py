"""Tells when the newest nbval or pytest breaks the engine: ours are pinned, and one day will have to move."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tools.notebook_files import ROOT


@pytest.mark.slow
def test_the_newest_nbval_and_pytest_grade_the_same(tmp_path, kernel):
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--upgrade", "--no-deps", "--target"]
    subprocess.run([*pip, str(tmp_path), "nbval", "pytest", "pluggy", "iniconfig"], check=True)
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/grading/test_engine.py"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:]
