"""``--chapter NN``: only the tests of that chapter's notebooks, beside the unit tests."""

from __future__ import annotations


def pytest_addoption(parser):
    parser.addoption("--chapter", metavar="NN", help="only notebooks of this chapter")


def pytest_generate_tests(metafunc):
    """Tests that take a ``lesson``, ``solution`` or ``notebook`` run once for each there is."""
    from tools.notebook_files import ROOT, paths

    folders = {
        "lesson": ["notebooks"],
        "solution": ["solutions"],
        "notebook": ["notebooks", "solutions"],
    }
    for argument in set(folders) & set(metafunc.fixturenames):
        found = paths(*folders[argument], chapter=metafunc.config.getoption("--chapter"))
        metafunc.parametrize(argument, found, ids=[str(p.relative_to(ROOT)) for p in found])
