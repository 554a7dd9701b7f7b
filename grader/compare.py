"""The host's side of ``emit``: is this answer what the reference gave?

Both sides are the plain JSON of ``application/vnd.fastfrugal.answer+json``. The student's is not to be
trusted: every field is checked before it is used, and no student text is matched or diffed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

MIME = "application/vnd.fastfrugal.answer+json"
MOST = 10_000
NUMBERS = {"float16", "float32", "float64"} | {f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)}


class Verdict(NamedTuple):
    """``reason`` is for the student: it tells what is wrong, never what was expected."""

    passed: bool
    reason: str = ""
    at: str = ""  # the name of the answer that is wrong, for the instructor


class Malformed(ValueError):
    """The answer is not what ``emit`` makes."""


def compare_cell(
    expected: list[dict], answers: list[dict], rule: dict, truth: list[dict] | None = None
) -> Verdict:
    """Judge one graded cell: the same names in the same order, each equal under ``rule``.

    ``rule`` is the reference cell's ``metadata.fastfrugal``: ``{"atol": 1e-9, "rtol": 0}``, or
    ``{"rule": "agreement", "at_least": 0.98}``, ``{"rule": "recall_at_floor", "floor": 0.9, "short": 0.05}``,
    ``{"rule": "accuracy", "at_least": 0.9}``, ``{"rule": "budget", "parameters": 6000, "macs": 200000}``,
    ``{"rule": "packed", "weights": [288], "channels": [32], "bytes": 9000}``;
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
    if judge := BY_TRUTH.get(rule.get("rule")):
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
    if dtype == "str" and all(type(e) is str and len(e) <= 1_000 for e in data):
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


def _close(wanted: np.ndarray, got: np.ndarray, rule: dict) -> Verdict:
    if wanted.dtype.kind != "f":
        same = wanted == got
    else:
        same = np.isclose(got, wanted, atol=rule.get("atol", 0), rtol=rule.get("rtol", 0), equal_nan=True)
    wrong = int(same.size - np.count_nonzero(same))
    said = f"{wrong} of {same.size} values are not right" if same.size > 1 else "the value is not right"
    return Verdict(not wrong, said if wrong else "")


def _agreement(wanted: np.ndarray, got: np.ndarray, rule: dict) -> Verdict:
    share = float(np.mean(wanted == got)) if wanted.size else 0.0
    if share >= rule["at_least"]:
        return Verdict(True)
    return Verdict(False, f"{share:.1%} agree, {rule['at_least']:.1%} are needed")


def _recall_at_floor(wanted: np.ndarray, got: np.ndarray, truth: np.ndarray, rule: dict) -> Verdict:
    """A detector's flags ``(n,)``: precision ≥ ``floor``, recall at most ``short`` below wanted."""
    precision = float(np.sum(got & truth) / max(1, np.sum(got)))
    recall, reachable = float(np.mean(got[truth])), float(np.mean(wanted[truth]))
    if precision < rule["floor"]:
        return Verdict(False, f"its precision is {precision:.3f}, and at least {rule['floor']} is needed")
    if recall < reachable - rule["short"]:
        return Verdict(False, f"its precision is {precision:.3f}, but its recall of {recall:.3f} is too low")
    return Verdict(True)


def _budget(wanted: np.ndarray, got: np.ndarray, rule: dict) -> Verdict:
    """A CNN's plan ``(layers, 5)``, as utils/design.py writes it: its parameters and MACs, counted here."""
    channels, side, parameters, macs = 1, 28, 0, 0
    if not (np.all(got == got.round()) and np.all((0 <= got) & (got <= 4_000))):
        return Verdict(False, "the plan is no table of whole numbers up to 4,000")
    for kind, width, k, stride, groups in got[got.any(axis=1)].astype(int).tolist():
        fits = kind in (1, 2, 3) and min(width, k, stride, groups) >= 1
        if not fits or channels % groups or (kind != 3 and side < k):
            return Verdict(False, "the plan makes no network")
        fan_in = channels * side * side if kind == 3 else channels // groups * k * k
        side = 1 if kind == 3 else (side - k) // stride + 1
        if kind != 2:  # pooling has no weights, and costs no multiplication
            parameters, macs = parameters + (fan_in + 1) * width, macs + fan_in * width * side * side
            channels = width
    if parameters > rule["parameters"] or macs > rule["macs"]:
        return Verdict(False, f"it has {parameters:,} parameters and {macs:,} MACs: over the budget")
    return Verdict(channels == 10, "" if channels == 10 else "the plan doesn't end in ten logits")


def _packed(wanted: np.ndarray, got: np.ndarray, rule: dict) -> Verdict:
    """A plan of bits ``(layers, 2)``, as utils/bit_plans.py writes it: the bytes it stores, counted here.

    Of each layer: its weights, a scale (4) and zero point (1) per tensor or per channel, its biases (4).
    """
    if not (np.isin(got[:, 0], range(1, 9)).all() and np.isin(got[:, 1], (0, 1)).all()):
        return Verdict(False, "the plan is no table of 1 to 8 bits, and 0 or 1 for tensor or channel")
    layers = zip(rule["weights"], rule["channels"], got.astype(int).tolist(), strict=True)
    size = sum(
        -(-n * bits // 8) + 5 * (c if per_channel else 1) + 4 * c for n, c, (bits, per_channel) in layers
    )
    return Verdict(
        size <= rule["bytes"], f"it stores {size:,} bytes: over the budget" * (size > rule["bytes"])
    )


RULES = {"close": _close, "agreement": _agreement, "budget": _budget, "packed": _packed}
BY_TRUTH = {  # rules that need labels
    "recall_at_floor": _recall_at_floor,
    "accuracy": lambda wanted, got, truth, rule: _agreement(truth, got, rule),
}
