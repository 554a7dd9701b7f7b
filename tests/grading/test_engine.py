"""The engine on honest answers, and on each way known to be given points for a wrong one."""

from __future__ import annotations

from tests.grading.conftest import outcome

PASSED = dict.fromkeys(("double", "spread", "counter"), "passed")


def test_right_answers_pass_and_a_wrong_one_costs_its_points_only(grade):
    result = grade()
    assert outcome(result) == PASSED and result["score"] == 6
    result = grade(spread="def spread(x):\n    return x.max()")
    assert outcome(result) == PASSED | {"spread": "failed"} and result["score"] == 4
