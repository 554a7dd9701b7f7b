"""Binder, rehearsed: repo2docker's dry run says what it would build, with no Docker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def dockerfile() -> str:
    pytest.importorskip("repo2docker", reason="repo2docker is not installed")
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", "."]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_the_environment_is_installed_before_the_sources_come(dockerfile):
    # Else every commit to a lesson would install everything anew.
    copied = dockerfile.index("binder/environment.yml ${REPO_DIR}/binder/environment.yml")
    installed = dockerfile.index("env update -p ${NB_PYTHON_PREFIX} --file")
    sources = dockerfile.index("COPY --chown=0:0 src/ ${REPO_DIR}/")
    assert copied < installed < sources < dockerfile.index("RUN ./binder/postBuild")


def test_it_is_python_311_and_our_start(dockerfile):
    assert "Building conda environment for python=3.11\n" in dockerfile
    assert 'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"' in dockerfile


@pytest.mark.parametrize("name", ["postBuild", "start"])
def test_scripts_can_be_run(name):
    assert os.access(ROOT / "binder" / name, os.X_OK)


def test_post_build_stops_at_the_first_failure_and_leaves_nothing_out():
    lines = (ROOT / "binder/postBuild").read_text().splitlines()
    assert lines[0] == "#!/bin/bash"
    commands = [line for line in lines[1:] if not line.startswith("#")]
    assert commands == [
        "set -e",
        "pip install --no-deps -e .",
        "python -m utils.data",
        "python -m utils.models make",
        "python -m tools.setup.jupyter_defaults --cull-idle",
    ]


@pytest.mark.parametrize(
    ("limit", "threads"), [("2", "2"), ("1.5", "1"), ("0.5", "1"), (".5", "1"), ("", "unset")]
)
def test_threads_follow_the_containers_share(limit, threads):
    environment = {name: os.environ[name] for name in ("PATH",)} | {"CPU_LIMIT": limit}
    show = 'echo "${OMP_NUM_THREADS-unset} ${TF_NUM_INTRAOP_THREADS-unset}"'
    command = [ROOT / "binder/start", "sh", "-c", show]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [threads, threads]
