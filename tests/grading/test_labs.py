"""Every lab there is, end to end: the solution gets all points; in full, also the blank lab none, half of it half."""

from __future__ import annotations

import nbformat
import pytest

from grader import run
from grader.intake import Submission
from grader.reference import copy_data, execute_reference, use_data
from tests.grading.conftest import outcome
from tools.derive import lab_path
from utils.data import cache_dir

CACHE = cache_dir()  # before other tests name another one
pytestmark = pytest.mark.xdist_group("grading-labs")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    folder.chmod(0o755)
    return {labels: copy_data(CACHE, folder / f"labels-{labels}", labels) for labels in (True, False)}


def test_a_lab_end_to_end(solution_path, in_full, data, kernel, tmp_path):
    use_data(data[True])
    reference = execute_reference(solution_path, 20_261_124, kernel)
    use_data(data[False])
    solved = {c.id: c.source for c in nbformat.read(solution_path, 4).cells}
    names = list(reference.points)
    results = {}
    handed_in = {"all": names} | ({"none": [], "half": names[::2]} if in_full else {})
    for student, answered in handed_in.items():
        nb = nbformat.read(lab_path(solution_path), 4)
        for cell in nb.cells:
            if cell.id.removeprefix("ex-") in answered:
                cell.source = solved[cell.id]
        path = tmp_path / student / lab_path(solution_path).name
        path.parent.mkdir()
        nbformat.write(nb, path)
        results[student] = run.grade(Submission(student, solution_path.stem, path), reference, kernel)
    most = sum(reference.points.values())
    assert results["all"]["score"] == most == results["all"]["max_score"], results["all"]["exercises"]
    if in_full:
        assert results["none"]["score"] == 0 and set(outcome(results["none"]).values()) == {"blank"}
        assert results["half"]["score"] == sum(reference.points[name] for name in names[::2])
