import json
import subprocess
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


@pytest.fixture
def keras_json(tmp_path, monkeypatch):
    """A home whose Keras is set for something else."""
    settings = {"backend": "jax", "floatx": "float16", "image_data_format": "channels_first", "epsilon": 0.5}
    (tmp_path / "keras.json").write_text(json.dumps(settings))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)


def test_a_keras_json_for_another_framework_is_passed_over(keras_json):
    code = """
from utils.processes import import_tensorflow
import_tensorflow()
import keras
print(keras.config.backend(), keras.config.floatx(), keras.config.image_data_format(), keras.config.epsilon())
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.split() == ["tensorflow", "float32", "channels_last", "1e-07"], done.stderr[-2000:]


def test_keras_on_another_framework_is_told_to_restart():
    code = """
import os, sys
os.environ["KERAS_BACKEND"] = "torch"
import keras
from utils.processes import import_tensorflow
import_tensorflow()
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "runs on torch: restart the kernel" in done.stderr
