"""emit in the kernel, compare on the host: what goes in one side is judged right on the other."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from grader import compare as host
from grader.compare import compare, compare_cell
from utils import answers


def emitted(value, name="x"):
    InteractiveShell.instance()
    with capture_output() as captured:
        answers.emit(name, value)
    return json.loads(json.dumps(captured.outputs[0].data[answers.MIME], allow_nan=False))


def test_both_sides_speak_of_the_same_thing():
    assert (answers.MIME, answers.MOST) == (host.MIME, host.MOST)


DTYPES = st.sampled_from([np.float32, np.float64, np.int8, np.uint8, np.int64, np.bool_, np.float16])


@given(DTYPES.flatmap(lambda d: hnp.arrays(d, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))))
def test_round_trip(array):
    answer = emitted(array)
    back = host.to_array(answer)
    assert back.shape == array.shape
    assert np.array_equal(back, array.astype(back.dtype), equal_nan=array.dtype.kind == "f")
    assert compare(answer, emitted(array), {}).passed


@pytest.mark.parametrize("value", [3, 2.5, True, "text", [1, 2], ["a", "bc"], (1.0, math.nan, -math.inf), []])
def test_plain_python_values(value):
    assert compare(emitted(value), emitted(value), {}).passed


@pytest.mark.parametrize("value", [None, object(), {"a": 1}, [[1], [1, 2]], 1j, [None], {1, 2}])
def test_what_is_no_array_is_refused_with_a_sentence(value):
    with pytest.raises(TypeError, match="x: "):
        emitted(value)


def test_too_large_is_refused():
    with pytest.raises(ValueError, match="10,000"):
        emitted(np.zeros(10_001))


class FakeTensor:
    """Of torch's tensors, what emit uses; the real one is in test_frameworks."""

    def detach(self):
        return self

    def cpu(self):
        return np.array([1.0])


def test_tensors_leave_their_graph_and_their_gpu():
    assert emitted(FakeTensor())["data"] == [1.0]


@pytest.mark.parametrize(
    ("wanted", "got", "rule", "passed"),
    [
        (1.0, 1.0 + 1e-10, {"atol": 1e-9}, True),
        (1.0, 1.0 + 1e-8, {"atol": 1e-9}, False),
        (100.0, 100.5, {"rtol": 0.01}, True),
        (1.0, 1, {}, True),
        (1, np.float32(1), {}, True),
        (1, True, {}, False),
        ("a", "b", {}, False),
        ([1.0], 1.0, {}, False),
        ([1.0, 2.0], [[1.0, 2.0]], {}, False),
        (math.nan, math.nan, {}, True),
        (math.nan, 1.0, {"atol": 1e9}, False),
        (1.0, math.nan, {"atol": 1e9}, False),
        (1.0, math.inf, {"atol": 1e9, "rtol": 1}, False),
        (math.inf, 1e300, {"rtol": 1}, False),
        (math.inf, -math.inf, {"rtol": 1}, False),
        ([1, 2, 3, 4], [1, 2, 3, 0], {"rule": "agreement", "at_least": 0.75}, True),
        ([1, 2, 3, 4], [1, 2, 0, 0], {"rule": "agreement", "at_least": 0.75}, False),
        ([], [], {"rule": "agreement", "at_least": 0.75}, False),
    ],
)
def test_verdicts(wanted, got, rule, passed):
    verdict = compare(emitted(wanted), emitted(got), rule)
    assert verdict.passed is passed
    assert passed or verdict.reason


def test_text_is_compared_to_its_last_character():
    padded = emitted("slower") | {"data": ["slower\0"]}  # NumPy's text type would drop the NUL
    assert not compare(emitted("slower"), padded, {}).passed


def test_a_reason_never_tells_what_was_expected():
    secret = 0.7315
    for got in (0.5, [0.5, 0.5], "text", True):
        assert str(secret) not in compare(emitted(secret), emitted(got), {"atol": 1e-6}).reason


