"""Make the skeleton of a chapter, which already passes the layout tests; then replace every word.

    make new N=01 NAME=mlp_keras
    python -m tools new 01 mlp_keras

It writes and executes the lesson and the solution, derives the lab, makes the chapter's room in utils with
the visible check of its one exercise, adds right and wrong answers to that, a unit test, and a row to the
README's table. Nothing that exists is overwritten.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools import execute
from tools.derive import derive, lab_path
from tools.notebook_files import ROOT, read, write
from utils.files import write_whole
from utils.protocol import ANSWER, CHECK, HIDDEN, IGNORED, MAY_RAISE, PARAMETERS, lab_name

LESSON = """
# {n} · {title}

| | |
| --- | --- |
| **You will be able to** | … |
| **Your time** | … minutes, and … for the lab |
| **You need** | … |
| **Measured here** | … |
#%% md guess
## Commit to a guess

A question, to be answered before the measurement.
#%% code parameters
seed = 0
quick = False
#%% code setup-imports
from utils.claims import claim
#%% md measure
## The measurement

A few sentences, a short cell, something to look at.
#%% code measured
measured = 2 + 2
print(measured)
#%% code claim-sum
claim("{n}-sum", "Two and two make {{}}", measured, between=(4, 4))
#%% md learned
## What you learned

| | |
| --- | --- |
| … | … |

**What it cost.** … **Where it breaks.** … **Read next.** …
#%% md questions
## Three quick questions

**1.** …
<details><summary>Answer</summary>…</details>

**Now the lab:** [labs/{n}_lab_{slug}.ipynb](../labs/{n}_lab_{slug}.ipynb). Then shut this kernel down.
"""

SOLUTION = """
# Lab {n} · {title}

| | |
| --- | --- |
| **You will** | … |
| **Your time** | … minutes |
#%% code parameters
seed = 0
quick = False
#%% code setup-imports
import numpy as np
#%% md task-double
## 1 · Double

What goes in and out, with shapes.

<details><summary>Hint 1: a nudge</summary>…</details>
<details><summary>Hint 2: more</summary>…</details>
<details><summary>Hint 3: nearly the answer</summary>…</details>
#%% code ex-double
def double(x):
    \"\"\"Twice x, an array (n,).\"\"\"
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
#%% code check-double
from utils.ch{n}.checks import check_double
check_double(double)
#%% code challenge
challenge_seed = seed + 1  # graders put their own here
#%% code hidden-double
def hidden_double(seed):
    import numpy as np
    from utils.answers import emit

    rng = np.random.default_rng([seed, 1])
    emit("double", double(rng.normal(size=5)))


hidden_double(challenge_seed)
"""

CHECKS = '''"""The visible checks of lab {n}."""

from __future__ import annotations

import numpy as np

from utils.checks import check


@check("{n}-double")
def check_double(that, double):
    """Exercise 1: whoever changes it tries it with tests/answers."""
    got = double(np.array([1, 3]))
    that(np.array_equal(got, [2, 6]), f"twice 1, 3 is 2, 6; you returned {{got}}", hint=1)
'''

UNIT_TEST = '''"""What chapter {n} alone uses works."""

import importlib


def test_the_room_is_there():
    assert importlib.import_module("utils.ch{n}.checks").check_double
'''

ANSWERS = {
    "right_sum": "return x + x",
    "right_numpy": "return np.multiply(x, 2)",
    "wrong_square": "return x * x",
    "wrong_same": "return x",
    "wrong_first": "return 2 * x[:1]",
}


def build(text: str) -> NotebookNode:
    """A notebook of ``#%% kind id`` blocks, with the tags and the metadata that their ids ask for."""
    cells = []
    for block in re.split(r"^#%% ", "#%% md title" + text, flags=re.MULTILINE)[1:]:
        head, _, source = block.partition("\n")
        kind, id = head.split()
        cell = (new_code_cell if kind == "code" else new_markdown_cell)(source.strip("\n"))
        cell.id, cell.metadata = id, metadata(id)
        cells.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})


