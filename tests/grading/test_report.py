"""What people read of the grading: hostile text stays text, and a person's decision stays."""

from __future__ import annotations

import csv
import json
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest

from grader.report import decide, file_name, plain, read_results, result_path, write_reports, write_result
from grader.run import FOREIGN

LAB = "01_mlp_keras"
NAMES = [
    "../../x",
    "a\nb",
    "\N{GRINNING FACE}",
    "=cmd()",
    "x" * 300,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202eevil",
    "Ada",
    "ada",
    "e\u0301",
    "\u00e9",
    "\udcff",  # a folder's name that is no UTF-8
    "",
]
OURS = "html meta title style h1 h2 h3 bdi p b meter article pre".split()


def exercise(name, outcome="failed", reply="", person="", reason="", at="", hint=""):
    points = 3.0 if outcome == "passed" else 0.0
    return {"name": name, "title": f"1 · {name}", "points": points, "max_points": 3.0} | {
        "outcome": outcome,
        "reason": reason,
        "at": at,
        "reply": reply,
        "hint": hint,
        "person": person,
    }


def result(student="ada", *exercises, lab=LAB, **other):
    exercises = list(exercises or [exercise("roc")])
    return {
        "student": student,
        "lab": lab,
        "file": f"{student}/{lab}.ipynb",
        "timestamp": "",
        "key": "0",
        "sandboxed": True,
        "status": "graded",
        "reason": "",
        "score": sum(e["points"] for e in exercises),
        "max_score": 6.0,
        "exercises": exercises,
        "notes": [],
        "seconds": 1.0,
    } | other


def unreadable(student="ada", **other):
    why = {"status": "unreadable", "reason": "it is no notebook", "score": 0.0, "exercises": []}
    return result(student, **why | other)


def table(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Page(HTMLParser):
    """Its tags, each once, its attributes, and its text."""

    def __init__(self, out, student="ada"):
        super().__init__()
        self.source = (out / "feedback" / f"{file_name(student)}.html").read_text(encoding="utf-8")
        self.tags, self.attributes, self.text = set(), set(), ""
        self.feed(self.source)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data):
        self.text += data


def test_file_names_are_safe_and_distinct():
    made = [file_name(name) for name in NAMES]
    assert len({name.lower() for name in made}) == len(NAMES)
    for name in made:
        assert name.isascii() and len(name) <= 49 and name[0] != "-"
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


def test_results_of_any_name_are_read_back_in_order(tmp_path):
    written = [result(name, lab=lab) for name in NAMES for lab in (LAB, "00_start_here")]
    for one in written:
        write_result(tmp_path, one)
    assert read_results(tmp_path) == sorted(written, key=lambda r: (r["lab"], r["student"]))
    assert all(path.parent.parent == tmp_path / "results" for path in tmp_path.rglob("*.*"))
    assert not list(tmp_path.rglob("*.part"))


def test_torn_foreign_and_copied_results_are_left_out_and_named(tmp_path, capsys):
    write_result(tmp_path, result())
    good = result_path(tmp_path, "ada", LAB)
    bad = {
        "torn": good.read_text()[:40],
        "list": "[1, 2]",
        "number": "7",
        "foreign": '{"lab": "x"}',
        "copied": good.read_text(),
        "odd": '{"student": ["ada"], "lab": 1}',
        "binary": "\0",
    }
    for name, text in bad.items():
        good.with_name(f"{name}.json").write_text(text)
    assert read_results(tmp_path) == [result()]
    said = capsys.readouterr().err
    assert len(said.splitlines()) == len(bad) and all(f"{name}.json is left out" in said for name in bad)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_name_is_text_wherever_it_stands(tmp_path, name):
    assert write_reports(tmp_path, [result(name, exercise("roc", person="look"))]) == 1
    page = Page(tmp_path, name)
    assert page.tags == set(OURS) - {"pre"}
    assert page.attributes == {"lang", "charset", "name", "content", "http-equiv", "class"} | {
        "max",
        "value",
        "aria-hidden",
    }
    assert page.text.count(plain(name)) >= 2
    for file in ("grades.csv", "needs_person.csv"):
        (row,) = table(tmp_path / file)
        cell = row.get("student_id", row.get("student"))
        assert cell == plain("'" + name if name.startswith("=") else name)


