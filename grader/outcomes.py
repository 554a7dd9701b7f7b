"""What became of an exercise in a run of the driver, and whether a person has to look at it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from utils.protocol import ANSWER, CHECK, HIDDEN

PASSES = "it passes"  # the reply of a visible check that has nothing to say
# By a library, a file or a browser that the student's machine has, and this one hasn't; not an error of syntax.
HERE = re.compile(r"your cell raised (?!Syntax|Indentation|Tab)")


class Outcome(NamedTuple):
    """Of one exercise in one run; reply and hint are the visible check's, from the student's own kernel."""

    outcome: str  # passed, failed, killed, blank or missing
    reason: str = ""
    at: str = ""  # the emitted answer that is wrong, for the instructor
    reply: str = ""
    hint: str = ""


def read_report(report: Path) -> dict[str, dict]:
    """``{cell id: what the engine noted}``; ``passed`` only where junit says nothing but that."""
    if not report.exists():
        return {}
    found = {}
    for case in ElementTree.parse(report).iter("testcase"):
        notes = {p.get("name", ""): p.get("value", "") for p in case.iter("property")}
        bad = any(case.find(kind) is not None for kind in ("failure", "error", "skipped"))
        found[case.get("name", "")] = notes | ({} if bad else {"passed": "yes"})
    return found


def outcome_of(properties: dict[str, dict], name: str, killed: str) -> Outcome:
    answer, check, hidden = (properties.get(f"{kind}{name}", {}) for kind in (ANSWER, CHECK, HIDDEN))
    if hidden.get("passed"):
        return Outcome("passed")
    # Where the answer itself raised, what follows from it says less.
    reason = answer.get("reason") or hidden.get("reason")
    return Outcome(
        "killed" if killed and not reason else "failed",
        reason or killed or "it gave no answer",
        at=hidden.get("at", ""),
        reply=check.get("reply", ""),
        hint=check.get("hint", ""),
    )


def doubts(outcome: Outcome, green: bool) -> list[str]:
    """Why what didn't pass may be right on the student's machine, where its visible check was green."""
    return [
        outcome.reason.replace("your", "here its", 1) * bool(HERE.match(outcome.reason)),
        "its check passes in the notebook that was handed in, and not here"
        * (green and outcome.reply != PASSES),
    ]
