"""One list of versions: everything that names one agrees with pyproject.toml, or is caught."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest
import yaml

from tools import Stop, pins
from tools.__main__ import NEWEST, OLDEST

ROOT = pins.ROOT
FILES = [
    "pyproject.toml",
    "requirements.lock",
    "requirements-test.lock",
    "environment.yml",
    "binder/environment.yml",
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of every file that names versions."""
    (tmp_path / "binder").mkdir()
    for name in FILES:
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def alter(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def pip_lines(name: str) -> list[str]:
    packages = yaml.safe_load((ROOT / name).read_text())["dependencies"]
    return next(part["pip"] for part in packages if isinstance(part, dict))


def test_nothing_has_drifted():
    assert pins.drift(ROOT) == []


def test_an_altered_pin_in_pyproject_is_caught_everywhere(tree):
    alter(tree / "pyproject.toml", "numpy==2.4.6", "numpy==2.4.5")
    found = "\n".join(pins.drift(tree))
    assert all(name in found for name in FILES[1:])
    assert "does not hold numpy==2.4.5" in found


@pytest.mark.parametrize("name", FILES[1:])
def test_an_altered_version_in_a_made_file_is_caught(tree, name):
    pin = "pytest==" if name == "requirements-test.lock" else "numpy=="
    alter(tree / name, pin, pin + "0.")
    assert any(sentence.startswith(name) for sentence in pins.drift(tree))


def test_a_missing_file_is_caught(tree):
    (tree / "requirements.lock").unlink()
    (tree / "requirements-test.lock").unlink()
    assert "requirements.lock is missing" in pins.drift(tree)


@pytest.mark.parametrize("name", ["environment.yml", "binder/environment.yml"])
def test_pins_are_inline(name):
    lines = pip_lines(name)
    assert not [line for line in lines if re.match(r"-(r|e|c)\b|--requirement|--editable|\.", line)]
    exact = [line for line in lines if not line.startswith("--extra-index-url")]
    assert exact and all(re.match(r"[\w.-]+==[\w.]+( ;|$)", line) for line in exact)


def test_binder_pins_nothing_of_repo2dockers_own():
    names = {line.split("==")[0] for line in pip_lines("binder/environment.yml")}
    assert not names & {"jupyterlab", "jupyter-server", "notebook", "jupyterhub", "ipykernel"}
    assert names | {"jupyterlab"} == {line.split("==")[0] for line in pip_lines("environment.yml")}


def test_locks_name_no_cuda_and_no_place():
    for name in ("requirements.lock", "requirements-test.lock"):
        lines = (ROOT / name).read_text().splitlines()
        packages = [line for line in lines if not line.startswith("#")]
        assert all(re.match(r"[\w.-]+==[\w.]+( ; .+)?$", line) for line in packages)
        assert not [line for line in packages if pins.CUDA.match(line)]


def test_the_test_lock_only_adds():
    learner = {name for name, _ in pins.locked(ROOT / "requirements.lock")}
    assert not learner & {name for name, _ in pins.locked(ROOT / "requirements-test.lock")}


def test_a_loose_pin_is_refused():
    with pytest.raises(Stop, match="no exact pin"):
        pins.pin("numpy>=2")


def test_the_front_door_asks_for_the_pythons_that_pyproject_names():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    after = f"{NEWEST[0]}.{NEWEST[1] + 1}"
    assert project["requires-python"] == f">={OLDEST[0]}.{OLDEST[1]},<{after}"
