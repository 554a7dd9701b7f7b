"""What people read of the grading: grades, a page for each student, what a person has to look at."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
from pathlib import Path
from typing import Any

import jinja2
from filelock import FileLock

from utils.files import write_whole
from utils.protocol import lab_name

UNSAFE = "The answers ran without a sandbox: any of them could have read and changed files, and these points."
GRADES = """assignment duedate timestamp student_id last_name first_name email
    raw_score late_submission_penalty score max_score""".split()  # as nbgrader exports them
ANSI = r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*|\\)"
UNPRINTABLE = r"[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"


def file_name(student: str) -> str:
    """Distinct even where a file system takes "Ada" and "ada" for the same."""
    slug = re.sub(r"[^A-Za-z0-9_-]+", "-", student)[:40].strip("-") or "student"
    return f"{slug}-{hashlib.sha256(student.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def result_path(out: Path, student: str, lab: str) -> Path:
    return out / "results" / lab / f"{file_name(student)}.json"


def write_result(out: Path, result: dict) -> None:
    write(result_path(out, result["student"], result["lab"]), json.dumps(result, indent=1))


def read_results(out: Path) -> list[dict]:
    """All there are, by lab and student; a file that is torn, foreign or a copy is named on stderr."""
    found = []
    for path in out.glob("results/*/*.json"):
        try:
            result = json.loads(path.read_bytes())
            if path != result_path(out, result["student"], result["lab"]):
                raise ValueError("it isn't where its result would be")
            found.append(result)
        except (OSError, ValueError, TypeError, LookupError) as error:
            print(f"{path} is left out: {error}", file=sys.stderr)
    return sorted(found, key=lambda r: (r["lab"], r["student"]))


def decide(out: Path, student: str, lab: str, exercise: str, points: float, why: str) -> None:
    """Keep a person's points for an exercise, or for a submission ("*"), whatever a regrade finds."""
    results = {(r["student"], r["lab"]): r for r in read_results(out)}
    if not results:
        raise ValueError(f"{out} holds no results: name the folder that grade was given as --out")
    if (result := results.get((student, lab))) is None:
        raise ValueError(f"no submission of {student!r} for {lab!r} has been graded here")
    most = {"*": result["max_score"]} | {e["name"]: e["max_points"] for e in result["exercises"]}
    if exercise not in most:
        raise ValueError(f"{lab} of {student!r} has no exercise {exercise!r}; it has {', '.join(most)}")
    if not 0 <= points <= most[exercise]:
        raise ValueError(f"{exercise!r} can have from 0 to {most[exercise]:g} points, not {points:g}")
    if not why.strip():
        raise ValueError("a decision needs a reason, which the student will read")
    with FileLock(out / "decisions.lock"):
        made = _read(out / "decisions.json", {})
        made.setdefault(lab, {}).setdefault(student, {})[exercise] = {"points": points, "why": why}
        write(out / "decisions.json", json.dumps(made, indent=1))


def write_reports(out: Path, results: list[dict]) -> int:
    """Write grades, pages and what a person has to look at; return how much that is."""
    made = _read(out / "decisions.json", {})  # {lab: {student: {exercise: {"points": …, "why": …}}}}
    results = [_decided(r, made.get(r["lab"], {}).get(r["student"], {})) for r in results]
    unsafe = "" if all(r["sandboxed"] for r in results) else UNSAFE
    if unsafe:
        write(out / "UNSAFE.txt", unsafe)
    else:
        (out / "UNSAFE.txt").unlink(missing_ok=True)
    for student in {r["student"] for r in results}:
        labs = [r for r in results if r["student"] == student]
        write(out / "feedback" / f"{file_name(student)}.html", PAGE.render(labs=labs, unsafe=unsafe))
    _write_csv(out / "grades.csv", [GRADES, *([r.get(name, "") for name in GRADES] for r in results)])
    todo = sorted({(r["student"], r["lab"], *row) for r in results for row in r["todo"]})
    todo += [("", "", "", f"passed over: {line}", "") for line in _read(out / "passed_over.json", [])]
    _write_csv(out / "needs_person.csv", [("student", "lab", "exercise", "why", "points"), *todo])
    return len(todo)


def _read(path: Path, otherwise: Any) -> Any:
    return json.loads(path.read_bytes()) if path.exists() else otherwise


def _decided(result: dict, made: dict) -> dict:
    """With a person's points and "why" ("" where none decided), what is "todo", and nbgrader's names."""
    exercises = [e | {"why": ""} | made.get(e["name"], {}) for e in result["exercises"]]
    gained = sum(made[e["name"]]["points"] - e["points"] for e in result["exercises"] if e["name"] in made)
    whole = {"points": result["score"] + gained, "why": ""} | made.get("*", {})
    rows = [
        ("*", result["reason"] or result["status"].removeprefix("graded"), whole["points"]),
        *((e["name"], e["person"] * (not e["why"]), e["points"]) for e in exercises),
    ]
    new = whole | {"exercises": exercises, "todo": [row for row in rows if row[1] and not whole["why"]]}
    new |= {"assignment": result["lab"], "student_id": result["student"], "late_submission_penalty": "0.0"}
    return result | new | {"raw_score": whole["points"], "score": whole["points"]}


def plain(value: object) -> str:
    """As text that can be shown: no escapes, no control characters, nothing that turns its direction."""
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return re.sub(f"{ANSI}|{UNPRINTABLE}", "", text)[:2000]


def _write_csv(path: Path, rows: list) -> None:
    """What a spreadsheet may take for a formula gets an apostrophe before it."""
    text = io.StringIO()
    rows = [[re.sub(r"^(?=[\s=+\-@＝＋－＠])", "'", plain(cell)) for cell in row] for row in rows]
    csv.writer(text).writerows(rows)
    write(path, text.getvalue())


def write(path: Path, text: str) -> None:
    """Whole or not at all; only its owner may read it."""
    write_whole(path, text, mode=0o600)


PAGES = jinja2.Environment(autoescape=True, trim_blocks=True, finalize=plain)
PAGES.filters["lab_name"] = lab_name
PAGE = PAGES.from_string(Path(__file__).with_name("feedback.html.jinja").read_text(encoding="utf-8"))
