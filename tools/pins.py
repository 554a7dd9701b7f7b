"""`python -m tools pins`: writes every file that names a version from pyproject.toml, the one list.

requirements.lock         all of a learner's packages, for every platform (environment markers)
requirements-test.lock    what testing adds
environment.yml           for conda users
binder/environment.yml    for Binder, whose JupyterLab is its own
"""

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tools import Stop
from tools.setup.torch_build import CPU_INDEX

ROOT = Path(__file__).resolve().parents[1]
PYTHON = "3.11"  # what conda and Binder get: the version that is tested the most

# torch's CUDA build pins these itself; in the lock they would bring gigabytes to every machine.
CUDA = re.compile(r"(nvidia-|cuda-|triton\b)")

LOCK_HEADER = """\
# Made by `python -m tools pins` from pyproject.toml: change that, not this.
# CUDA's own packages are left out: torch names them where its CUDA build is chosen.
# dependencies: {digest}
"""

CONDA_HEADER = """\
# Made by `python -m tools pins` from pyproject.toml: change that, not this.
#   conda env create -f environment.yml
#   conda activate fast-and-frugal
#   pip install --no-deps -e .
#   python -m utils.data && python -m tools.setup.jupyter_defaults
#   jupyter lab notebooks/00_start_here.ipynb
"""

BINDER_HEADER = """\
# Made by `python -m tools pins` from pyproject.toml: change that, not this.
# All pins inline: reading another file or installing the sources here would move the install behind
# the copy of the sources, and every commit would rebuild everything.
# JupyterLab is repo2docker's own: nothing here may pin it.
"""

GPU_COMMENT = "      # With an NVIDIA GPU remove this line: PyPI's build for Linux comes with CUDA."


# ---- what pyproject.toml says --------------------------------------------------------------------


def dependencies(root: Path) -> tuple[list[str], list[str]]:
    """The direct pins of learners, and those that testing adds."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return project["dependencies"], project["optional-dependencies"]["test"]


def pin(requirement: str) -> tuple[str, str]:
    """The name and the exact version in `name==version ; marker`."""
    match = re.match(r"([\w.-]+)==([\w.+!]+)\s*(;|$)", requirement)
    if not match:
        raise Stop(f"pyproject.toml: '{requirement}' is no exact pin: write name==version.")
    return match[1].lower().replace("_", "-"), match[2]


def digest(root: Path, test: bool) -> str:
    """A hash of the list that a lock was made from: it tells a stale lock with no network."""
    learner, extra = dependencies(root)
    listed = "\n".join(learner + (extra if test else []))
    return "sha256:" + hashlib.sha256(listed.encode()).hexdigest()


# ---- the files made from it ----------------------------------------------------------------------


def environment(root: Path, binder: bool) -> str:
    """The text of environment.yml, or of Binder's."""
    pins = [one for one in dependencies(root)[0] if not (binder and pin(one)[0] == "jupyterlab")]
    lines = [BINDER_HEADER if binder else CONDA_HEADER + "name: fast-and-frugal"]
    lines = ["\n".join(lines).rstrip("\n"), "channels:", "  - conda-forge"]
    lines += ["dependencies:", f"  - python={PYTHON}", "  - pip", "  - pip:"]
    lines += [] if binder else [GPU_COMMENT]
    lines += [f"      - --extra-index-url {CPU_INDEX}"]
    lines += [f'      - "{one}"' if ";" in one else f"      - {one}" for one in pins]
    return "\n".join(lines) + "\n"


def resolve(root: Path, lock: Path, upgrade: bool, *arguments: str) -> list[str]:
    """A lock's lines, found by uv for all platforms at once; old versions that still fit stay."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, lock.name)
        if lock.exists() and not upgrade:
            out.write_text(lock.read_text())
        command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--quiet"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
        command += ["--python-version", PYTHON, "--output-file", str(out), *arguments]
        done = subprocess.run([*command, "pyproject.toml"], cwd=root, capture_output=True, text=True)
        if done.returncode:
            raise Stop(f"uv could not resolve pyproject.toml:\n{done.stderr.strip()}")
        lines = out.read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#") and not CUDA.match(line)]


def write(root: Path, upgrade: bool) -> None:
    """Write all four files."""
    (root / "environment.yml").write_text(environment(root, binder=False))
    (root / "binder/environment.yml").write_text(environment(root, binder=True))
    lock, test_lock = root / "requirements.lock", root / "requirements-test.lock"
    learner = resolve(root, lock, upgrade)
    header = LOCK_HEADER.format(digest=digest(root, test=False))
    lock.write_text(header + "\n".join(learner) + "\n")
    both = resolve(root, test_lock, upgrade, "--extra", "test", "--constraint", str(lock))
    header = LOCK_HEADER.format(digest=digest(root, test=True))
    added = [line for line in both if line not in learner]
    test_lock.write_text(header + "\n".join(added) + "\n")


# ---- whether they still agree --------------------------------------------------------------------


def locked(lock: Path) -> set[tuple[str, str]]:
    lines = lock.read_text(encoding="utf-8").splitlines()
    return {pin(line) for line in lines if line and not line.startswith("#")}


def drift(root: Path) -> list[str]:
    """A sentence for each file that says other than pyproject.toml; needs no network."""
    found = []
    for name, binder in (("environment.yml", False), ("binder/environment.yml", True)):
        path = root / name
        if not path.exists() or path.read_text(encoding="utf-8") != environment(root, binder):
            found.append(f"{name} is not what pyproject.toml says")
    learner, extra = dependencies(root)
    for name, direct, test in (
        ("requirements.lock", learner, False),
        ("requirements-test.lock", extra, True),
    ):
        path = root / name
        if not path.exists():
            found.append(f"{name} is missing")
            continue
        if f"# dependencies: {digest(root, test)}\n" not in path.read_text(encoding="utf-8"):
            found.append(f"{name} was made from another list of dependencies")
        have = locked(path) | (locked(root / "requirements.lock") if test else set())
        missing = [f"{name}=={version}" for name, version in map(pin, direct) if (name, version) not in have]
        found += [f"{path.name} does not hold {', '.join(missing)}"] if missing else []
    return found


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools pins",
        description="Write requirements.lock, requirements-test.lock, environment.yml and "
        "binder/environment.yml from the versions in pyproject.toml.",
        epilog="To move to a new version: change it in pyproject.toml, run this, run make test.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing, fail on drift (offline)")
    parser.add_argument(
        "--upgrade", action="store_true", help="take the newest of what pyproject.toml doesn't pin"
    )
    options = parser.parse_args(argv)
    if not options.check:
        print("Resolving, with the package index…", flush=True)
        write(ROOT, options.upgrade)
    found = drift(ROOT)
    for sentence in found:
        print(f"{sentence}: type `python -m tools pins`.", file=sys.stderr)
    return 2 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Stop as stop:
        print(stop, file=sys.stderr)
        sys.exit(2)
