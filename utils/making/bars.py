"""A bar for what takes longer than two seconds: in a notebook, which it leaves when it is done, or on a terminal."""

from __future__ import annotations

import html
import json
import os
import sys
import time

from utils.protocol import GREEN

MARK = "::progress "  # how a process that makes something tells the one that shows the bar


def progress(done: int, total: int, doing: str = "") -> None:
    """Called by what is made in a process of its own: so much of it is done."""
    print(MARK + json.dumps([done, total, doing]), flush=True)


class Bar:
    """Context that shows a bar, its words and the seconds; FASTFRUGAL_BARS=off shows none, as tests want it."""

    def __init__(self, title: str):
        self.title, self.words, self.part, self.handle = title, "", 0.0, None
        self.shown = os.environ.get("FASTFRUGAL_BARS") != "off"
        self.in_notebook = "ipykernel" in sys.modules
        self.started = time.monotonic()

    def follow(self, line: str) -> None:
        """A line that :func:`progress` has printed; any other one changes nothing."""
        if line.startswith(MARK):
            done, total, doing = json.loads(line.removeprefix(MARK))
            self.part = done / total
            self.say(doing)

    def say(self, words: str) -> None:
        self.words = words
        if not self.shown:
            return
        text = f"{self.title}: {self.part:.0%}, {time.monotonic() - self.started:.0f} s  {words}"
        if not self.in_notebook:
            end = "\r" if sys.stderr.isatty() else "\n"
            sys.stderr.write(f"{text[:99]:<99}{end}")
            sys.stderr.flush()
        elif self.handle:
            self.handle.update(self._bundle(text), raw=True)
        else:
            from IPython.display import display

            self.handle = display(self._bundle(text), raw=True, display_id=True)

    def _bundle(self, text: str) -> dict[str, str]:
        fill = f"background:{GREEN};height:6px;width:{self.part:.0%}"
        box = f"<div style='background:#ddd;width:40em;max-width:100%'><div style='{fill}'></div></div>"
        return {"text/plain": text, "text/html": f"{html.escape(text)}{box}"}

    def __enter__(self) -> Bar:
        self.say("")
        return self

    def __exit__(self, *_) -> None:
        if self.handle:
            self.handle.update({"text/plain": "", "text/html": ""}, raw=True)
        elif self.shown and not self.in_notebook and sys.stderr.isatty():
            sys.stderr.write("\r" + " " * 100 + "\r")