HOSTILE = {
    "\x1b[31mred\x1b[0m": "red",
    "\x1b]0;a title\x07told": "told",
    "\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\": "link",
    "\x1b\x1b[0m[2J": "[2J",
    "a\x00b\x9bc\x7fd\re": "abcde",
    "right\u202eto\u2066left\u200f": "righttoleft",
    "half \ud800 a pair": "half  a pair",
    "two\n\tlines": "two\n\tlines",
    "<script>alert('&amp;')</script>": "<script>alert('&amp;')</script>",
    "</pre></article><style>*{display:none}</style>": "</pre></article><style>*{display:none}</style>",
    "{{ unsafe }}{% for %}": "{{ unsafe }}{% for %}",
    "x" * 1_000_000: "x" * 2_000,
    "\x1b[" * 500_000: "[" * 2_000,
    "\x1b]" * 500_000: "",
}


@pytest.mark.parametrize("said, shown", HOSTILE.items(), ids=lambda s: ascii(s[:20]))
def test_what_a_submission_says_is_shown_as_text(tmp_path, said, shown):
    hostile = exercise("roc", reply=f"{said}", reason=said)
    write_reports(tmp_path, [result("ada", hostile, notes=[said])])
    page = Page(tmp_path)
    assert page.tags <= set(OURS)
    assert page.text.count(shown) >= 3
    assert len(page.source) < 20_000
    assert not any(ord(c) < 32 and c not in "\n\t" for c in page.source)


def test_no_quote_of_a_student_ends_an_attribute(tmp_path):
    write_reports(tmp_path, [result("ada", exercise("roc", reply="\" onclick=' x"))])
    assert "\" onclick='" not in Page(tmp_path).source and "onclick" not in Page(tmp_path).attributes


def test_the_page_says_what_was_right_what_was_wrong_and_where_to_look(tmp_path):
    exercises = [
        exercise("a", "passed"),
        exercise(
            "b",
            "failed",
            reason="3 of 9 values are not right",
            reply="yours has 5 rows",
            hint="2",
            at="smooth-7",
        ),
        exercise("c", "blank"),
        exercise("d", "missing"),
        exercise("e", "killed", reason="it took longer than 90 seconds", person="SECRET SUSPICION"),
    ]
    write_reports(tmp_path, [result("ada", *exercises, notes=["a cell was there twice"])])
    parts = Page(tmp_path).text.split("1 · ")
    assert "Lab 01_mlp_keras: 3 of 6 points" in parts[0] and "a cell was there twice" in parts[0]
    assert "Your instructor will look at this lab, too" in parts[0]
    assert "✓ right · 3 of 3 points" in parts[1] and "hints" not in parts[1]
    assert "✗ not right yet · 0 of 3 points" in parts[2] and "3 of 9 values" in parts[2]
    assert (
        "The visible check said:yours has 5 rows" in parts[2]
        and "hint 2 under its task, in labs/01_lab_mlp_keras.ipynb" in parts[2]
    )
    assert "smooth-7" not in parts[2]  # hidden inputs stay hidden, and so do their names
    assert parts[3].count("nothing was written here") == 1 and "the hints under its task" in parts[3]
    assert "○ not in your notebook" in parts[4]
    assert "✗ stopped" in parts[5] and "longer than 90 seconds" in parts[5]
    assert "SECRET" not in parts[5]


