"""The front door: what it does once, what it refuses, and what it says then."""

import csv
import errno
import os
import subprocess
import sys
from collections import namedtuple
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools import Stop
from tools import __main__ as front
from tools.setup import environment, installer, torch_build
from tools.setup import unfinished as torn
from tools.setup.only_one import take

# ---- which Python --------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_pythons_that_will_do(version):
    assert front.supported(version)


@pytest.mark.parametrize(
    ("version", "how"), [((2, 7, 18), "too old"), ((3, 10, 13), "too old"), ((3, 14, 0), "too new")]
)
def test_other_pythons_are_refused_with_what_to_type(version, how):
    assert not front.supported(version)
    said = front.refusal(version, "lab")
    assert how in said and "PYTHON=python3.11" in said


def test_no_other_python_is_a_sentence(monkeypatch):
    monkeypatch.setattr(front.sys, "version_info", (3, 9, 1))
    monkeypatch.setattr(front, "version_of", lambda command: None)
    with pytest.raises(Stop, match="This is Python 3.9.1, too old"):
        front.main(["lab"])


def test_a_python_that_works_is_taken(monkeypatch):
    calls = []
    monkeypatch.setattr(front.sys, "version_info", (3, 9, 1))
    answers = {"python3.12": (3, 12)}
    monkeypatch.setattr(front, "version_of", lambda command: answers.get(command[0]))
    monkeypatch.setattr(front.subprocess, "call", lambda command, cwd: calls.append(command) or 3)
    if os.name != "nt":
        assert front.main(["lab", "--port", "1"]) == 3
        assert calls == [["python3.12", "-m", "tools", "lab", "--port", "1"]]


@pytest.mark.skipif(os.name == "nt", reason="shims are shell scripts")
def test_a_dead_shim_is_no_python(tmp_path):
    shim = tmp_path / "python3.12"
    shim.write_text("#!/bin/sh\necho 'not installed' >&2\nexit 127\n")
    shim.chmod(0o755)
    assert front.version_of([str(shim)]) is None
    assert front.version_of([str(tmp_path / "absent")]) is None
    assert front.version_of([sys.executable]) == sys.version_info[:2]


def test_an_unknown_command_is_a_sentence():
    with pytest.raises(Stop, match="no command 'labs'"):
        front.main(["labs"])


def test_help_names_every_command(capsys):
    assert front.main(["help"]) == 0
    said = capsys.readouterr().out
    assert all(name in said for name in front.COMMANDS)


def test_stop_exits_with_2_and_no_traceback():
    root = environment.ROOT
    done = subprocess.run([sys.executable, "-m", "tools", "no"], cwd=root, capture_output=True, text=True)
    assert done.returncode == 2 and "Traceback" not in done.stderr


# ---- the stamp -----------------------------------------------------------------------------------


@pytest.fixture
def tree(tmp_path, monkeypatch) -> Path:
    """A tree with locks and a pyproject.toml of its own, and a .venv said to work."""
    (tmp_path / ".venv").mkdir()
    (tmp_path / "requirements.lock").write_text("torch==2.13.0\ntraitlets==5.16.1\nsix==1.0\n")
    (tmp_path / "requirements-test.lock").write_text("pytest==9.2.0\n")
    pyproject = "[build-system]\n[project]\nname='x'\n[tool.setuptools]\n[tool.ruff]\n"
    (tmp_path / "pyproject.toml").write_text(pyproject)
    learner = tmp_path / "requirements.lock"
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "STAMP", tmp_path / ".venv/setup.json")
    monkeypatch.setattr(environment, "LOG", tmp_path / ".venv/setup.log")
    monkeypatch.setattr(environment, "TORCH_CHOICE", tmp_path / ".venv/torch-build")
    locks = {"learner": [learner], "test": [learner, tmp_path / "requirements-test.lock"]}
    monkeypatch.setattr(environment, "LOCKS", locks)
    monkeypatch.setattr(environment, "python_facts", lambda python: "3.11.7")
    monkeypatch.setattr(environment, "made_here", lambda: True)
    monkeypatch.delenv("FASTFRUGAL_TORCH", raising=False)
    return tmp_path


def stamped(level="learner", variant="cpu"):
    environment.write_stamp({level: environment.key(level, variant, "3.11.7")})


