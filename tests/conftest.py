"""Which notebooks the tests try: ``--chapter NN``, and ``--full-chapters`` says of which every answer."""

from __future__ import annotations

import os
import sys

import pytest

if not sys.platform.startswith("linux"):  # no box there; and the answers that we try are our own
    os.environ["FASTFRUGAL_UNSAFE"] = "yes"


def pytest_addoption(parser):
    parser.addoption("--chapter", metavar="NN", help="only notebooks of this chapter")
    parser.addoption(
        "--full-chapters",
        metavar="NN,NN",
        default="all",
        help="try every answer to these chapters' labs, and a sample of the others'; grader: every attack (all)",
    )


def pytest_generate_tests(metafunc):
    """``lesson_path`` or ``solution_path``: the test runs once for each there is."""
    from tools.notebook_files import ROOT, paths

    folders = {"lesson_path": "notebooks", "solution_path": "solutions"}
    for argument in set(folders) & set(metafunc.fixturenames):
        found = paths(folders[argument], chapter=metafunc.config.getoption("--chapter"))
        metafunc.parametrize(argument, found, ids=[str(p.relative_to(ROOT)) for p in found])


def tried_in_full(config: pytest.Config, name: str) -> bool:
    """Whether all there is of this chapter, or of the "grader", is tried, and not a sample."""
    chosen = config.getoption("--full-chapters").split(",")
    return "all" in chosen or name in chosen


@pytest.fixture
def in_full(request, solution_path) -> bool:
    return tried_in_full(request.config, solution_path.name[:2])
