"""Writes JupyterLab's defaults beside the Python that runs this, and on Binder its server's.

That is .venv on a learner's machine, and the image's own environment on Binder. They are defaults:
what learners change in JupyterLab's settings wins.
"""

import argparse
import json
import sys
from pathlib import Path

from utils.files import write_whole

# JupyterLab: no pop-ups about news, and a kernel's memory comes back when its notebook is closed.
LAB = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"kernelShutdown": True, "recordTiming": False},
}

# The server on Binder: a kernel left idle ends after 20 minutes, also where its tab is still open, but
# never one that computes. Two open ones are more than its 2 GB. A laptop has more, and who comes back
# from lunch wants the variables still there.
SERVER = {
    "MappingKernelManager": {
        "cull_idle_timeout": 1200,
        "cull_interval": 60,
        "cull_connected": True,
        "cull_busy": False,
    }
}

LAB_FILE = "share/jupyter/lab/settings/overrides.json"
SERVER_FILE = "etc/jupyter/jupyter_server_config.d/fastfrugal.json"


def write(prefix: Path, cull_idle: bool = False) -> list[Path]:
    """Write the files under PREFIX, each in one step; names them."""
    written = []
    for name, settings in {LAB_FILE: LAB, **({SERVER_FILE: SERVER} if cull_idle else {})}.items():
        path = prefix / name
        write_whole(path, json.dumps(settings, indent=2) + "\n")
        written.append(path)
    return written


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.setup.jupyter_defaults", description=__doc__)
    parser.add_argument("--cull-idle", action="store_true", help="end idle kernels, as Binder needs")
    write(Path(sys.prefix), parser.parse_args().cull_idle)
