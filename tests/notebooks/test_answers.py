"""Every check of every lab: green on right answers however written, red on wrong ones and on none."""

from __future__ import annotations

import pytest

from tests.answer_runs import misjudged, misjudged_with, outcomes


def test_checks_tell_right_from_wrong(solution_path, in_full, subtests):
    for key, outcome in outcomes(solution_path, sample=not in_full).items():
        with subtests.test(", ".join(key)):
            assert not misjudged(solution_path, key, outcome)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(101, 104))
def test_hidden_checks_tell_with_every_seed(solution_path, seed):
    """A telling case that is drawn, and not built in, is missing from one class in ten.

    Who writes an exercise tries it with a dozen: ``python -m tests.answer_runs 12 reader --seeds 12``.
    """
    assert not misjudged_with(seed, solution_path)