def metadata(id: str) -> NotebookNode:
    """nbgrader's, papermill's and nbval's metadata of a cell, by the name that it has."""
    if id == PARAMETERS:
        return NotebookNode(tags=[PARAMETERS])
    flags = {
        ANSWER: {"solution": True, "grade": False, "locked": False},
        CHECK: {"solution": False, "grade": False, "locked": True},
        HIDDEN: {"solution": False, "grade": True, "locked": True, "points": 2, "cell_type": "code"},
    }.get(id[: id.find("-") + 1])
    if flags is None:
        return NotebookNode()
    tags = {CHECK: [MAY_RAISE], HIDDEN: [IGNORED]}.get(id[: id.find("-") + 1], [])
    made = NotebookNode(nbgrader=NotebookNode(flags, grade_id=id, schema_version=3, task=False))
    if tags:
        made.tags = tags
    if id.startswith(HIDDEN):
        made.fastfrugal = NotebookNode(atol=1e-9)
    return made


def add_to_readme(n: str, slug: str, title: str) -> None:
    readme = ROOT / "README.md"
    lines = readme.read_text(encoding="utf-8").split("\n")
    last = max(i for i, line in enumerate(lines) if line.startswith("| [") and "notebooks/" in line)
    row = f"| [{n} {title}](notebooks/{n}_{slug}.ipynb) ([lab](labs/{n}_lab_{slug}.ipynb)) | … | … | … |"
    lines.insert(last + 1, row)
    readme.write_text("\n".join(lines), encoding="utf-8")


def create(n: str, slug: str) -> None:
    """Write the whole skeleton; the lab last, since it is derived."""
    title = slug.replace("_", " ").capitalize()
    room, tests = ROOT / "utils" / f"ch{n}", ROOT / "tests" / "unit" / f"ch{n}"
    write_whole(
        room / "__init__.py", f'"""What chapter {n} alone uses: CONTRIBUTING.md says what lies where."""\n'
    )
    write_whole(room / "checks.py", CHECKS.format(n=n))
    write_whole(tests / "__init__.py", "")
    write_whole(tests / "test_room.py", UNIT_TEST.format(n=n))
    for folder, text in (("notebooks", LESSON), ("solutions", SOLUTION)):
        path = ROOT / folder / f"{n}_{slug}.ipynb"
        write(path, build(text.format(n=n, slug=slug, title=title)))
        execute.execute(path)
    answers = ROOT / "tests" / "answers" / f"{n}_{slug}" / "ex-double"
    answers.mkdir(parents=True)
    for name, body in ANSWERS.items():
        (answers / f"{name}.py").write_text(f"def double(x):\n    {body}\n")
    solution = ROOT / "solutions" / f"{n}_{slug}.ipynb"
    write(lab_path(solution), derive(read(solution)))
    add_to_readme(n, slug, title)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools new",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("n", metavar="NN", help="the chapter's number, two digits")
    parser.add_argument("slug", metavar="NAME", help="lower case, words joined by _")
    args = parser.parse_args()
    if not re.fullmatch(r"\d\d", args.n) or not re.fullmatch(r"[a-z][a-z0-9_]*", args.slug):
        parser.error("NN is two digits and NAME lower case, as in: make new N=01 NAME=mlp_keras")
    taken = [p for p in Path(ROOT).glob(f"*/{args.n}_*") if p.parent.name in ("notebooks", "solutions")]
    if taken:
        parser.error(f"chapter {args.n} exists: {taken[0].relative_to(ROOT)}")
    create(args.n, args.slug)
    chapter = f"{args.n}_{args.slug}"
    print(f"Lesson, solution, {lab_name(chapter)} and utils/ch{args.n}/ stand, and pass `make check`.")
    print("Next: CONTRIBUTING.md, step 2.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
