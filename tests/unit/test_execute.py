import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat.v4 import new_code_cell, new_notebook

from tools.execute import clean, execute
from tools.notebook_files import read, source_digest, write

VARYING = "import random; print(random.random())"
TAG = {"tags": ["nbval-ignore-output"]}
CLAIM = """
import random
from IPython.display import display
display({"text/plain": "the same", "text/html": str(random.random())}, raw=True)
"""


@pytest.fixture
def notebook(tmp_path):
    def make(*cells):
        path = tmp_path / "notebook.ipynb"
        write(path, new_notebook(cells=list(cells)))
        return path

    return make


def test_a_second_run_changes_no_byte(notebook):
    path = notebook(new_code_cell("print(1 + 1)"), new_code_cell(VARYING, metadata=TAG), new_code_cell(CLAIM))
    assert execute(path)
    before = path.read_bytes()
    assert not execute(path)
    assert path.read_bytes() == before


def test_fresh_takes_new_outputs(notebook):
    path = notebook(new_code_cell(VARYING, metadata=TAG))
    execute(path)
    assert execute(path, fresh=True)


def test_a_changed_line_renews_everything(notebook):
    path = notebook(new_code_cell("print(1)"), new_code_cell(VARYING, metadata=TAG))
    execute(path)
    nb = read(path)
    varied = nb.cells[1].outputs[0].text
    nb.cells[0].source = "print(2)"
    write(path, nb)
    assert nb.metadata.fastfrugal.executed != source_digest(nb)
    assert execute(path)
    nb = read(path)
    assert nb.cells[0].outputs[0].text == "2\n" and nb.cells[1].outputs[0].text != varied
    assert nb.metadata.fastfrugal.executed == source_digest(nb)


def test_a_compared_output_that_changed_is_taken(notebook):
    path = notebook(new_code_cell(VARYING))
    execute(path)
    assert execute(path)


def test_metadata_is_clean(notebook):
    path = notebook(new_code_cell("import ipywidgets; ipywidgets.IntSlider()"))
    execute(path)
    nb = read(path)
    assert set(nb.metadata) == {"kernelspec", "language_info", "fastfrugal"}
    assert nb.metadata.language_info == {"name": "python"}
    assert nb.cells[0].outputs == [] and "execution" not in nb.cells[0].metadata
    nbformat.validate(nb)


def test_a_failing_notebook_is_left_as_it_was(notebook):
    path = notebook(new_code_cell("print(1)"), new_code_cell("1 / 0"))
    before = path.read_bytes()
    with pytest.raises(CellExecutionError):
        execute(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("text", [b"", b"[]", b'{"x": 1}', b"\xff\xfe", b'{"cells": [\n<<<<<<< HEAD\n'])
def test_what_is_no_notebook_is_told_in_a_sentence(text, tmp_path):
    path = tmp_path / "torn.ipynb"
    path.write_bytes(text)
    with pytest.raises(SystemExit, match="torn.ipynb is no notebook: .*git checkout"):
        read(path)


def test_what_is_not_read_first_is_folded_by_its_id():
    ids = ["setup-imports", "measure", "ratios-figure", "claim-ratio", "draw-im2col", "figure-out"]
    nb = new_notebook(cells=[new_code_cell("1", id=id) for id in ids])
    nb.cells[1].metadata["jupyter"] = {"source_hidden": True}  # by hand: the rule takes it back
    clean(nb, "notebooks")
    assert [cell.id for cell in nb.cells if cell.metadata.get("jupyter")] == [
        "setup-imports", "ratios-figure", "claim-ratio", "draw-im2col",
    ]  # fmt: skip
    clean(nb, "solutions")
    assert [cell.id for cell in nb.cells if cell.metadata.get("jupyter")] == ["setup-imports"]


def test_outputs_of_hidden_checks_are_not_stored(notebook):
    path = notebook(new_code_cell("print(1)", id="hidden-x"), new_code_cell("print(2)", id="check-x"))
    execute(path)
    assert [len(cell.outputs) for cell in read(path).cells] == [0, 1]