MALFORMED = [
    None,
    [],
    "x",
    {},
    {"name": "x", "dtype": "float64", "shape": [1], "data": [1.0], "more": 1},
    {"name": 1, "dtype": "float64", "shape": [1], "data": [1.0]},
    {"name": "x", "dtype": "float64", "shape": [2], "data": [1.0]},
    {"name": "x", "dtype": "float64", "shape": [-1], "data": [1.0]},
    {"name": "x", "dtype": "float64", "shape": [True], "data": [1.0]},
    {"name": "x", "dtype": "float64", "shape": [1.0], "data": [1.0]},
    {"name": "x", "dtype": "float64", "shape": "1", "data": [1.0]},
    {"name": "x", "dtype": "float64", "shape": [1], "data": ["1.0"]},
    {"name": "x", "dtype": "float64", "shape": [1], "data": [True]},
    {"name": "x", "dtype": "float64", "shape": [1], "data": [10**400]},
    {"name": "x", "dtype": "float64", "shape": [1], "data": [[1.0]]},
    {"name": "x", "dtype": "object", "shape": [1], "data": [1.0]},
    {"name": "x", "dtype": ["float64"], "shape": [1], "data": [1.0]},
    {"name": "x", "dtype": "bool", "shape": [1], "data": [1]},
    {"name": "x", "dtype": "str", "shape": [1], "data": ["a" * 10_000_001]},
    {"name": "x", "dtype": "float64", "shape": [10_001], "data": [1.0] * 10_001},
    {"name": "x", "dtype": "float64", "shape": [10_000] * 8 + [0], "data": []},
    {"name": "x", "dtype": "float64", "shape": [0, *[10_000] * 5], "data": []},
]


@pytest.mark.parametrize("answer", MALFORMED)
def test_a_malformed_answer_is_a_wrong_one(answer):
    verdict = compare(emitted([1.0]), answer, {"atol": math.inf})
    assert not verdict.passed and verdict.reason


def test_a_cell_needs_the_same_names_in_the_same_order():
    a, b = emitted(1, "a"), emitted(2, "b")
    assert compare_cell([a, b], [a, b], {}).passed
    for answered in ([], [a], [b, a], [a, b, b], [a, a]):
        assert not compare_cell([a, b], answered, {}).passed
    assert not compare_cell([], [], {}).passed, "a cell that expects nothing passes nobody"


def test_a_name_may_have_its_own_rule():
    rule = {"atol": 0, "names": {"b": {"atol": 1}}}
    wanted = [emitted(1.0, "a"), emitted(1.0, "b")]
    assert compare_cell(wanted, [emitted(1.0, "a"), emitted(1.5, "b")], rule).passed
    assert not compare_cell(wanted, [emitted(1.5, "a"), emitted(1.0, "b")], rule).passed


TRUTH = [True] * 10 + [False] * 90


@pytest.mark.parametrize(
    ("hits", "alarms", "passed", "said"),
    [
        (8, 2, True, ""),  # as the reference
        (9, 1, True, ""),  # better
        (7, 1, True, ""),  # recall 0.1 short, as allowed
        (6, 0, False, "recall of 0.600 is too low"),
        (9, 9, False, "precision is 0.500"),
        (0, 0, False, "precision is 0.000"),
        (10, 90, False, "precision is 0.100"),
    ],
)
def test_recall_at_a_floor_of_precision(hits, alarms, passed, said):
    def flags(hits, alarms):
        return emitted([i < hits for i in range(10)] + [i < alarms for i in range(90)], "flagged")

    rule = {"rule": "recall_at_floor", "floor": 0.75, "short": 0.1 + 1e-9}
    truth = [emitted(TRUTH, "flagged")]
    verdict = compare_cell([flags(8, 2)], [flags(hits, alarms)], rule, truth)
    assert verdict.passed is passed and said in verdict.reason
    assert not compare_cell([flags(8, 2)], [flags(8, 2)], rule).passed, "without labels nobody passes"
    scores = emitted([float(i < hits) for i in range(100)], "flagged")
    assert not compare_cell([flags(8, 2)], [scores], rule, truth).passed, "scores are no flags"
