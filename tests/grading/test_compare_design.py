"""Rules for a design problem: the plan's cost is counted on the host, its answers are judged by labels.

(That the host counts as PyTorch does: tests/unit/test_design.py.)
"""

import numpy as np
import pytest

from grader.compare import compare, compare_cell
from tests.unit.test_emit_and_compare import emitted

OPEN = {"rule": "budget", "parameters": 10**9, "macs": 10**9}


def plan(*rows):
    padded = np.zeros((12, 5))
    padded[: len(rows)] = rows
    return emitted(padded, "plan")


DENSE = [3, 10, 1, 1, 1]
REFERENCE = plan(DENSE)


def test_a_plan_within_its_budget_passes():
    conv = plan([1, 8, 3, 2, 1], [2, 1, 2, 2, 1], DENSE)  # (8, 13, 13), (8, 6, 6)
    exact = {"rule": "budget", "parameters": 80 + 2890, "macs": 72 * 169 + 2880}
    assert compare(REFERENCE, conv, exact).passed
    for name in ("parameters", "macs"):
        verdict = compare(REFERENCE, conv, exact | {name: exact[name] - 1})
        assert not verdict.passed and "2,970 parameters" in verdict.reason


BROKEN = {
    "another kind": [[4, 10, 1, 1, 1]],
    "a kernel of 0": [[1, 8, 0, 1, 1], DENSE],
    "a stride of 0": [[1, 8, 3, 0, 1], DENSE],
    "no channels": [[1, 0, 3, 1, 1], DENSE],
    "no groups": [[1, 8, 3, 1, 0], DENSE],
    "groups that don't divide": [[1, 8, 3, 1, 2], DENSE],
    "a kernel too large": [[1, 8, 29, 1, 1], DENSE],
    "nine logits": [[3, 9, 1, 1, 1]],
    "nothing": [[0, 0, 0, 0, 0]],
    "halves": [[3, 10.5, 1, 1, 1]],
    "less than nothing": [[1, -8, 3, 1, 1], DENSE],
    "no number": [[3, float("nan"), 1, 1, 1]],
    "infinity": [[3, float("inf"), 1, 1, 1]],
}


@pytest.mark.parametrize("rows", BROKEN.values(), ids=BROKEN)
def test_a_plan_that_makes_no_network_fails(rows):
    verdict = compare(REFERENCE, plan(*rows), OPEN)
    assert not verdict.passed and verdict.reason


def test_accuracy_is_judged_by_labels_and_not_by_the_reference():
    truth, rule = [emitted([1, 2, 3, 4], "digits")], {"rule": "accuracy", "at_least": 0.75}
    wrong = [emitted([0, 0, 0, 0], "digits")]
    assert compare_cell(wrong, [emitted([1, 2, 3, 0], "digits")], rule, truth).passed
    assert not compare_cell(wrong, wrong, rule, truth).passed
    assert not compare_cell(wrong, [emitted([1, 2, 0, 0], "digits")], rule, truth).passed
    assert not compare_cell(wrong, wrong, rule).passed, "without labels nobody passes"


BITS = {"rule": "packed", "weights": [11, 100], "channels": [3, 10], "bytes": 500}


def test_a_plan_of_bits_is_counted_to_the_byte():
    rows = emitted(np.array([[3.0, 1], [8, 0]]), "plan")
    size = (5 + 3 * 5 + 3 * 4) + (100 + 5 + 10 * 4)  # 33 bits are 5 bytes
    assert compare(rows, rows, BITS | {"bytes": size}).passed
    verdict = compare(rows, rows, BITS | {"bytes": size - 1})
    assert not verdict.passed and f"{size}, and the budget is {size - 1}" in verdict.reason


@pytest.mark.parametrize(
    "row", [[0, 0], [9, 0], [2.5, 0], [-1, 0], [4, 2], [4, 0.5], [4, -1], [float("nan"), 1]]
)
def test_what_is_no_plan_of_bits_fails(row):
    verdict = compare(emitted([[8.0, 1]] * 2, "plan"), emitted([[8.0, 1], row], "plan"), BITS)
    assert not verdict.passed and verdict.reason
