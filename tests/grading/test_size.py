"""Whoever trusts the grader has to be able to read it: it stays small."""

import ast
from pathlib import Path

import pytest

from tools.notebook_files import ROOT

FILES = sorted((ROOT / "grader").glob("*.py"))
CONTENT = {"rules.py"}  # what single labs are judged by grows with the course, and each rule stands alone


def statements(path: Path) -> int:
    """Without imports and docstrings: what there is to understand."""
    found = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.stmt)]
    texts = [n for n in found if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)]
    return len(found) - len(texts) - sum(isinstance(node, ast.Import | ast.ImportFrom) for node in found)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_takes_one_sitting(path):
    assert len(path.read_text().splitlines()) <= 220


def test_the_whole_takes_an_evening():
    assert 500 < sum(statements(file) for file in FILES if file.name not in CONTENT) <= 900