def test_a_stamp_holds_while_nothing_changes(tree):
    assert not environment.is_ready("learner", "cpu")
    stamped()
    assert environment.is_ready("learner", "cpu")
    assert not environment.is_ready("test", "cpu")


@pytest.mark.parametrize("name", ["requirements.lock", "pyproject.toml"])
def test_a_changed_list_is_set_up_again(tree, name):
    stamped()
    path = tree / name
    path.write_text(path.read_text().replace("six==1.0", "six==1.1").replace("'x'", "'y'"))
    assert not environment.is_ready("learner", "cpu")


def test_settings_of_other_tools_do_not_count(tree):
    stamped()
    with open(tree / "pyproject.toml", "a") as file:
        file.write("line-length = 90\n")
    assert environment.is_ready("learner", "cpu")


def test_another_python_place_or_torch_is_set_up_again(tree, monkeypatch):
    stamped()
    assert not environment.is_ready("learner", "cuda")
    monkeypatch.setattr(environment, "python_facts", lambda python: "3.12.1")
    assert not environment.is_ready("learner", "cpu")
    monkeypatch.setattr(environment, "python_facts", lambda python: "3.11.7")
    monkeypatch.setattr(environment, "VENV", tree / "moved/.venv")
    assert not environment.is_ready("learner", "cpu")


def test_a_torn_stamp_is_none(tree):
    stamped()
    text = environment.STAMP.read_text()
    environment.STAMP.write_text(text[: len(text) // 2])
    assert not environment.is_ready("learner", "cpu")


def test_no_stamp_is_left_by_a_set_up_that_failed(tree, monkeypatch):
    stamped()
    monkeypatch.setattr(environment, "check_platform", lambda *_: None)
    monkeypatch.setattr(environment, "site_packages", lambda: tree / "none")

    def fail(*_):
        raise Stop("no network")

    monkeypatch.setattr(environment, "install_packages", fail)
    with pytest.raises(Stop):
        environment.set_up("learner", "cpu")
    assert not environment.STAMP.exists()


def test_the_second_time_nothing_runs(tree, monkeypatch):
    steps = []
    monkeypatch.setattr(torch_build, "wanted", lambda remembered: "cpu")
    monkeypatch.setattr(environment, "check_platform", lambda *_: None)
    monkeypatch.setattr(environment, "site_packages", lambda: tree / "none")
    monkeypatch.setattr(environment, "install_packages", lambda *_: steps.append("install"))
    monkeypatch.setattr(environment, "prepare", lambda: steps.append("prepare"))
    environment.ensure("test")
    environment.ensure("test")
    environment.ensure("learner")  # what tests need holds what learners need
    assert steps == ["install", "prepare"]


# ---- what can be in the way ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "machine", "said"),
    [
        ("Darwin", "x86_64", "Intel"),
        ("Windows", "ARM64", "64-bit x86"),
        ("Linux", "armv7l", "armv7l"),
    ],
)
def test_machines_with_no_build_are_told_so(system, machine, said):
    with pytest.raises(Stop, match=said) as stopped:
        environment.check_platform(system, machine)
    assert "Binder" in str(stopped.value)


@pytest.mark.parametrize(
    ("system", "machine"), [("Darwin", "arm64"), ("Windows", "AMD64"), ("Linux", "aarch64")]
)
def test_machines_with_builds_go_on(system, machine):
    environment.check_platform(system, machine)


def test_an_old_macos_is_named():
    with pytest.raises(Stop, match="macOS 14"):
        environment.check_platform("Darwin", "arm64", release="13.6.1")


def test_rosetta_is_named():
    with pytest.raises(Stop, match="Rosetta"):
        environment.check_platform("Darwin", "x86_64", translated=True)


def test_a_full_disk_is_said_before_the_download(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: usage(9e9, 8e9, 1e9))
    with pytest.raises(Stop, match="Only 1.0 GB"):
        environment.check_disk("cpu")


def test_a_small_tmp_is_named(monkeypatch):
    usage = namedtuple("usage", "total used free")
    free = {environment.ROOT: 50e9}
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda path: usage(0, 0, free.get(path, 1e8)))
    with pytest.raises(Stop, match="TMPDIR"):
        environment.check_disk("cpu")


