"""How lab 11's checks tell a changed first line, and whose line an error came from."""

import numpy as np
import pytest

from utils.ch11.replies import from_a_cell, takes


def test_who_changed_the_first_line_is_told():
    def answer(low, high, symmetric=False):
        return low

    assert takes(answer, 1, 2) and takes(answer, 1, 2, symmetric=True) and takes(np.add, 1, 2)
    assert not takes(answer, 1) and not takes(answer, 1, 2, 3, 4) and not takes(answer, 1, 2, sym=True)


@pytest.mark.parametrize(("answer", "theirs"), [("def f(): return 1 / 0", True), ("def f(x): pass", False)])
def test_an_error_of_the_call_itself_comes_from_no_cell(answer, theirs):
    exec(compile(answer, "/tmp/ipykernel_1/1.py", "exec"), names := {})
    with pytest.raises(Exception) as caught:
        try:
            names["f"]()
        except Exception as error:
            assert from_a_cell(error) == theirs
            raise
    assert caught
