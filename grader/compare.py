"""The host's side of ``emit``: is this answer what the reference gave?

Both sides are the plain JSON of ``application/vnd.fastfrugal.answer+json``. The student's is not to be
trusted: every field is checked before it is used, and no student text is matched or diffed.
"""

from __future__ import annotations

import numpy as np

from grader.rules import BY_TRUTH, RULES, Verdict
from utils.protocol import ANSWER_MIME as MIME  # noqa: F401 (tests/unit compare it with emit's)
from utils.protocol import MOST_ELEMENTS as MOST

MOST_TEXT = 10_000_000  # characters of all elements
NUMBERS = {"float16", "float32", "float64"} | {f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)}


class Malformed(ValueError):
    """The answer is not what ``emit`` makes."""


def compare_cell(
    expected: list[dict], answers: list[dict], rule: dict, truth: list[dict] | None = None
) -> Verdict:
    """Judge one graded cell: the same names in the same order, each equal under ``rule``.

    ``rule`` is the reference cell's ``metadata.fastfrugal``: ``{"atol": 1e-9, "rtol": 0}``, or
    ``{"rule": "agreement", "at_least": 0.98}``, ``{"rule": "recall_at_floor", "floor": 0.9, "short": 0.05}``,
    ``{"rule": "accuracy", "at_least": 0.9}``, ``{"rule": "budget", "parameters": 6000, "macs": 200000}``,
    ``{"rule": "packed", "weights": [288], "channels": [32], "bytes": 9000}``,
    ``{"rule": "onnx", "bytes": 40000, "at_least": 0.96}``;
    ``{"names": {"x": {…}}}`` gives a name its own. ``truth`` is what the reference's cell ``truth-NAME``
    emitted, for rules that need labels: those never enter the kernel that runs an answer.
    """
    labels = {bundle["name"]: bundle for bundle in truth or []}
    if not expected:
        return Verdict(False, "the reference emits nothing here: tell your instructor")
    if len(answers) != len(expected):
        return Verdict(False, f"{len(answers)} answers came back where {len(expected)} were asked for")
    for wanted, answer in zip(expected, answers, strict=True):
        name = wanted["name"]
        verdict = compare(wanted, answer, rule.get("names", {}).get(name, rule), labels.get(name))
        if not verdict.passed:
            return verdict._replace(at=name)
    return Verdict(True)


def compare(expected: dict, answer: dict, rule: dict, truth: dict | None = None) -> Verdict:
    """Judge one answer; a malformed one is a wrong one."""
    try:
        wanted, got = to_array(expected), to_array(answer)
    except Malformed as error:
        return Verdict(False, str(error))
    if answer["name"] != expected["name"]:
        return Verdict(False, "another answer came back than the one asked for")
    if _kind(wanted) != _kind(got):
        return Verdict(False, f"it is {_kind(got)}, but {_kind(wanted)} was asked for")
    if wanted.shape != got.shape:
        return Verdict(False, f"its shape is {got.shape}, but {wanted.shape} was asked for")
    if judge := BY_TRUTH.get(rule.get("rule", "")):
        if truth is None:
            return Verdict(False, "the reference emits no truth here: tell your instructor")
        return judge(wanted, got, to_array(truth), rule)
    return RULES[rule.get("rule", "close")](wanted, got, rule)


def to_array(answer: dict) -> np.ndarray:
    """The array that ``emit`` was given, or Malformed. Never larger than 10,000 elements."""
    if not isinstance(answer, dict) or set(answer) != {"name", "dtype", "shape", "data"}:
        raise Malformed("the answer is not one that emit made")
    dtype, shape, data = answer["dtype"], answer["shape"], answer["data"]
    if not isinstance(answer["name"], str) or not isinstance(data, list) or not isinstance(shape, list):
        raise Malformed("the answer is not one that emit made")
    if len(data) > MOST or len(shape) > 8 or not all(type(n) is int and 0 <= n <= MOST for n in shape):
        raise Malformed("the answer is too large, or has no proper shape")
    elements = _elements(dtype, data)
    try:
        return elements.reshape(shape)
    except ValueError:  # it has another number of elements, or is empty and yet too large for NumPy
        raise Malformed("the answer's shape and its number of elements differ") from None


def _elements(dtype: object, data: list) -> np.ndarray:
    if dtype == "str" and all(type(e) is str for e in data) and sum(map(len, data)) <= MOST_TEXT:
        return np.array(data, object)  # NumPy's own text type drops NULs from the end
    if dtype == "bool" and all(type(e) is bool for e in data):
        return np.array(data, bool)
    if isinstance(dtype, str) and dtype in NUMBERS:
        special = ("nan", "inf", "-inf")
        if all(type(e) in (int, float) or (type(e) is str and e in special) for e in data):
            try:
                # Judged in float64, whole numbers to 2**53: what precision it was computed in is for
                # the tolerance to allow.
                return np.array([float(e) for e in data], np.float64)
            except OverflowError:
                pass
    raise Malformed("the answer's elements don't fit its type")


def _kind(array: np.ndarray) -> str:
    return {"O": "text", "b": "true or false", "f": "a number"}[array.dtype.kind]
