"""A claim: a headline number of a lesson, measured here, that fails its cell where it doesn't hold."""

from __future__ import annotations

import html
import json
import math
import os
from collections.abc import Sequence
from typing import NamedTuple

from IPython.display import display

from utils.machine import machine


class ClaimFailed(AssertionError):
    """The measured value lies outside the claim's bound."""


class Condition(NamedTuple):
    """What a claim depends on; ``says`` are words that the claim's text contains."""

    says: str
    holds: bool


FULL_SIZE = "at full size"


def full_size(quick: bool) -> Condition:
    """For claims that small sizes can't show: not applicable in a quick run."""
    return Condition(FULL_SIZE, not quick)


def cpu_has(instruction: str) -> Condition:
    """For claims that need an instruction set: ``cpu_has("VNNI")`` says "where the CPU has VNNI"."""
    return Condition(f"where the CPU has {instruction}", machine().has(instruction))


def claim(
    id: str,
    text: str,
    value: float | None,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    between: tuple[float, float] | None = None,
    only_if: Condition | Sequence[Condition] = (),
) -> None:
    """Show that ``value`` keeps its bound, or raise ClaimFailed.

    ``id`` starts with the chapter's number ("00-no-false-alarm"). Exactly one bound is given. Where a
    condition doesn't hold the claim is not applicable, and ``value`` may be None; the text has to state
    the condition, so that no one reads a promise that isn't made. The plain text shown is the same on
    every machine, so that nbval can compare it; the HTML carries the measured number. With
    ``FASTFRUGAL_RECORD`` set to a file's path, one line of JSON is appended to it.
    """
    low, high = _bounds(at_least, at_most, between)
    conditions = [only_if] if isinstance(only_if, Condition) else list(only_if)
    for condition in conditions:
        if condition.says != FULL_SIZE and condition.says not in text:
            raise ValueError(f"claim {id}: its text has to say {condition.says!r}")
    reason = next((c.says for c in conditions if not c.holds), "")
    if reason:
        status = "not_applicable"
    else:
        status = "held" if value is not None and low <= float(value) <= high else "failed"
    bound = _bound_words(low, high)
    _show(id, text, value, bound, status, reason)
    _record(id, text, value, bound, status, reason)
    if status == "failed":
        raise ClaimFailed(f"claim {id}: measured {_number(value)}, but {text} ({bound})")


def _bounds(at_least, at_most, between) -> tuple[float, float]:
    if sum(bound is not None for bound in (at_least, at_most, between)) != 1:
        raise ValueError("give exactly one of at_least, at_most, between")
    if between is not None:
        return between
    return (-math.inf if at_least is None else at_least), (math.inf if at_most is None else at_most)


def _bound_words(low: float, high: float) -> str:
    if low == high:
        return f"exactly {_number(low)}"
    if high == math.inf:
        return f"≥ {low:g}"
    return f"≤ {high:g}" if low == -math.inf else f"{low:g} to {high:g}"


def _number(value: float | None) -> str:
    if value is None:
        return "nothing"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{float(value):.4g}"


def _show(id, text, value, bound, status, reason) -> None:
    mark, colour, words = {
        "held": ("✓", "#00704d", f"measured here: <b>{_number(value)}</b>"),
        "failed": ("✗", "#b3400e", f"measured here: <b>{_number(value)}</b>, which breaks it"),
        "not_applicable": ("–", "#555", f"not applicable here: it holds {html.escape(reason)}"),
    }[status]
    box = (
        f"<div style='border-left:4px solid {colour};padding:.3em .8em;margin:.3em 0'>"
        f"<b style='color:{colour}'>{mark} Claim</b> {html.escape(text)} "
        f"<span style='white-space:nowrap'>({html.escape(bound)})</span> — {words}</div>"
    )
    display({"text/plain": f"Claim {id}: {text} ({bound})", "text/html": box}, raw=True)


def _record(id, text, value, bound, status, reason) -> None:
    path = os.environ.get("FASTFRUGAL_RECORD")
    if not path:
        return
    line = {
        "id": id,
        "text": text,
        "value": None if value is None else float(value),
        "bound": bound,
        "status": status,
        "reason": reason,
        "notebook": os.environ.get("FASTFRUGAL_NOTEBOOK", ""),
        "machine": str(machine()),
    }
    # One write to a file opened for appending: lines of two kernels can't mix.
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(descriptor, (json.dumps(line, ensure_ascii=False) + "\n").encode())
    finally:
        os.close(descriptor)
