"""What nbval compares, and what is kept of a run: a row a test with its time and, of a notebook, its memory."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
import time

import pytest

from tools import budget

os.environ["FASTFRUGAL_BARS"] = "off"  # in every kernel: a bar is there or not, by what was made before
if "FASTFRUGAL_DATA" not in os.environ:  # a run of the tests is no learner's progress
    os.environ["FASTFRUGAL_DATA"] = tempfile.mkdtemp(prefix="fast-and-frugal-")
    atexit.register(shutil.rmtree, os.environ["FASTFRUGAL_DATA"], ignore_errors=True)

UNIT = pytest.StashKey[float]()


def pytest_collectstart(collector):
    """Claims and replies put what differs between machines into HTML: nbval compares the plain text."""
    if getattr(collector, "skip_compare", None):
        collector.skip_compare += ("text/html",)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    """Before nbval starts a notebook's kernel: tell it, for the record of claims, which one it is."""
    if hasattr(item, "cell"):
        os.environ["FASTFRUGAL_NOTEBOOK"] = str(item.path.relative_to(item.config.rootpath))


def pytest_sessionstart(session):
    """Where a record is kept, each worker times a unit of work: in this stage, beside what runs beside it."""
    hands_out = session.config.getoption("numprocesses", None) and not hasattr(session.config, "workerinput")
    if os.environ.get("FASTFRUGAL_BUDGET") and not hands_out:
        session.config.stash[UNIT] = budget.unit()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    """Around each test: what it took, its kernel and other processes that it started included."""
    wall, processor = time.perf_counter(), budget.processor_seconds()
    done = yield
    if record := os.environ.get("FASTFRUGAL_BUDGET"):
        budget.write_row(
            record,
            stage=os.environ.get("FASTFRUGAL_STAGE", ""),
            test=item.nodeid,
            wall=time.perf_counter() - wall,
            processor=budget.processor_seconds() - processor,
            unit=item.config.stash[UNIT],
            **{"peak_mb": 0} | dict(item.user_properties),
        )
    return done


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item, nextitem):
    """After a notebook's last cell, while its kernel still lives: its peak memory."""
    if hasattr(item, "cell") and not (nextitem and nextitem.parent is item.parent):
        item.user_properties.append(("peak_mb", budget.peak_mb(item.parent.kernel.km.provisioner.pid)))
