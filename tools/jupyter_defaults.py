"""Writes JupyterLab's and its server's defaults beside the Python that runs this.

That is .venv on a learner's machine, and the image's own environment on Binder. They are defaults:
what learners change in JupyterLab's settings wins.
"""

import json
import os
import sys
from pathlib import Path

# JupyterLab: no pop-ups about news, and a kernel's memory comes back when its notebook is closed.
LAB = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/notebook-extension:tracker": {"kernelShutdown": True, "recordTiming": False},
}

# The server: a kernel left idle ends after 20 minutes, also where its tab is still open, but never
# one that computes. Two open ones are more than Binder's 2 GB.
SERVER = {
    "MappingKernelManager": {
        "cull_idle_timeout": 1200,
        "cull_interval": 60,
        "cull_connected": True,
        "cull_busy": False,
    }
}

FILES = {
    "share/jupyter/lab/settings/overrides.json": LAB,
    "etc/jupyter/jupyter_server_config.d/fastfrugal.json": SERVER,
}


def write(prefix: Path) -> list[Path]:
    """Write the files under PREFIX, each in one step; names them."""
    written = []
    for name, settings in FILES.items():
        path = prefix / name
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        os.replace(part, path)
        written.append(path)
    return written


if __name__ == "__main__":
    write(Path(sys.prefix))