def test_no_venv_module_names_the_package(monkeypatch):
    done = SimpleNamespace(returncode=1, stdout="", stderr="No module named ensurepip")
    monkeypatch.setattr(environment.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(Stop, match=r"apt install python3[.\d]*-venv"):
        environment.make_venv()


def test_a_folder_that_dot_venv_links_to_is_not_emptied(tree, tmp_path, monkeypatch):
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "kept").touch()
    link = tmp_path / "linked"
    link.symlink_to(theirs)
    monkeypatch.setattr(environment, "VENV", link)
    with pytest.raises(Stop, match="is a link to"):
        environment.make_venv()
    assert (theirs / "kept").exists()


# ---- pip -----------------------------------------------------------------------------------------


def result(code: int, text: str = "") -> installer.Result:
    return installer.Result(code, text, Path(".venv/setup.log"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'", "can't be reached"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk is full"),
        ("ERROR: No matching distribution found for six==9", "six==9.*setup.log"),
        # As trackers quote pip: micro-nova/AmpliPi#357, certbot/certbot#1060, tensorflow/tensorflow#1553
        (
            "connection broken by 'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate "
            "verify failed: certificate is not yet valid (_ssl.c:1056)'))': /simple/pip/",
            r"isn't valid on \d\d \w+ \d{4}.*computer's clock",
        ),
        (
            "SSLError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate in "
            "certificate chain (_ssl.c:1006)')",
            "virus scanner.*PIP_CERT",
        ),
        # pypa/pip#4856, romis2012/python-socks#24, pypa/virtualenv#1040
        (
            "ERROR: Could not install packages due to an OSError: Missing dependencies for SOCKS support.",
            "SOCKS",
        ),
        (
            "'ProxyError('Cannot connect to proxy.', NewConnectionError('[Errno 111] Connection refused'))'",
            r"proxy doesn't answer, or refuses \(https_proxy=http://…@p:8\)",
        ),
        # pypa/pip#7398, tensorflow/tensorflow#45462
        (
            "ERROR: Could not install packages due to an OSError: [Errno 2] No such file or directory: 'C:\\\\x'\n"
            "HINT: This error might have occurred since this system does not have Windows Long Path support enabled. "
            "You can find information on how to enable this at https://pip.pypa.io/warnings/enable-long-paths",
            "260 characters",
        ),
    ],
)
def test_pips_failures_become_a_sentence(text, said, monkeypatch):
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("https_proxy", "http://ada:secret@p:8")
    with pytest.raises(Stop, match=said) as caught:
        result(1, text).or_stop()
    assert "secret" not in str(caught.value) and "type the same again" in str(caught.value)


def test_a_proxy_that_no_variable_names_is_in_pips_settings():
    assert "pip config list" in installer.proxies({"NO_PROXY": "localhost"})


@pytest.mark.parametrize(
    "name",
    ["PYTHONPATH", "PYTHONHOME", "PYTHONWARNINGS", "PYTHONINSPECT", "__PYVENV_LAUNCHER__", "PIP_TARGET"],
)
def test_variables_that_lead_past_the_environment_are_left_behind(name, monkeypatch):
    """jupyterhub/jupyterhub#2069, jupyter/jupyter_client#28"""
    monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror/simple")
    clean = installer.clean_environment()
    assert name not in clean and clean["PIP_INDEX_URL"] == "https://mirror/simple"


def test_another_pythons_kernel_of_the_same_name_is_not_taken(monkeypatch, tmp_path):
    """JUPYTER_PATH comes first: a module system, or conda's activation, sets it (jupyter/jupyter_core#134)."""
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    first, last = environment.inside_environment()["JUPYTER_PATH"].split(os.pathsep)
    assert Path(first) == environment.VENV / "share/jupyter" and Path(last) == tmp_path
    monkeypatch.delenv("JUPYTER_PATH")
    assert os.pathsep not in environment.inside_environment()["JUPYTER_PATH"]


@pytest.mark.parametrize(
    ("number", "what"),
    [
        (errno.EACCES, "a folder of your own"),
        (errno.EROFS, "a folder of your own"),
        (errno.ENOSPC, "make room"),
        (errno.EDQUOT, "quota"),
        (errno.EIO, "mend that"),
    ],
)
def test_where_the_system_says_no_a_sentence_says_what_to_do(number, what, monkeypatch):
    def refuse(level):
        raise OSError(number, os.strerror(number), "/opt/course/.cache")

    monkeypatch.setattr(environment, "ensure", refuse)
    with pytest.raises(Stop, match=f"/opt/course/.cache.*{what}"):
        environment.run("lab", ("tools.setup.serve", [], "learner", ""), [])