def test_a_page_holds_all_labs_of_a_student_and_is_kept_when_they_are_gone(tmp_path):
    write_reports(tmp_path, [result("ada", lab="00_start_here"), result("ada"), result("bob")])
    text = Page(tmp_path).text
    assert text.index("Lab 00_start_here") < text.index("Lab 01_mlp_keras")
    write_reports(tmp_path, [result("bob")])
    assert Page(tmp_path).text == text
    assert len(table(tmp_path / "grades.csv")) == 1


def test_a_page_is_self_contained(tmp_path):
    write_reports(tmp_path, [result("ada", exercise("roc", reply="x"))])
    page = Page(tmp_path)
    assert page.tags == set(OURS)
    assert "default-src 'none'; style-src 'unsafe-inline'" in page.source and "url(" not in page.source


def test_grades_have_the_columns_of_nbgrader_and_a_row_for_each_submission(tmp_path):
    graded = result("ada", exercise("roc", "passed"), timestamp="2025-01-31T10:00:00")
    write_reports(tmp_path, [graded, unreadable("bob"), unreadable("eve", status="crashed")])
    first, *others = table(tmp_path / "grades.csv")
    assert first == {
        "assignment": LAB,
        "duedate": "",
        "timestamp": "2025-01-31T10:00:00",
        "student_id": "ada",
        "last_name": "",
        "first_name": "",
        "email": "",
        "raw_score": "3",
        "late_submission_penalty": "0.0",
        "score": "3",
        "max_score": "6",
    }
    assert list(first)[7:] == ["raw_score", "late_submission_penalty", "score", "max_score"]
    assert [(r["student_id"], r["score"], r["max_score"]) for r in others] == [
        ("bob", "0", "6"),
        ("eve", "0", "6"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\n", " =", "＝", "\r=", "\0="], ids=ascii)
def test_no_cell_is_a_formula(tmp_path, start):
    write_reports(tmp_path, [unreadable(f"{start}cmd()", reason=f"{start}cmd()")])
    cells = [table(tmp_path / "needs_person.csv")[0][column] for column in ("student", "why")]
    cells.append(table(tmp_path / "grades.csv")[0]["student_id"])
    assert set(cells) == {"'" + plain(f"{start}cmd()")}


def test_who_needs_a_person(tmp_path):
    left = write_reports(
        tmp_path,
        [
            result("eve", exercise("roc", person="odd"), exercise("loss", "passed")),
            unreadable("bob"),
            unreadable("cid", status="crashed", reason=""),
            result("dan"),
        ],
    )
    assert [tuple(row.values()) for row in table(tmp_path / "needs_person.csv")] == [
        ("bob", LAB, "*", "it is no notebook", "0"),
        ("cid", LAB, "*", "crashed", "0"),
        ("eve", LAB, "roc", "odd", "0"),
    ]
    assert left == 3


def test_another_notebook_under_a_labs_name_needs_a_person(tmp_path):
    """The lesson is called nearly the same, and a lab handed in for another has no cell of this one."""
    foreign = result("ada", exercise("roc", "missing"), exercise("loss", "missing")) | {"reason": FOREIGN}
    half = result("bob", exercise("roc", "missing"), exercise("loss", "blank"))
    assert write_reports(tmp_path, [foreign, half, unreadable("eve")]) == 2
    rows = {row["student"]: row for row in table(tmp_path / "needs_person.csv")}
    assert set(rows) == {"ada", "eve"} and "under the lab's name" in rows["ada"]["why"]


def test_a_decision_replaces_the_points_and_outlives_a_regrade(tmp_path):
    before = result("ada", exercise("roc", person="odd"), exercise("loss", "passed"))
    write_result(tmp_path, before)
    decide(tmp_path, "ada", LAB, "roc", 1, "a first thought")
    decide(tmp_path, "ada", LAB, "roc", 2.5, "right, in a <cell> of its own")
    for again in (before, before | {"key": "1", "seconds": 9.0}):
        write_result(tmp_path, again)
        assert write_reports(tmp_path, read_results(tmp_path)) == 0
        assert table(tmp_path / "needs_person.csv") == []
        (row,) = table(tmp_path / "grades.csv")
        assert row["raw_score"] == row["score"] == "5.5"
        text = Page(tmp_path).text
        assert "Decided by your instructor: right, in a <cell> of its own" in text
        assert "Lab 01_mlp_keras: 5.5 of 6 points" in text and "2.5 of 3 points" in text
        assert "Where to look next" not in text
    assert read_results(tmp_path)[0]["score"] == 3.0  # the engine's own finding stays as it was


def test_a_decision_on_a_whole_submission(tmp_path):
    for student in ("ada", "bob"):
        write_result(tmp_path, unreadable(student, reason="too large"))
    decide(tmp_path, "ada", LAB, "*", 4, "read by hand")
    assert write_reports(tmp_path, read_results(tmp_path)) == 1
    assert {row["student"] for row in table(tmp_path / "needs_person.csv")} == {"bob"}
    assert [row["score"] for row in table(tmp_path / "grades.csv")] == ["4", "0"]
    text = Page(tmp_path).text
    assert "Decided by your instructor: read by hand" in text and "4 of 6 points" in text


@pytest.mark.parametrize(
    "student, lab, exercise, points, why, says",
    [
        ("Ada", LAB, "roc", 1, "x", "no submission of 'Ada'"),
        ("ada", "09_none", "roc", 1, "x", "for '09_none'"),
        ("ada", LAB, "none", 1, "x", "has no exercise 'none'; it has \\*, roc"),
        ("ada", LAB, "roc", 3.5, "x", "points, not 3.5"),
        ("ada", LAB, "roc", -1, "x", "points, not -1"),
        ("ada", LAB, "roc", float("nan"), "x", "points, not nan"),
        ("ada", LAB, "*", 6.5, "x", "points, not 6.5"),
        ("ada", LAB, "roc", 1, " \n", "needs a reason"),
    ],
)
def test_a_wrong_decision_is_refused(tmp_path, student, lab, exercise, points, why, says):
    write_result(tmp_path, result())
    with pytest.raises(ValueError, match=says):
        decide(tmp_path, student, lab, exercise, points, why)
    assert not (tmp_path / "decisions.json").exists()


def test_decisions_that_cannot_be_read_are_not_taken_for_none(tmp_path):
    write_result(tmp_path, result())
    (tmp_path / "decisions.json").write_text('{"torn')
    with pytest.raises(ValueError):
        decide(tmp_path, "ada", LAB, "roc", 1, "x")
    with pytest.raises(ValueError):
        write_reports(tmp_path, [result()])
    assert (tmp_path / "decisions.json").read_text() == '{"torn'


def test_decisions_are_readable_and_of_any_name(tmp_path):
    for name in NAMES:
        write_result(tmp_path, result(name))
        decide(tmp_path, name, LAB, "roc", 1, "x")
    kept = json.loads((tmp_path / "decisions.json").read_text())
    assert kept == {LAB: {name: {"roc": {"points": 1, "why": "x"}} for name in NAMES}}


def test_decisions_made_at_once_are_all_kept(tmp_path):
    names = [f"e{i}" for i in range(20)]
    write_result(tmp_path, result("ada", *map(exercise, names)))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: decide(tmp_path, "ada", LAB, name, 1, "x"), names))
    assert len(json.loads((tmp_path / "decisions.json").read_text())[LAB]["ada"]) == len(names)


def test_every_page_says_when_there_was_no_sandbox(tmp_path):
    write_reports(tmp_path, [result("ada"), result("bob", sandboxed=False)])
    warning = (tmp_path / "UNSAFE.txt").read_text()
    assert "without a sandbox" in warning
    assert warning in Page(tmp_path, "ada").text and warning in Page(tmp_path, "bob").text
    write_reports(tmp_path, [result("ada"), result("bob")])
    assert not (tmp_path / "UNSAFE.txt").exists() and "sandbox" not in Page(tmp_path).text
