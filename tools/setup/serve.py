"""`python -m tools lab`: JupyterLab on the first lesson, with a few words on the screen.

What Jupyter itself has to say goes to .venv/jupyter.log, or to the temporary folder where that is read-only.
"""

import argparse
import importlib.metadata
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
LESSON = "notebooks/00_start_here.ipynb"
LOGS = (Path(sys.prefix) / "jupyter.log", Path(tempfile.gettempdir()) / f"fast-and-frugal-{os.getpid()}.log")
PATIENCE = 120  # seconds until the server must answer: a cold disk takes its time


def parse(argv: list[str]) -> list[str]:
    """Our only option is --help; everything else is Jupyter's."""
    parser = argparse.ArgumentParser(
        prog="python -m tools lab",
        description="Open JupyterLab on the first lesson. Ctrl-C stops it.",
        epilog="All options go to Jupyter: --port 8899 takes another port, --no-browser opens none "
        "(so do BROWSER=none and a machine with no display). `jupyter lab --help-all` lists them.",
    )
    return [argument for argument in parser.parse_known_args(argv)[1] if argument != "--"]


def opens_browser(environment, platform: str = sys.platform) -> bool:
    """Whether there is a browser to open: BROWSER says so, or a display."""
    browser = environment.get("BROWSER", "")
    if browser:
        return browser.lower() != "none"
    return platform != "linux" or bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


def command(extra: list[str], browser: bool, root_user: bool) -> list[str]:
    """The server's command line; EXTRA comes last, so that it wins."""
    page = f"/lab/tree/{LESSON}" if (ROOT / LESSON).exists() else "/lab"
    ours = [f"--ServerApp.root_dir={ROOT}", f"--LabApp.default_url={page}"]
    ours += ["--ServerApp.ip=127.0.0.1"]
    ours += [] if browser else ["--no-browser"]
    ours += ["--allow-root"] if root_user else []  # in a container everyone is
    return [sys.executable, "-m", "jupyterlab", *ours, *extra]


def address(server: subprocess.Popen) -> str | None:
    """The URL to open, token and all, once SERVER has written down where it listens."""
    from jupyter_core.paths import jupyter_runtime_dir

    try:
        facts = Path(jupyter_runtime_dir(), f"jpserver-{server.pid}.json").read_text()
        facts = json.loads(facts)
    except (OSError, ValueError):
        return None
    page = f"lab/tree/{LESSON}" if (ROOT / LESSON).exists() else "lab"
    token = f"?token={facts['token']}" if facts.get("token") else ""
    return f"{facts['url']}{page}{token}"


def wait_for_address(server: subprocess.Popen) -> str | None:
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        if url := address(server):
            return url
        time.sleep(0.1)
    return None


def open_log(candidates: tuple[Path, ...]) -> IO[str]:
    """The first that can be written: a class's install may be read-only."""
    for path in candidates[:-1]:
        with suppress(OSError):
            return open(path, "w", encoding="utf-8")
    return open(candidates[-1], "w", encoding="utf-8")


def elsewhere() -> dict[str, str]:
    """Variables that send Jupyter's own folders to a temporary one, for those that can't be written to.

    A home may be read-only, or these belong to another user since somebody typed sudo.
    """
    from jupyter_core import paths

    own = {
        "JUPYTER_RUNTIME_DIR": paths.jupyter_runtime_dir(),
        "JUPYTER_DATA_DIR": paths.jupyter_data_dir(),
        "JUPYTER_CONFIG_DIR": paths.jupyter_config_dir(),
    }
    closed = [name for name, folder in own.items() if not can_write(Path(folder))]
    return {name: tempfile.mkdtemp(prefix="fast-and-frugal-") for name in closed}


def can_write(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def failed(server: subprocess.Popen, log: Path) -> int:
    """Say why the server isn't there: Jupyter's last words."""
    server.terminate()
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    said = "\n".join(f"  {line}" for line in lines[-8:])
    print(f"\nJupyterLab did not start. Its last words ({log}):\n{said}", file=sys.stderr)
    return 2


def hiding(root: Path) -> list[str]:
    """A sentence for each file beside notebooks that Python would import in place of the module of its name."""
    known = {"utils", *sys.stdlib_module_names, *importlib.metadata.packages_distributions()}
    beside = [path for folder in ("notebooks", "labs") for path in sorted((root / folder).glob("*.py"))]
    return [
        f"{path.relative_to(root)} hides the module `{path.stem}` from every notebook beside it: "
        "give it another name, then restart the kernels."
        for path in beside
        if path.stem in known
    ]


def main(argv: list[str]) -> int:
    extra = parse(argv)
    browser = opens_browser(os.environ) and "--no-browser" not in extra
    root_user = hasattr(os, "geteuid") and os.geteuid() == 0
    # Half a second. The cache may have been cleared since set-up; where there's no network, the
    # command says so, and the lessons that need the data will too.
    subprocess.run([sys.executable, "-m", "utils.data"], cwd=ROOT)
    for sentence in hiding(ROOT):
        print(sentence, file=sys.stderr)
    if variables := elsewhere():
        os.environ |= variables
        print(
            f"Jupyter's folders in {Path.home()} can't be written to: it uses temporary ones, and forgets settings.",
            file=sys.stderr,
        )
    print("Starting JupyterLab ...", flush=True)
    with open_log(LOGS) as log:
        # In a session of its own: Ctrl-C comes to us alone, and Jupyter doesn't ask "sure?".
        server = subprocess.Popen(
            command(extra, browser, root_user),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def stop(*_):
        server.terminate()  # it shuts its kernels down, then ends

    stopped = []
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: (stopped.append(1), stop()))
    url = wait_for_address(server)
    if not url and not stopped:
        return failed(server, Path(log.name))
    if url:
        print(f"\n  {url}\n")
        print("Opening it in your browser." if browser else "Open this address in a browser.")
        print("Ctrl-C stops it.", flush=True)
    code = server.wait()
    if stopped:
        print("\nStopped.")
        return 0
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
