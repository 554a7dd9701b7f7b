"""Makes .venv hold exactly what the locks say, once; then runs a command inside it.

A stamp in .venv, written last, holds a hash of all that matters. While it matches nothing is done;
where it is missing or differs, the steps run again over what is there.
"""

import errno
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tools import Stop
from tools.__main__ import NEWEST, OLDEST, help_text
from tools.setup import installer, torch_build
from tools.setup.only_one import only_one
from tools.setup.unfinished import forget_unfinished
from utils.files import write_whole

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
STAMP = VENV / "setup.json"
LOG = VENV / "setup.log"
TORCH_CHOICE = VENV / "torch-build"
LOCKS = {
    "learner": [ROOT / "requirements.lock"],
    "test": [ROOT / "requirements.lock", ROOT / "requirements-test.lock"],
}
YOUR_OWN = "copy the course into a folder of your own, then type the same there"
DO = {  # where the system says no
    errno.EACCES: YOUR_OWN,
    errno.EPERM: YOUR_OWN,
    errno.EROFS: YOUR_OWN,
    errno.ENOSPC: "make room, then type the same again",
    errno.EDQUOT: "make room (your quota is used up), then type the same again",
}
GIGABYTES = {"cpu": 4, "pypi": 4, "cuda": 12}  # of free disk that a fresh install wants


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def python_facts(python: Path) -> str | None:
    """The version of a Python we support that has pip; None where it is missing or broken."""
    code = (
        "import sys, importlib.util as u; v = sys.version_info; print('%d.%d.%d' % v[:3]); "
        f"sys.exit(not {OLDEST} <= v[:2] <= {NEWEST} or u.find_spec('pip') is None)"
    )
    try:
        run = subprocess.run(
            [python, "-c", code],
            capture_output=True,
            text=True,
            env=installer.clean_environment(),
        )
    except OSError:
        return None
    return run.stdout.strip() if run.returncode == 0 else None


# ---- the stamp ----------------------------------------------------------------------------------