def test_a_full_disk_is_said_before_anything_is_made(tree, monkeypatch):
    """On a full disk venv itself fails, and says of ensurepip what nobody can read."""
    done = []
    monkeypatch.setattr(environment, "made_here", lambda: False)
    monkeypatch.setattr(environment, "make_venv", lambda: done.append("made"))
    monkeypatch.setattr(environment.shutil, "disk_usage", lambda _: SimpleNamespace(free=1e6))
    with pytest.raises(Stop, match="0.0 GB of disk are free here and 4 GB are needed"):
        environment.set_up("learner", "cpu")
    assert not done


@pytest.mark.skipif(os.name == "nt", reason="the fake pip is a shell script")
def test_pips_words_go_to_the_log_and_not_to_the_screen(tmp_path, capfd):
    fake = tmp_path / "python"
    fake.write_text('#!/bin/sh\necho "got $4 ${PIP_USER-none}"\nexit 1\n')
    fake.chmod(0o755)
    os.environ["PIP_USER"] = "1"
    try:
        ended = installer.pip_install(fake, tmp_path / "log", "packages", "six")
    finally:
        del os.environ["PIP_USER"]
    assert not ended.ok and "none" in ended.text
    assert "got" in (tmp_path / "log").read_text()
    assert "got" not in "".join(capfd.readouterr())


def test_of_a_pip_conf_only_how_the_index_is_reached_counts(tmp_path, monkeypatch):
    """user, target and prefix end a set-up in "Can not perform a '--user' install", or fill another folder."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    conf = tmp_path / "pip.conf"
    conf.write_text(
        "[global]\nuser = true\nproxy = http://p:1\ntimeout = 7\nindex-url = https://a/simple\n"
        "[install]\ntarget = /elsewhere\nprefix = /elsewhere\nrequire-hashes = true\nindex-url = https://b/simple\n"
        "extra-index-url =\n    https://c/simple\n    https://d/simple\n"
    )
    monkeypatch.setenv("PIP_CONFIG_FILE", str(conf))
    monkeypatch.setenv("PIP_TIMEOUT", "9")
    monkeypatch.setenv("PIP_TARGET", "/elsewhere")
    found = installer.pip_environment(Path(sys.executable))
    assert found["PIP_CONFIG_FILE"] == os.devnull
    assert (found["PIP_PROXY"], found["PIP_TIMEOUT"]) == ("http://p:1", "9")  # a variable wins, as with pip
    assert found["PIP_INDEX_URL"] == "https://b/simple"
    assert found["PIP_EXTRA_INDEX_URL"] == "https://c/simple https://d/simple"
    assert not {"PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_HASHES"} & set(found)


def fake_pip(works):
    """A pip that works where WORKS says so of its arguments; it keeps what it was asked."""
    asked = []

    def pip(*arguments):
        asked.append(" ".join(map(str, arguments)))
        return result(0 if works(asked[-1]) else 1)

    pip.asked = asked
    return pip


def test_the_cpu_build_comes_from_the_users_own_index_first(tmp_path):
    pip = fake_pip(lambda asked: True)
    torch_build.install("cpu", "2.13.0", tmp_path, pip)
    assert all("torch===2.13.0+cpu" in asked for asked in pip.asked)
    assert not any(torch_build.CPU_INDEX in asked for asked in pip.asked)


def test_then_from_pytorchs(tmp_path):
    pip = fake_pip(lambda asked: torch_build.CPU_INDEX in asked)
    torch_build.install("cpu", "2.13.0", tmp_path, pip)
    assert torch_build.CPU_INDEX in pip.asked[-1] and "--dry-run" not in pip.asked[-1]


def test_and_never_cuda_unasked(tmp_path):
    pip = fake_pip(lambda asked: "+cpu" not in asked)
    with pytest.raises(Stop, match="FASTFRUGAL_TORCH=cuda make lab"):
        torch_build.install("cpu", "2.13.0", tmp_path, pip)
    assert len(pip.asked) == 2 and all("--retries=0" in asked for asked in pip.asked)


def test_cuda_takes_what_torch_itself_pins(tmp_path):
    pip = fake_pip(lambda asked: True)
    torch_build.install("cuda", "2.13.0", tmp_path, pip)
    assert pip.asked == [f"-c {tmp_path} torch===2.13.0"]


def test_the_build_follows_the_gpu_the_platform_and_the_variable(tmp_path, monkeypatch):
    remembered = tmp_path / "torch-build"
    monkeypatch.delenv("FASTFRUGAL_TORCH", raising=False)
    monkeypatch.setattr(torch_build, "has_nvidia_gpu", lambda: False)
    assert torch_build.wanted(remembered, "linux") == "cpu"
    assert torch_build.wanted(remembered, "darwin") == "pypi"
    monkeypatch.setattr(torch_build, "has_nvidia_gpu", lambda: True)
    assert torch_build.wanted(remembered, "linux") == "cuda"
    remembered.write_text("cpu")
    assert torch_build.wanted(remembered, "linux") == "cpu"
    monkeypatch.setenv("FASTFRUGAL_TORCH", "cuda")
    assert torch_build.wanted(remembered, "linux") == "cuda"
    monkeypatch.setenv("FASTFRUGAL_TORCH", "rocm")
    with pytest.raises(Stop, match="rocm"):
        torch_build.wanted(remembered, "linux")


@pytest.mark.parametrize(("code", "found"), [(0, True), (9, False)])
def test_nvidia_smi_has_to_succeed(monkeypatch, code, found):
    monkeypatch.setattr(torch_build.os.path, "exists", lambda path: False)
    monkeypatch.setattr(torch_build.shutil, "which", lambda name: name)
    done = SimpleNamespace(returncode=code)
    monkeypatch.setattr(torch_build.subprocess, "run", lambda *_, **__: done)
    assert torch_build.has_nvidia_gpu() is found


def test_a_driver_with_no_device_is_no_gpu(monkeypatch):
    # A container on a host with a GPU sees the driver's files, but not the GPU.
    monkeypatch.setattr(torch_build.os.path, "exists", lambda path: True)
    monkeypatch.setattr(torch_build.glob, "glob", lambda pattern: [])
    monkeypatch.setattr(torch_build.shutil, "which", lambda name: None)
    assert not torch_build.has_nvidia_gpu()


# ---- packages torn by an interruption, two set-ups at once ---------------------------------------


def package(folder: Path, name: str) -> Path:
    """An installed package, as pip leaves it."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / f"{name}.py").write_text("x = 1\n")
    (info / "INSTALLER").write_text("pip\n")
    with open(info / "RECORD", "w", newline="") as record:
        rows = [(f"{name}.py", "", 6), (f"{info.name}/INSTALLER", "", 4), (f"{info.name}/RECORD", "", "")]
        csv.writer(record).writerows(rows)
    return info


