"""Which build of PyTorch belongs on this machine, and where it comes from.

PyPI's Linux wheels carry CUDA: gigabytes that a machine with no NVIDIA GPU never uses. There we
take the CPU build, from whatever pip is configured to use or from PyTorch's own index.
"""

import glob
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import Stop

CPU_INDEX = "https://download.pytorch.org/whl/cpu"

NO_CPU_BUILD = (
    f"PyTorch's CPU build can't be had: pip's own index doesn't have it, {CPU_INDEX} doesn't answer. "
    "Check the network and type the same again; or type `FASTFRUGAL_TORCH=cuda make lab`, which "
    "takes the CUDA build (about 3 GB to download; it works with no GPU, too)."
)


def has_nvidia_gpu():
    """Whether an NVIDIA GPU can be used here; containers may see a host's driver and no device."""
    if os.path.exists("/proc/driver/nvidia/version") and glob.glob("/dev/nvidia[0-9]*"):
        return True
    if not shutil.which("nvidia-smi"):
        return False
    try:
        return subprocess.run(["nvidia-smi", "-L"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def wanted(remembered: Path, platform: str = sys.platform) -> str:
    """`cpu`, `cuda`, or `pypi` where it has one build only. A choice made by variable stays."""
    asked = os.environ.get("FASTFRUGAL_TORCH", "").strip().lower()
    if asked not in ("", "cpu", "cuda"):
        raise Stop(f"FASTFRUGAL_TORCH is '{asked}': set it to cpu or cuda, or leave it out.")
    if platform != "linux":
        return "pypi"
    if not asked and remembered.exists():
        asked = remembered.read_text().strip()
    return asked or ("cuda" if has_nvidia_gpu() else "cpu")


def requirement(variant: str, version: str) -> str:
    """`===` compares the whole name: `==2.13.0` would be content with 2.13.0+cpu."""
    return {"cpu": f"torch==={version}+cpu", "cuda": f"torch==={version}"}.get(variant, f"torch=={version}")


def install(variant: str, version: str, lock: Path, pip) -> None:
    """Install the wanted build with PIP, a function that takes pip's arguments."""
    want = requirement(variant, version)
    if variant != "cpu":
        # CUDA's packages are not in the lock: torch's own metadata pins them.
        pip("-c", lock, want).or_stop()
        return
    for index in ([], ["--index-url", CPU_INDEX]):
        # A dry run that gives up at once asks whether the index has it: only then is it tried hard.
        ask = pip("--dry-run", "--no-deps", "--retries=0", "--timeout=15", *index, want)
        if ask.ok:
            pip("--no-deps", *index, want).or_stop()
            return
    raise Stop(NO_CPU_BUILD)