def key(level: str, variant: str, facts: str) -> str:
    """A hash of all that decides what .venv must hold. The place counts: scripts name it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packaging = [project["build-system"], project["project"], project["tool"]["setuptools"]]
    parts = [lock.read_text(encoding="utf-8") for lock in LOCKS[level]]
    parts += [json.dumps(packaging, sort_keys=True), variant, facts, str(VENV)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        return stamp if isinstance(stamp, dict) else {}
    except (OSError, ValueError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """In one step: a stamp is either all there or not there."""
    write_whole(STAMP, json.dumps(stamp, indent=1) + "\n")


def is_ready(level: str, variant: str) -> bool:
    stamp, facts = read_stamp(), python_facts(venv_python())
    return bool(stamp and facts) and stamp.get(level) == key(level, variant, facts)


# ---- what can be in the way ---------------------------------------------------------------------


def check_platform(system: str, machine: str, release: str = "", translated: bool = False) -> None:
    """Stop where PyTorch or TensorFlow has no build, before anything is downloaded."""
    where = "open it on Binder instead (the badge at the top of README.md)"
    if system == "Darwin" and machine == "x86_64":
        if translated:
            raise Stop(
                "This Python was built for Intel and runs under Rosetta: install one for Apple "
                "silicon (python.org's universal installer), then type the same again."
            )
        raise Stop(f"PyTorch no longer comes for Macs with an Intel processor: {where}.")
    if system == "Darwin" and int(release.split(".", maxsplit=1)[0] or 99) < 14:
        raise Stop(f"PyTorch needs macOS 14 or newer, this is {release}: update it, or {where}.")
    if system == "Windows" and machine != "AMD64":
        raise Stop(
            "PyTorch and TensorFlow come for 64-bit x86 Windows only: install such a Python from "
            f"python.org, or {where}."
        )
    if system == "Linux" and (machine not in ("x86_64", "aarch64") or Path("/etc/alpine-release").exists()):
        raise Stop(f"PyTorch and TensorFlow have no builds for this Linux ({machine}): {where}.")


def under_rosetta() -> bool:
    if sys.platform != "darwin":
        return False
    asked = ["sysctl", "-n", "sysctl.proc_translated"]
    return subprocess.run(asked, capture_output=True, text=True).stdout.strip() == "1"


def check_disk(variant: str) -> None:
    """Stop before a download that can't fit: in .venv's folder, or where pip unpacks."""
    need = GIGABYTES[variant]
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < need:
        raise Stop(
            f"Only {free:.1f} GB of disk are free here and {need} GB are needed: make room, then "
            "type the same again."
        )
    scratch = tempfile.gettempdir()
    free = shutil.disk_usage(scratch).free / 1e9
    if free < need / 3:
        raise Stop(
            f"Only {free:.1f} GB are free in {scratch}, where pip unpacks ({need / 3:.1f} GB are "
            "needed): make room, or set TMPDIR to a folder on a larger disk, then type the same "
            "again."
        )


# ---- the steps ----------------------------------------------------------------------------------


def made_here() -> bool:
    """Whether .venv was made at this place: what pip writes names it, so a moved one is no use."""
    try:
        return str(VENV) in (VENV / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False


def make_venv() -> None:
    """Create .venv, or make it anew where its Python or pip doesn't work."""
    if VENV.is_symlink():  # --clear would empty the folder that it leads to
        raise Stop(f".venv is a link to {VENV.resolve()}: remove it (rm .venv), then type the same again.")
    base = getattr(sys, "_base_executable", None) or sys.executable
    clean = installer.clean_environment()
    probe = subprocess.run([base, "-c", "import venv, ensurepip"], capture_output=True, env=clean)
    if probe.returncode:
        # Debian and Ubuntu ship this part of Python as a package of its own.
        package = "python3-venv"
        if os.path.realpath(base) != os.path.realpath("/usr/bin/python3"):
            package = "python{}.{}-venv".format(*sys.version_info)
        sudo = "" if hasattr(os, "geteuid") and os.geteuid() == 0 else "sudo "
        raise Stop(
            "This Python can't make virtual environments, a part of it is missing: "
            f"type `{sudo}apt install {package}` (Debian, Ubuntu), then the same again."
        )
    made = subprocess.run(
        [base, "-m", "venv", "--clear", str(VENV)],
        capture_output=True,
        text=True,
        env=clean,
    )
    if made.returncode or not python_facts(venv_python()):
        lines = (made.stderr or made.stdout).strip().splitlines() or ["it gave no reason"]
        raise Stop(f"{base} could not make .venv: {lines[-1]}")


def site_packages() -> Path:
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    clean = installer.clean_environment()
    out = subprocess.run([venv_python(), "-c", code], capture_output=True, text=True, check=True, env=clean)
    return Path(out.stdout.strip())


def install_packages(level: str, variant: str, fresh: bool) -> None:
    """Install the locks, PyTorch's right build first. Asks the network only for what's missing."""
    locks = [part for lock in LOCKS[level] for part in ("-r", lock)]
    version = re.search(r"^torch==(\S+)", LOCKS["learner"][0].read_text(), re.M)[1]
    torch = torch_build.requirement(variant, version)
    if not fresh and installer.satisfied(venv_python(), *locks, torch):
        return

    def pip(doing):
        return lambda *asked: installer.pip_install(venv_python(), LOG, doing, *asked)

    # One small package, asked for without patience: no network is said in seconds, not minutes.
    tiny = re.search(r"^traitlets==\S+", LOCKS["learner"][0].read_text(), re.M)[0]
    curt = ["--dry-run", "--no-deps", "--ignore-installed", "--retries=1", "--timeout=10"]
    pip("asking the package index")(*curt, tiny).or_stop()
    what = {"cpu": "the CPU build", "cuda": "the CUDA build, about 3 GB", "pypi": "PyPI's build"}
    say(f"[2/4] PyTorch {version}: {what[variant]}")
    torch_build.install(variant, version, LOCKS["learner"][0], pip("PyTorch"))
    count = sum(len(re.findall(r"(?m)^\w", lock.read_text(encoding="utf-8"))) for lock in LOCKS[level])
    say(f"[3/4] About {count} more packages, exactly as locked (0.7 GB to download)")
    pip("packages")("--no-deps", "--retries=2", *locks).or_stop()


