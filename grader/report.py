"""What people read of the grading: grades, a page for each student, what a person has to look at."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
import tempfile
from pathlib import Path

import jinja2
from filelock import FileLock

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
    _write(result_path(out, result["student"], result["lab"]), json.dumps(result, indent=1))


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
    result = next((r for r in read_results(out) if (r["student"], r["lab"]) == (student, lab)), None)
    if result is None:
        raise ValueError(f"no submission of {student!r} for {lab!r} has been graded here")
    most = {"*": result["max_score"]} | {e["name"]: e["max_points"] for e in result["exercises"]}
    if not 0 <= points <= most.get(exercise, -1):
        raise ValueError(f"{exercise!r} can't be given {points} points; the most in {lab}: {most}")
    if not why.strip():
        raise ValueError("a decision needs a reason, which the student will read")
    with FileLock(out / "decisions.lock"):
        made = _decisions(out)
        made.setdefault(lab, {}).setdefault(student, {})[exercise] = {"points": points, "why": why}
        _write(out / "decisions.json", json.dumps(made, indent=1))


def write_reports(out: Path, results: list[dict]) -> list[str]:
    """Write grades, pages and what a person has to look at; return the last, a line each."""
    made = _decisions(out)
    results = [_decided(r, made.get(r["lab"], {}).get(r["student"], {})) for r in results]
    unsafe = "" if all(r["sandboxed"] for r in results) else UNSAFE
    if unsafe:
        _write(out / "UNSAFE.txt", unsafe)
    else:
        (out / "UNSAFE.txt").unlink(missing_ok=True)
    for student in {r["student"] for r in results}:
        labs = [r for r in results if r["student"] == student]
        _write(out / "feedback" / f"{file_name(student)}.html", PAGE.render(labs=labs, unsafe=unsafe))
    _write_csv(out / "grades.csv", [GRADES, *([r.get(name, "") for name in GRADES] for r in results)])
    todo = sorted({(r["student"], r["lab"], *row) for r in results for row in r["todo"]})
    _write_csv(out / "needs_person.csv", [("student", "lab", "exercise", "why", "points"), *todo])
    return [" ".join("{}, {}, {}: {} ({} points now)".format(*map(plain, row)).split()) for row in todo]


def _decisions(out: Path) -> dict:  # {lab: {student: {exercise: {"points": …, "why": …}}}}
    path = out / "decisions.json"
    return json.loads(path.read_bytes()) if path.exists() else {}


def _decided(result: dict, made: dict) -> dict:
    """With a person's points and "why" ("" where none decided), what is "todo", and nbgrader's names."""
    exercises = [e | {"why": ""} | made.get(e["name"], {}) for e in result["exercises"]]
    gained = sum(made[e["name"]]["points"] - e["points"] for e in result["exercises"] if e["name"] in made)
    whole = {"points": result["score"] + gained, "why": ""} | made.get("*", {})
    whys = result["person"] + [result["reason"] or result["status"]] * (result["status"] != "graded")
    todo = [("*", why, whole["points"]) for why in whys]
    todo += [(e["name"], e["person"], e["points"]) for e in exercises if e["person"] and not e["why"]]
    new = whole | {"exercises": exercises, "todo": [] if whole["why"] else todo}
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
    _write(path, text.getvalue())


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as part:
        part.write(text.encode())
    Path(part.name).replace(path)


PAGE = jinja2.Environment(autoescape=True, trim_blocks=True, finalize=plain).from_string("""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Feedback for {{ labs[0].student }}</title><style>
:root { --right: #00704d; --wrong: #b3400e; font: 100%/1.5 system-ui, sans-serif }
@media screen and (prefers-color-scheme: dark) { :root { color-scheme: dark; --right: #6da; --wrong: #fa7 } }
body { max-width: 44rem; margin: auto; padding: 1rem; overflow-wrap: anywhere } meter { width: 100% }
article { margin: 1.5rem 0; border-left: 5px solid var(--tone, gray); padding: 0 1rem; break-inside: avoid }
article > * { margin: .3rem 0 } pre { white-space: pre-wrap; background: #8882; padding: .5rem }
.passed { --tone: var(--right) } .failed, .killed { --tone: var(--wrong) } b { color: var(--tone) }
</style>{% set marks = {"passed": "✓ right", "failed": "✗ not right yet", "killed": "✗ stopped",
    "blank": "○ nothing was written here", "missing": "○ not in your notebook"} %}
<h1>Feedback for <bdi>{{ labs[0].student }}</bdi></h1>{% if unsafe %}<p>{{ unsafe }}</p>{% endif %}
<p>Grading uses other inputs than the visible checks: an answer can pass those and still be wrong.</p>
{% for lab in labs %}<h2>Lab {{ lab.lab }}: {{ lab.points }} of {{ lab.max_score }} points</h2>
<meter max="{{ lab.max_score }}" value="{{ lab.points }}" aria-hidden="true"></meter>
{% for text in [lab.reason] + lab.notes if text %}<p>{{ text }}</p>{% endfor %}
{% if lab.why %}<p>Decided by your instructor: {{ lab.why }}</p>{% endif %}
{% if lab.todo %}<p>Your instructor will look at this lab too: its points may still change.</p>{% endif %}
{% for e in lab.exercises %}<article class="{{ e.outcome }}"><h3>{{ e.title }}</h3>
<p><b>{{ marks[e.outcome] }}</b> · {{ e.points }} of {{ e.max_points }} points</p>
{% if e.why %}<p>Decided by your instructor: {{ e.why }}</p>{% endif %}
{% if e.reason and e.outcome != "blank" %}<p>{{ e.reason }}</p>{% endif %}
{% if e.reply %}<p>The visible check said:</p><pre>{{ e.reply }}</pre>{% endif %}
{% if e.outcome != "passed" %}<p>Where to look next: its hints in labs/{{ lab.lab }}.ipynb</p>{% endif %}
</article>{% endfor %}{% endfor %}""")
