"""The visible checks of lab 20."""

from __future__ import annotations

import numpy as np

from utils.checks import check


@check("20-double")
def check_double(that, double):
    """Exercise 1: whoever changes it tries it with tests/answers."""
    got = double(np.array([1, 3]))
    that(np.array_equal(got, [2, 6]), f"twice 1, 3 is 2, 6; you returned {got}", hint=1)