def run_in_venv(*arguments: str) -> int:
    return subprocess.run([str(venv_python()), *arguments], cwd=ROOT, env=inside_environment()).returncode


def prepare() -> None:
    """What comes after the packages: our own, the data, Jupyter's defaults. Nothing is trained here."""
    own = ["--no-deps", "--no-build-isolation", "--no-index", "-e", ROOT]
    installer.pip_install(venv_python(), LOG, "utils", *own).or_stop()
    for module in ("utils.data", "tools.setup.jupyter_defaults"):
        code = run_in_venv("-m", module)
        if code:
            raise Stop(
                f"`python -m {module}` failed (code {code}), as it says above: type the same "
                "again once that is mended; what is already there is kept."
            )


def set_up(level: str, variant: str) -> None:
    check_platform(platform.system(), platform.machine(), platform.mac_ver()[0], under_rosetta())
    STAMP.unlink(missing_ok=True)  # from here on .venv is unfinished, until the last line
    fresh = not (made_here() and python_facts(venv_python()))
    say("Setting up, once: a few minutes (Ctrl-C stops, the same command goes on).")
    if fresh:
        check_disk(variant)
        say("[1/4] Python environment in .venv")
        make_venv()
    else:
        unfinished = forget_unfinished(site_packages())
        say(f"[1/4] .venv is there{', mending ' + ', '.join(unfinished) if unfinished else ''}")
    if os.environ.get("FASTFRUGAL_TORCH"):
        TORCH_CHOICE.write_text(variant)
    install_packages(level, variant, fresh)
    say("[4/4] utils, MNIST, Jupyter's defaults")
    prepare()
    facts = python_facts(venv_python())
    levels = {"learner", level}
    write_stamp({name: key(name, variant, facts) for name in levels})
    say("Set up.\n")


def ensure(level: str) -> None:
    """Make .venv ready for LEVEL, which takes a fraction of a second where it is already."""
    variant = torch_build.wanted(TORCH_CHOICE)
    if is_ready(level, variant):
        return
    with only_one(ROOT / ".cache" / "setup.lock"):
        if not is_ready(level, variant):  # another set-up may have done it while we waited
            set_up(level, variant)


# ---- running inside -----------------------------------------------------------------------------


def inside_environment() -> dict[str, str]:
    """As if .venv were activated; Jupyter prefers what lies there to what is in the user's home."""
    environment = installer.clean_environment()
    environment["VIRTUAL_ENV"] = str(VENV)
    environment["PATH"] = os.pathsep.join([str(venv_python().parent), environment.get("PATH", "")])
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"
    # It comes before all others, and may hold another Python's kernel of the same name.
    theirs = environment.get("JUPYTER_PATH")
    environment["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(VENV / "share" / "jupyter"), theirs]))
    return environment


def hand_over(arguments: list[str]) -> int:
    """Become the command inside .venv, so that signals and exit codes are its own."""
    command = [str(venv_python()), *arguments]
    os.chdir(ROOT)
    if os.name != "nt":
        os.execve(command[0], command, inside_environment())
    child = subprocess.Popen(command, env=inside_environment())
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the console sent it to the child as well


def run(name: str, command: tuple, arguments: list[str]) -> int:
    """Set up what the command needs, then run it."""
    module, first, level, _ = command
    if name == "setup":
        if set(arguments) - {"--test"}:
            raise Stop("setup knows one option, --test: `python -m tools help` tells more.")
        level = "test" if arguments else level
    if {"-h", "--help"} & set(arguments) and not python_facts(venv_python()):
        print(help_text())  # who asks for help doesn't ask for gigabytes
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that pip is stopped along
    # A lock that can't be installed is mended by `pins`, which needs of .venv no more than uv.
    mends = name == "pins" and shutil.which("uv", path=str(venv_python().parent))
    try:
        if not mends:
            ensure(level)
    except OSError as error:
        how = DO.get(error.errno, "mend that, then type the same again")
        raise Stop(
            f"Setting up failed: {error.strerror or error} ({error.filename or ROOT}): {how}."
        ) from error
    if module is None:
        say(f"Ready: {venv_python()}")
        return 0
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return hand_over(["-m", module, *first, *arguments])
