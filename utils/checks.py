"""Replies to a learner's answer: what passed, what is wrong in their own terms, which hint to open.

A chapter's visible checks stand in its ``checks.py``; a lab's cell imports one and calls it with the answer::

    @check("00-percentiles")
    def check_percentiles(that, percentiles):
        got = percentiles([1, 2, 9], [50])
        that(got[0] == 2, f"the median of 1, 2, 9 is 2; you returned {got[0]}", hint=1)
"""

from __future__ import annotations

import functools
import html
import re
import sys
import traceback
import types
from collections.abc import Callable

from IPython.display import display

from utils.progress import note_try
from utils.protocol import GREEN, RED
from utils.protocol import REPLY_MIME as MIME


def check(id: str, hints: int = 3) -> Callable:
    """Decorator: the function, called with the learner's answers, replies; see Check for ``that`` and what is shown."""

    def decorated(body: Callable) -> Callable:
        @functools.wraps(body)
        def run(*answers) -> None:
            with Check(id, hints) as trial:
                body(trial.that, *answers)

        return run

    return decorated


class _Fixed(types.ModuleType):
    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{self.__name__}.{name} is given, and the same for everyone: leave it as it is")


def fixed(module: str) -> None:
    """Called as ``fixed(__name__)`` at a module's end: no answer can set what a verdict depends on there."""
    sys.modules[module].__class__ = _Fixed


class CheckFailed(AssertionError):
    """The answer isn't right yet; the reply above says why."""

    def _render_traceback_(self):  # IPython shows this in place of a screenful of our frames
        return [f"not yet: {self}"]


class Check:
    """Context in which an answer is tried; leaving it shows the reply, and raises CheckFailed if red.

    The first thing that is wrong ends it: one fault at a time is what a learner can mend.
    """

    def __init__(self, id: str, hints: int):
        self.id, self.hints, self.hint = id, hints, 1

    def __enter__(self) -> Check:
        return self

    def that(self, holds: bool, otherwise: str, hint: int = 1) -> None:
        """Go on if ``holds``; if not, reply ``otherwise`` and point to that hint."""
        if not holds:
            self.hint = hint
            raise CheckFailed(otherwise)

    def __exit__(self, kind, error, trace) -> bool:
        if kind is None:
            self._reply("passed", "")
            return False
        if not issubclass(kind, Exception):  # Ctrl-C, an exit: not an answer, so not a try
            return False
        if issubclass(kind, CheckFailed):
            status, message = "failed", str(error)
        elif issubclass(kind, NotImplementedError) and not error.args:
            status, message = "blank", _blank(error)
        else:
            status, message, self.hint = "failed", _in_their_terms(error), 0
        self._reply(status, message)
        raise CheckFailed(message) from None

    def _reply(self, status: str, message: str) -> None:
        note_try(self.id, status == "passed")
        hint = min(self.hint, self.hints) if status == "failed" else 0
        bundle = {"id": self.id, "status": status, "message": message, "hint": hint}
        plain, box = self._passed() if status == "passed" else self._not_yet(status, message, hint)
        display({"text/plain": plain, "text/html": box, MIME: bundle}, raw=True)

    def _passed(self) -> tuple[str, str]:
        return f"✓ {self.id} passes", _box(GREEN, f"<b>✓ {self.id} passes.</b>")

    def _not_yet(self, status: str, message: str, hint: int) -> tuple[str, str]:
        where = "Write your answer in its cell, run that, then this one."
        if not self.hint:  # an error is mended by reading it
            where = "Mend the error, then run your cell and this one."
        elif status == "failed":
            where = f"Stuck? Open hint {hint} of {self.hints}, under the task."
        words = f"<b>✗ {self.id}: not yet.</b> {html.escape(message)}<br><i>{where}</i>"
        return f"✗ {self.id}: {message}. {where}", _box(RED, words)


def _blank(error: Exception) -> str:
    where = traceback.extract_tb(error.__traceback__)[-1].name
    return f"nothing is written in {where} yet: its `raise NotImplementedError()` still stands"


def _in_their_terms(error: Exception) -> str:
    """The error, and the innermost line of the learner's cell that it came from; ours are files, theirs are cells."""
    what = f"{type(error).__name__}: {error}"
    theirs = [f for f in traceback.extract_tb(error.__traceback__) if "ipykernel" in f.filename]
    if not theirs and isinstance(error, NameError):
        return f"{error}: run the cells above, from the first one on"
    if not theirs and isinstance(error, TypeError) and re.search(r"\(\) (takes|got|missing) ", str(error)):
        return f"{error}: the first line, with its arguments, is given; leave it as it stands"
    if not theirs:
        return f"the check can't use what you returned ({what})"
    cell = theirs[0].filename  # what it called further in, such as a set-up cell's, isn't theirs
    # <listcomp> and <lambda> say nothing to a reader.
    named = [f for f in theirs if f.filename == cell and not f.name.startswith("<")]
    where = f", in line {named[-1].lineno} of the cell of {named[-1].name}" if named else ""
    hint = " (the data belongs to the caller: work on a copy)" if "read-only" in str(error) else ""
    return f"your code raised {what}{where}{hint}"


def _box(colour: str, words: str) -> str:
    style = f"border:1px solid {colour};border-left-width:6px;padding:.4em .8em;white-space:pre-wrap"
    return f"<div style='{style}'>{words}</div>"
