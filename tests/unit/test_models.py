"""What is made once: kept by a digest of what made it, whole or not at all, by one process for all that ask."""

import json
import multiprocessing
import shutil
import subprocess
import sys

import numpy as np
import pytest

from utils import models
from utils.making import digests

TOY = '''"""A toy of a room."""

import numpy as np

from utils.data import cache_dir
from utils.models import kept, write_study

KEPT = {"toy": "make", "bad": "fail"}
RECORDED = {"toy.json": "study"}
VALUE = 42


def make(folder):
    (folder / "weights").write_text(str(VALUE))
    with open(cache_dir() / "runs", "a") as runs:
        runs.write("x")


def fail(folder):
    (folder / "half").write_text("")
    raise RuntimeError("out of memory")


def study(folder):
    write_study(folder / "toy.json", {"a": np.arange(3) + VALUE, "read": len(read())})


def read():
    return (kept(__name__, "toy") / "weights").read_text()


def draw():
    return "nothing that is made depends on this"
'''


@pytest.fixture(autouse=True)
def room(monkeypatch, tmp_path):
    """A cache of its own, and a tree of ours with a room more."""
    monkeypatch.setenv("FASTFRUGAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("FASTFRUGAL_BARS", "off")
    # Of a file as long as before, written in the same second, Python would run what it has compiled of the old one.
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    tree = tmp_path / "tree"
    (tree / "utils" / "ch99").mkdir(parents=True)
    (tree / "utils" / "ch99" / "__init__.py").write_text("")
    for path in digests.ROOT.glob("utils/*.py"):
        (tree / "utils" / path.name).symlink_to(path)
    shutil.copytree(digests.ROOT / "utils" / "making", tree / "utils" / "making")  # a link would lead home
    toy = tree / "utils" / "ch99" / "toy.py"
    toy.write_text(TOY)
    for module in (models, digests):
        monkeypatch.setattr(module, "ROOT", tree)
    monkeypatch.setenv("PYTHONPATH", str(tree))
    monkeypatch.chdir(tree)
    change(toy, "", "")
    return toy


def change(toy, old, new):
    toy.write_text(toy.read_text().replace(old, new) if old else toy.read_text())
    digests._reached.cache_clear()
    digests._module.cache_clear()


NAME = "utils.ch99.toy"


def runs() -> int:
    return len((models.cache_dir() / "runs").read_text())


def test_made_once_and_kept():
    path = models.kept(NAME, "toy")
    assert (path / "weights").read_text() == "42"
    assert models.kept(NAME, "toy") == path and runs() == 1


@pytest.mark.parametrize(
    ("old", "new", "anew"),
    [
        ("VALUE = 42", "VALUE = 43", True),
        ("VALUE = 42", "VALUE = 42  # a comment", False),
        ('    (folder / "weights")', '    """A docstring."""\n    (folder / "weights")', False),
        ("nothing that is made", "still nothing that is made", False),
    ],
)
def test_code_that_matters_makes_it_anew_and_other_code_does_not(room, old, new, anew):
    before = models.kept(NAME, "toy")
    change(room, old, new)
    after = models.kept(NAME, "toy")
    assert (after != before) == anew and runs() == 1 + anew
    assert before.exists() != anew, "what no digest names any more is swept"


def test_versions_of_what_is_imported_count(monkeypatch):
    before = digests.digest(f"{NAME}:study")
    assert digests.versions(f"{NAME}:study") == {"numpy": np.__version__}
    monkeypatch.setattr(digests, "_version", lambda package: "0")
    assert digests.digest(f"{NAME}:study") != before


def test_a_study_counts_what_made_the_files_that_it_reads(room):
    before = digests.digest(f"{NAME}:study")
    change(room, "write_text(str(VALUE))", "write_text(str(VALUE + 1))")
    assert digests.digest(f"{NAME}:study") != before


def test_a_failure_leaves_nothing_and_says_why():
    with pytest.raises(RuntimeError, match="out of memory"):
        models.kept(NAME, "bad")
    assert [p.suffix for p in (models.cache_dir() / "models").iterdir()] == [".lock"]


def _kept(_):
    return models.kept(NAME, "toy")


def test_two_processes_make_it_once():
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert len(set(pool.map(_kept, range(4)))) == 1
    assert runs() == 1


def test_ctrl_c_is_a_sentence(monkeypatch):
    def interrupted(self, line):
        raise KeyboardInterrupt

    toy = models.ROOT / "utils" / "ch99" / "toy.py"
    toy.write_text(TOY.replace("def make(folder):", "def make(folder):\n    print('begun', flush=True)"))
    monkeypatch.setattr(models.Bar, "follow", interrupted)
    with pytest.raises(models.Stopped, match="Run this again"):
        models.kept(NAME, "toy")
    assert not list((models.cache_dir() / "models").glob("toy-*"))


def test_a_recording_says_where_it_comes_from_and_when_it_is_stale(room):
    assert any("toy.json" in line for line in models.stale())
    assert [line.split(": ")[1] for line in models.record(NAME)] == ["new"]
    assert not [line for line in models.stale() if "toy" in line]
    assert models.recorded(NAME, "toy.json")["a"].tolist() == [42, 43, 44]
    note = json.loads((room.parent / models.PROVENANCE).read_text())["toy.json"]
    assert set(note) == {"digest", "date", "machine", "seconds", "versions"}
    change(room, "VALUE = 42", "VALUE = 44")
    assert any("toy.json" in line for line in models.stale())
    assert models.recorded(NAME, "toy.json", fresh=True)["a"].tolist() == [44, 45, 46]
    assert [line for line in models.record(NAME) if "at most 2 from the old one" in line]


def test_no_recording_is_older_than_its_code(monkeypatch):
    tree = digests.Path(digests.__file__).resolve().parents[2]
    for module in (models, digests):
        monkeypatch.setattr(module, "ROOT", tree)
    digests._module.cache_clear()
    digests._reached.cache_clear()
    assert models.stale() == []


def test_changing_the_split_of_the_data_makes_networks_anew(room):
    """It once was [::12] in utils.data, and what was trained on another split was kept."""
    before = digests.digest("utils.ch99.toy:make")
    change(room, "from utils.data import cache_dir", "from utils.data import cache_dir, load_mnist")
    change(room, '    (folder / "weights")', '    load_mnist()\n    (folder / "weights")')
    with_data = digests.digest("utils.ch99.toy:make")
    split = models.ROOT / "utils" / "data.py"
    text = split.read_text()
    split.unlink()
    split.write_text(text.replace("[::12]", "[::10]"))
    change(room, "", "")
    assert len({before, with_data, digests.digest("utils.ch99.toy:make")}) == 3


def test_command():
    done = subprocess.run([sys.executable, "-m", "utils.models", "--help"], capture_output=True, text=True)
    assert done.returncode == 0 and "record" in done.stdout
