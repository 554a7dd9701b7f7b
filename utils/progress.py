"""What this learner has done: one JSON file in the user's data folder, keyed by check id."""

from __future__ import annotations

import json
import os
from pathlib import Path

import platformdirs
from filelock import FileLock
from IPython.display import display

from utils.files import write_whole
from utils.protocol import GREEN, GREY, RED

# By whether its check ever passed, and whether its last run did.
MARKS = {
    (True, True): ("✓", GREEN, ""),
    (True, False): ("✗", RED, " (passed before; its last run is red)"),
    (False, False): ("○", GREY, ""),
}


def progress_file() -> Path:
    """Where progress is kept; ``FASTFRUGAL_DATA`` moves it."""
    folder = os.environ.get("FASTFRUGAL_DATA") or platformdirs.user_data_dir("fast-and-frugal")
    return Path(folder) / "progress.json"


def read_progress() -> dict[str, dict]:
    """``{check id: {"passed": bool, "last": bool, "tries": int}}``; empty where nothing legible is kept."""
    try:
        kept = json.loads(progress_file().read_text())
    except (OSError, ValueError):
        return {}
    return kept if isinstance(kept, dict) else {}


def note_try(check_id: str, passed: bool) -> None:
    """Count one run of a check. What was once passed stays so; beside it, how the last run ended."""
    path = progress_file()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(path.with_suffix(".lock"), timeout=5):
            kept = read_progress()
            before = kept.get(check_id, {"passed": False, "tries": 0})
            ever = before["passed"] or passed
            kept[check_id] = {"passed": ever, "last": passed, "tries": before["tries"] + 1}
            write_whole(path, json.dumps(kept, indent=1, sort_keys=True))
    except (OSError, TimeoutError):
        pass  # a full disk or a read-only home must not stop anyone from learning


def show_progress(chapter: str, exercises: list[str]) -> None:
    """Which of a lab's exercises pass their check, on this machine, by its last run."""
    kept = read_progress()
    runs = [kept.get(f"{chapter}-{name}", {}) for name in exercises]
    states = [(run.get("passed", False), run.get("last", run.get("passed", False))) for run in runs]
    marks = " ".join(
        f"<span style='margin-right:1em;color:{colour}'>{mark} {name}{words}</span>"
        for name, (mark, colour, words) in zip(exercises, (MARKS[it] for it in states), strict=True)
    )
    text = f"{sum(last for _, last in states)} of {len(exercises)} exercises pass"
    display({"text/plain": text, "text/html": f"<p><b>{text}</b><br>{marks}</p>"}, raw=True)
