"""What nbval compares, and what is kept of a run: time and memory a notebook."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import tempfile
import time

import psutil
import pytest

if "FASTFRUGAL_DATA" not in os.environ:  # a run of the tests is no learner's progress
    os.environ["FASTFRUGAL_DATA"] = tempfile.mkdtemp(prefix="fast-and-frugal-")
    atexit.register(shutil.rmtree, os.environ["FASTFRUGAL_DATA"], ignore_errors=True)


def pytest_collectstart(collector):
    """Claims and replies put what differs between machines into HTML: nbval compares the plain text."""
    if getattr(collector, "skip_compare", None):
        collector.skip_compare += ("text/html",)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before nbval starts a notebook's kernel: tell it, for the record of claims, which one it is."""
    if hasattr(item, "cell"):
        os.environ["FASTFRUGAL_NOTEBOOK"] = str(item.path.relative_to(item.config.rootpath))
        item.parent.stash.setdefault(STARTED, time.perf_counter())


STARTED = pytest.StashKey[float]()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """After a notebook's last cell, while its kernel still lives: keep its seconds and peak memory."""
    record = os.environ.get("FASTFRUGAL_BUDGET")
    if not record or not hasattr(item, "cell") or (nextitem and nextitem.parent is item.parent):
        return
    kernel = item.parent.kernel.km.provisioner.pid
    line = {
        "notebook": os.environ["FASTFRUGAL_NOTEBOOK"],
        "seconds": time.perf_counter() - item.parent.stash[STARTED],
        "peak_mb": _peak_mb(kernel),
    }
    with open(record, "a") as file:
        file.write(json.dumps(line) + "\n")


def _peak_mb(pid: int) -> float:
    try:
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) / 1e3 for line in status if line.startswith("VmHWM"))
    except OSError:  # not Linux: what it holds now is the best there is
        return psutil.Process(pid).memory_info().rss / 1e6
