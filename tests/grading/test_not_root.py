"""The grader as an ordinary user, who has no rights but those that a user namespace gives."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import numpy as np
import pytest

from grader import sandbox
from grader.__main__ import main
from grader.reference import ROOT
from tests.grading.conftest import ANSWERS, LAB
from utils.protocol import lab_name

pytestmark = [
    pytest.mark.xdist_group("grading-not-root"),
    pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is no sandbox"),
]

USER = "1000"
# What can be reached is asked in the box and, so that "nothing" means something, out of it, too.
ASK = """
import os, pathlib, socket

seen = [path for path in {files!r} if os.path.exists(path)]
seen += ["token"] if "secret" in os.environ.values() else []
try:
    socket.create_connection(("127.0.0.1", {port}), timeout=5).close()
    seen.append("network")
except OSError:
    pass
try:
    pathlib.Path({note!r}).write_text("changed")  # in the box it may go to a folder that is thrown away
except OSError:
    pass
"""
GRADE = """
import json, os, pathlib, sys
from grader.__main__ import main
from grader.report import read_results

place = pathlib.Path(sys.argv[1])
code = main(["grade", str(place / "there"), "--out", str(place / "out")], place / "course")
results = {
    result["student"]: {e["name"]: [e["outcome"], e["reason"]] for e in result["exercises"]}
    for result in read_results(place / "out")
}
said = {"user": os.getuid(), "code": code, "results": results, "note": (place / "note").read_text()}
exec(sys.argv[2])
print(json.dumps(said | {"seen": seen, "note, then": (place / "note").read_text()}))
"""


@pytest.fixture
def place(course) -> Iterator[Path]:
    """A folder of the ordinary user's: a course, data, room for temporary files."""
    folder = Path(tempfile.mkdtemp())  # short: sockets lie in it
    shutil.copytree(course, folder / "course")
    for name in ("cache/models", "temporary", "there"):
        (folder / name).mkdir(parents=True)
    (folder / "cache" / "models" / "one.keras").write_text("a model")
    np.savez(folder / "cache" / "mnist.npz", x_test=np.zeros((2, 28, 28)), y_test=np.zeros(2))
    yield folder
    shutil.rmtree(folder)


def hand_in(place: Path, student: str, **answers: str) -> None:
    lab = nbformat.read(place / "course" / "labs" / f"{lab_name(LAB)}.ipynb", as_version=4)
    for cell in lab.cells:
        cell.source = answers.get(cell.id.removeprefix("ex-"), cell.source)
    (place / "there" / student).mkdir()
    nbformat.write(lab, place / "there" / student / f"{lab_name(LAB)}.ipynb")


def as_user(command: list[str], readable: set[Path]) -> list[str]:
    """``command``, to be run by root as an ordinary user; folders that only root may enter are opened to it.

    All of the file system is bound, not put together anew: where anything of /proc is covered or read-only,
    the kernel lets no user namespace mount a /proc of its own, and there is no box in such a box.
    """
    mounts = ["--dev-bind", "/", "/"]
    closed = {folder for path in readable for folder in path.parents if not folder.stat().st_mode & 0o001}
    tops = [folder for folder in closed if not closed & set(folder.parents)]
    for top in tops:
        mounts += ["--perms", "0755", "--tmpfs", str(top)]
    for path in sorted(path for path in readable if any(path.is_relative_to(top) for top in tops)):
        for folder in reversed(path.parents):
            mounts += ["--perms", "0755", "--dir", str(folder)]
        mounts += ["--bind", str(path), str(path)]
    user = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups", "--no-new-privs"]
    return [sandbox.find_bwrap(), *mounts, "--chdir", str(ROOT), "--", *user, *command]


@pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become another; others run all tests as they are"
)
def test_an_ordinary_user_grades_and_the_box_holds(place, kernel):
    with socket.create_server(("127.0.0.1", 0)) as server:
        files = [ROOT / "solutions", place / "course", place / "out" / "seed", Path("/etc/passwd")]
        names = list(map(str, files))
        ask = ASK.format(files=names, port=server.getsockname()[1], note=str(place / "note"))
        hand_in(place, "curious", double=f"{ask}\nraise RuntimeError(f'seen: {{seen}}')\n{ANSWERS['double']}")
        hand_in(place, "hostile", double=f"import os\n\nos._exit(0)\n{ANSWERS['double']}")
        hand_in(place, "right", **ANSWERS)
        hand_in(place, "wrong", double="def double(x):\n    return 3 * x")
        (place / "note").write_text("as it was")
        killed = place / "temporary" / "ff-run-4194305-killed" / "data"
        killed.mkdir(parents=True)
        (killed / "mnist.npz").write_text("data")
        subprocess.run(["chown", "-R", f"{USER}:{USER}", str(place)], check=True)
        readable = {Path(sys.prefix), Path(sys.base_prefix).resolve(), ROOT, place}
        done = subprocess.run(
            as_user([sys.executable, "-c", GRADE, str(place), ask], readable),
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(place),
                "TMPDIR": str(place / "temporary"),
                "FASTFRUGAL_CACHE": str(place / "cache"),
                "TOKEN": "secret",
            },
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert (said["user"], said["code"]) == (int(USER), 1)  # a person is asked about what curious raised
    assert said["seen"] == [*names, "token", "network"] and said["note, then"] == "changed"
    assert said["note"] == "as it was"
    results = said["results"]
    assert results["curious"]["double"] == ["failed", "your cell raised RuntimeError: seen: []"]
    assert results["hostile"]["double"][0] == "killed"
    assert {outcome for outcome, _ in results["right"].values()} == {"passed"}
    assert [outcome for outcome, _ in results["wrong"].values()] == ["failed", "blank", "blank"]
    assert list((place / "temporary").iterdir()) == []


def test_where_user_namespaces_are_forbidden_it_says_what_to_set(place, tmp_path, monkeypatch, capsys):
    """Ubuntu 24.04's bubblewrap says this."""
    (tmp_path / "bwrap").write_text(
        "#!/bin/sh\necho 'bwrap: setting up uid map: Permission denied' >&2\nexit 1\n"
    )
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    hand_in(place, "right", **ANSWERS)
    assert main(["grade", str(place / "there"), "--out", str(place / "out")], place / "course") == 2
    said = capsys.readouterr().err
    assert "it can't: bwrap: setting up uid map: Permission denied.\n" in said
    assert "\n  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\n" in said
    assert not (place / "out").exists()
