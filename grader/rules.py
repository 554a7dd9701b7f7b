"""The rules by which an answer is right: near enough, or a design problem's artefact that keeps its budget.

A rule gets arrays that ``grader/compare.py`` has taken apart, and of the student's one no more is known than
its shape. What an artefact costs is counted here, never in the kernel that made it.
"""

from __future__ import annotations

import base64
import io
from typing import NamedTuple

import numpy as np

from grader.onnx_run import NotOnnx, predicted


class Verdict(NamedTuple):
    """``reason`` is for the student: it tells what is wrong, never what was expected."""

    passed: bool
    reason: str = ""
    at: str = ""  # the name of the answer that is wrong, for the instructor


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
    """A CNN's plan ``(layers, 5)``, as utils/ch04/design.py writes it: its parameters and MACs, counted here."""
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
    """A plan of bits ``(layers, 2)``, as utils/ch11/design.py writes it: the bytes it stores, counted here.

    Of each layer: its weights, a scale (4) and zero point (1) per tensor or per channel, its biases (4).
    """
    if not (np.isin(got[:, 0], range(1, 9)).all() and np.isin(got[:, 1], (0, 1)).all()):
        return Verdict(False, "the plan is no table of 1 to 8 bits, and 0 or 1 for tensor or channel")
    layers = zip(rule["weights"], rule["channels"], got.astype(int).tolist(), strict=True)
    size = sum(
        -(-n * bits // 8) + 5 * (c if per_channel else 1) + 4 * c for n, c, (bits, per_channel) in layers
    )
    # Other plans are counted by the same sum, and not in bytes: a unit would be wrong there.
    said = f"it comes to {size:,}, and the budget is {rule['bytes']:,}"
    return Verdict(size <= rule["bytes"], said * (size > rule["bytes"]))


def _onnx(wanted: np.ndarray, got: np.ndarray, truth: np.ndarray, rule: dict) -> Verdict:
    """An ONNX file in base64: no larger than ``bytes``, and right on ``at_least`` of the images.

    ``truth`` is an npz file in base64: images ``x (n, …)`` and their labels ``y (n,)``.
    """
    try:
        model = base64.b64decode(got.item(), validate=True)
    except ValueError:
        return Verdict(False, "what came back is no file in base64")
    if len(model) > rule["bytes"]:
        return Verdict(False, f"the file has {len(model):,} bytes: over the budget")
    with np.load(io.BytesIO(base64.b64decode(truth.item()))) as held_out:
        x, y = held_out["x"], held_out["y"]
    try:
        return _agreement(y, predicted(model, x), rule)
    except NotOnnx as error:
        return Verdict(False, str(error))


RULES = {"close": _close, "agreement": _agreement, "budget": _budget, "packed": _packed}
BY_TRUTH = {  # rules that need labels
    "recall_at_floor": _recall_at_floor,
    "onnx": _onnx,
    "accuracy": lambda wanted, got, truth, rule: _agreement(truth, got, rule),
}
