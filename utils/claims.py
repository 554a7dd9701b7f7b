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
from utils.protocol import GREEN, GREY, RED


class ClaimFailed(AssertionError):
    """The measured value lies outside the claim's bound."""


class Condition(NamedTuple):
    """What a claim depends on; ``says`` are the words that ``claim`` appends to its sentence."""

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
    sentence: str,
    value: float | None,
    *,
    at_least: float | None = None,
    at_most: float | None = None,
    between: tuple[float, float] | None = None,
    only_if: Condition | Sequence[Condition] = (),
) -> None:
    """Show a sentence with ``value`` in its place, or raise ClaimFailed where that breaks its bound.

    ``id`` starts with the chapter's number ("00-no-false-alarm"); ``sentence`` is a whole one, with ``{}``
    where the number goes: "At batch 64 the MLP runs {} times as fast in int8". Exactly one bound is given.
    The words of conditions are appended; where one doesn't hold the claim is not applicable, and ``value``
    may be None. The plain text has the bound in the number's place, so that it is the same on every machine
    and nbval can compare it; the HTML has the measured number. With ``FASTFRUGAL_RECORD`` set to a file's
    path, one line of JSON is appended to it.
    """
    if sentence.count("{}") != 1:
        raise ValueError(f"claim {id}: its sentence needs one {{}}, where the number goes")
    low, high = _bounds(at_least, at_most, between)
    conditions = [only_if] if isinstance(only_if, Condition) else list(only_if)
    said = [c.says for c in conditions if c.says != FULL_SIZE]
    sentence = ", ".join([sentence.rstrip("."), *said]) + "."
    reason = next((c.says for c in conditions if not c.holds), "")
    if reason:
        status = "not_applicable"
    else:
        status = "held" if value is not None and low <= float(value) <= high else "failed"
    bound = _bound_words(low, high)
    _show(id, sentence, value, bound, status, reason)
    _record(id, sentence.format(bound), value, bound, status, reason)
    if status == "failed":
        raise ClaimFailed(f"claim {id}: measured {_number(value)}, but: {sentence.format(bound)}")


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


def _show(id, sentence, value, bound, status, reason) -> None:
    mark, colour, end = {
        "held": ("✓", GREEN, f"claimed: {bound}"),
        "failed": ("✗", RED, f"claimed: {bound}; this breaks it"),
        "not_applicable": ("–", GREY, f"not applicable here: it holds {reason}"),
    }[status]
    number = bound if status == "not_applicable" else _number(value)
    words = html.escape(sentence).format(f"<b style='white-space:nowrap'>{html.escape(number)}</b>")
    box = (
        f"<div style='border-left:4px solid {colour};padding:.3em .8em;margin:.3em 0'>"
        f"<b style='color:{colour}'>{mark}</b> {words} "
        f"<span style='color:{GREY}'>({html.escape(end)})</span></div>"
    )
    plain = f"Claim {id}: {sentence.format(bound)}"
    display({"text/plain": plain, "text/html": box}, raw=True)


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
