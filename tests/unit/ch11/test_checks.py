"""How lab 11's checks tell a changed first line, and whose line an error came from."""

import numpy as np
import pytest

from utils.ch11 import lab
from utils.ch11.check_integers import slips as slip_of
from utils.ch11.replies import from_a_cell, likely, takes


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


def test_the_first_slip_that_gives_what_came_back_is_named():
    slips = [(2.0, "doubled"), (np.nan, "divided by 0"), (2.0, "again")]
    assert likely(2.0, slips) == ": doubled" and likely(np.nan, slips) == ": divided by 0"
    assert likely(3.0, slips) == "" and likely([2.0], slips) == ""


def test_a_layers_slip_is_told_from_all_of_its_outputs():
    case = lab.layer_case(np.random.default_rng(0))
    plain = [value.tolist() if isinstance(value, np.ndarray) else value for value in case]
    x, x_zero, w, b, m0, shift, y_zero = (np.array(value, object) for value in plain)
    half = np.array([1 << int(bits - 1) for bits in shift], object)

    def y(acc, half=half):
        return np.clip(((acc * m0 + half) >> shift) + y_zero, 0, 255).astype(int)

    acc = (x - x_zero) @ w.T + b
    assert "add half" in slip_of(plain, y(acc, half=0), []) and "b is left out" in slip_of(
        plain, y(acc - b), []
    )
    assert "x_zero is left out" in slip_of(plain, y(x @ w.T + b), [])
    assert slip_of(plain, 255 - y(acc), []) == ""