def test_only_torn_packages_are_forgotten(tmp_path):
    whole = package(tmp_path, "whole")
    cut, lost, early = (package(tmp_path, name) for name in ("cut", "lost", "early"))
    (tmp_path / "cut.py").write_text("x")
    (tmp_path / "lost.py").unlink()
    (early / "INSTALLER").unlink()
    assert torn.forget_unfinished(tmp_path) == ["cut", "early", "lost"]
    assert whole.exists() and not (cut.exists() or lost.exists() or early.exists())


def test_one_set_up_at_a_time(tmp_path):
    with open(tmp_path / "lock", "a") as first, open(tmp_path / "lock", "a") as second:
        assert take(first)
        assert not take(second)
        first.close()
        assert take(second)


# ---- a lock that can't be installed ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "uv", "set_up"), [("pins", True, False), ("pins", False, True), ("check", True, True)]
)
def test_pins_can_mend_a_lock_that_set_up_stops_at(command, uv, set_up, monkeypatch, tmp_path):
    done = []
    monkeypatch.setattr(environment, "venv_python", lambda: tmp_path / "python")
    monkeypatch.setattr(environment, "ensure", lambda level: done.append("set up"))
    monkeypatch.setattr(environment, "hand_over", lambda arguments: done.append(arguments[1]))
    if uv:
        (tmp_path / "uv").touch(mode=0o755)
        (tmp_path / "uv.exe").touch(mode=0o755)
    environment.run(command, front.COMMANDS[command], [])
    assert done == ["set up"] * set_up + [front.COMMANDS[command][0]]
