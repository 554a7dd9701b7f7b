import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tools.derive import derive

ANSWER = '''
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION
'''.strip()


def cell(id, source, **metadata):
    made = new_code_cell(source, metadata=metadata, execution_count=1)
    made.id = id
    return made


def solution(*cells):
    return new_notebook(
        cells=list(cells),
        metadata={
            "fastfrugal": {"executed": "x"},
            "kernelspec": {"name": "python3", "display_name": "Python 3"},
        },
    )


def test_answers_become_stubs_that_raise():
    lab = derive(solution(cell("ex-double", ANSWER)))
    names = {}
    exec(lab.cells[0].source, names)
    assert names["double"].__doc__ == "Twice x."
    with pytest.raises(NotImplementedError):
        names["double"](1)


def test_hidden_cells_vanish_ids_and_order_stay():
    text = new_markdown_cell("why")
    text.id, text.metadata["tags"] = "explanation", ["solution-only"]
    made = solution(
        cell("setup-imports", "import numpy"),
        cell("ex-double", ANSWER),
        cell("check-double", "assert double(2) == 4"),
        text,
        cell("challenge", "challenge_seed = 1"),
        cell("hidden-double", "emit('double', double(3))"),
    )
    lab = derive(made)
    assert [c.id for c in lab.cells] == ["setup-imports", "ex-double", "check-double"]
    assert all(c.execution_count is None and c.outputs == [] for c in lab.cells)
    assert "fastfrugal" not in lab.metadata
    assert "return 2 * x" in made.cells[1].source, "the solution itself is not touched"


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    ### BEGIN SOLUTION\n    return 1",
        "def f():\n    return 1\n    ### END SOLUTION",
        "def f():\n    return 1",
    ],
)
def test_markers_that_do_not_pair_are_refused(source):
    with pytest.raises(ValueError, match="ex-f"):
        derive(solution(cell("ex-f", source)))


SECRET = st.text("abc xyz_=()\n\t#'\"", max_size=80)


@given(SECRET, st.sampled_from(["", "    ", "\t", "        "]))
def test_nothing_between_the_markers_survives(secret, indent):
    body = "\n".join(f"{indent}SECRET {line}" for line in secret.split("\n"))
    source = f"{indent}### BEGIN SOLUTION\n{body}\n{indent}### END SOLUTION"
    stub = derive(solution(cell("ex-f", f"before\n{source}\nafter"))).cells[0].source
    assert "SECRET" not in stub and stub.startswith("before\n") and stub.endswith("\nafter")
