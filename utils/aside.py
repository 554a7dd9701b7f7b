"""Run a module of ours in a process of its own: another framework, whose memory and messages stay there."""

from __future__ import annotations

import json
import subprocess
import sys


def run_aside(module: str, *arguments: str) -> dict:
    """What ``python -m module`` prints as the last line of its stdout, which has to be a JSON object.

    What it says on stderr is shown only if it fails, as part of the RuntimeError.
    """
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[1:])} failed:\n{done.stderr[-3000:]}")
    return json.loads(done.stdout.strip().splitlines()[-1])
