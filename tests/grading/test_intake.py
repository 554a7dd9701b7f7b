"""What learners hand in, from what JupyterLab writes to what no program would."""

from __future__ import annotations

import json
import os
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.intake import (
    COPY,
    MOST_BYTES,
    Cell,
    Submission,
    Unreadable,
    find_submissions,
    read_bytes,
    read_cells,
)
from utils.protocol import lab_name

LABS = Path(__file__).resolve().parents[2] / "labs"
NAMES = ["00_start_here", "01_mlp_keras"]
RAW = {name: (LABS / f"{lab_name(name)}.ipynb").read_bytes() for name in NAMES}
OLD = nbformat.writes(nbformat.reads(RAW["00_start_here"].decode(), as_version=3), version=3)


def lab(name="01_mlp_keras"):
    return json.loads(RAW[name])


def raw(notebook, **how):
    return json.dumps(notebook, **how).encode()


def code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def sources(cells):
    return [cell.source for cell in cells]


@pytest.fixture
def folder(tmp_path):
    """Files by their paths: with None, a lab's notebook."""

    def make(**files):
        for path, content in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(RAW["01_mlp_keras"] if content is None else content)
        return tmp_path

    return lambda *paths, **files: make(**dict.fromkeys(paths), **files)


# --- where submissions are ---


@pytest.mark.parametrize("file", ["01_lab_mlp_keras", "01_mlp_keras"])
@pytest.mark.parametrize("copied", ["", " (1)", "(2)", "-Copy1"])
def test_a_lab_is_taken_under_its_own_name_and_the_old_one(folder, file, copied):
    root = folder(f"ada/{file}{copied}.ipynb", f"submitted/bob/{file}/{file}.ipynb")
    assert found(root) == (
        [
            ("ada", "01_mlp_keras", f"ada/{file}{copied}.ipynb"),
            ("bob", "01_mlp_keras", f"submitted/bob/{file}/{file}.ipynb"),
        ],
        [],
    )


@pytest.mark.parametrize(
    "chapter", ["00_start_here", "12_int8_kernels"]
)  # one sorts after lab_, one before it
@pytest.mark.parametrize("nested", [False, True])
def test_of_both_the_lab_is_graded_and_not_what_may_be_the_lesson(folder, chapter, nested):
    lab = lab_name(chapter)
    own = f"ada/{lab}/{lab}.ipynb" if nested else f"ada/{lab}.ipynb"
    root = folder(f"ada/{chapter}.ipynb", own)
    submissions, passed_over = find_submissions(root, [chapter])
    assert [s.path for s in submissions] == [root / own] and submissions[0].lab == chapter
    assert passed_over == [f"'ada/{chapter}.ipynb': this student's second copy of a lab"]


def found(folder):
    submissions, passed_over = find_submissions(folder, NAMES)
    return [(s.student, s.lab, s.path.relative_to(folder).as_posix()) for s in submissions], passed_over


def test_a_students_folder_holds_labs(folder):
    root = folder("bob/01_mlp_keras.ipynb", "ada/01_mlp_keras.ipynb", "ada/00_start_here.ipynb")
    assert found(root) == (
        [
            ("ada", "00_start_here", "ada/00_start_here.ipynb"),
            ("ada", "01_mlp_keras", "ada/01_mlp_keras.ipynb"),
            ("bob", "01_mlp_keras", "bob/01_mlp_keras.ipynb"),
        ],
        [],
    )


@pytest.mark.parametrize("above", ["", "submitted/"])
def test_nbgraders_layout_and_its_timestamp(folder, above):
    place = f"{above}ada/01_mlp_keras"
    stamp = b"2026-11-23 10:00:00.123456 UTC\n"
    root = folder(f"{place}/01_mlp_keras.ipynb", **{f"{place}/timestamp.txt": stamp})
    [submission], passed_over = find_submissions(root, NAMES)
    path = root / place / "01_mlp_keras.ipynb"
    assert submission == Submission("ada", "01_mlp_keras", path, "2026-11-23 10:00:00.123456 UTC")
    assert passed_over == []


@pytest.mark.parametrize("given", ["", "submitted"])
def test_nbgraders_tree_with_an_assignment_of_another_name(folder, given):
    root = folder("submitted/ada/week1/00_start_here.ipynb", "submitted/bob/week1/00_start_here.ipynb")
    submissions, passed_over = find_submissions(root / given, NAMES)
    assert [s.student for s in submissions] == ["ada", "bob"] and not passed_over


def test_students_called_like_nbgraders_folder_or_a_lab(folder):
    root = folder("submitted/01_mlp_keras.ipynb", "00_start_here/01_mlp_keras.ipynb")
    assert [(s, name) for s, name, _ in found(root)[0]] == [
        ("00_start_here", "01_mlp_keras"),
        ("submitted", "01_mlp_keras"),
    ]


@pytest.mark.parametrize("stamp", [b"", b"two\nlines", b"\x1b[31mred", b"\xff", b"x" * 101])
@pytest.mark.parametrize("written, iso", [(86_400, "1970-01-02T00:00:00+00:00"), (2**40, "2286")])
def test_a_strange_timestamp_gives_way_to_the_files_own(folder, stamp, written, iso):
    root = folder("ada/01_mlp_keras.ipynb", **{"ada/timestamp.txt": stamp})
    os.utime(root / "ada/01_mlp_keras.ipynb", (written, written))
    assert find_submissions(root, NAMES)[0][0].timestamp.startswith(iso)


@pytest.mark.parametrize(
    "path, why",
    [
        ("ada/99_mine.ipynb", "not one of the labs"),
        ("ada/01_mlp_keras_final.ipynb", "not one of the labs"),
        ("01_mlp_keras.ipynb", "out of place"),
        ("ada/drafts/01_mlp_keras.ipynb", "out of place"),
        ("ada/data.csv", "no notebook"),
        ("ada/01_mlp_keras.zip", "no notebook"),
        ("ada/Untitled.ipynb", "not one of the labs' names"),
        ("ada/01_mlp_keras (Ada's conflicted copy 2026-11-01).ipynb", "not one of the labs"),
        ("a/b/c/d/e/01_mlp_keras.ipynb", "out of place"),
        (os.fsdecode(b"j\xf6rg/01_mlp_keras.ipynb"), "out of place"),
        ("ada/01_mlp_keras/01_mlp_keras.ipynb", "second copy"),
    ],
)
def test_a_line_for_what_is_passed_over(folder, path, why):
    root = folder("ada/01_mlp_keras.ipynb", path)
    submissions, lines = found(root)
    assert [student for student, _, _ in submissions] == ["ada"]
    assert len(lines) == 1 and why in lines[0] and lines[0].isprintable()
    assert lines[0].count("/") < 4  # nobody can make it walk for ever


@pytest.mark.parametrize(
    "path",
    [
        "ada/.ipynb_checkpoints/01_mlp_keras-checkpoint.ipynb",
        "ada/.DS_Store",
        "__MACOSX/ada/._01_mlp_keras.ipynb",
        "ada/01_mlp_keras.ipynb:Zone.Identifier",
        "ada/Thumbs.db",
        "ada/Desktop.ini",
    ],
)
def test_what_programs_leave_is_no_matter(folder, path):
    assert len(found(folder("ada/01_mlp_keras.ipynb", path))[0]) == 1
    assert found(folder("ada/01_mlp_keras.ipynb", path))[1] == []


def test_links_are_neither_found_nor_followed(folder):
    root = folder("ada/01_mlp_keras.ipynb")
    (root / "eve").symlink_to(root / "ada")
    (root / "bob").mkdir()
    (root / "bob/01_mlp_keras.ipynb").symlink_to(root / "ada/01_mlp_keras.ipynb")
    submissions, lines = found(root)
    assert [student for student, _, _ in submissions] == ["ada"]
    assert len(lines) == 2 and all("link" in line for line in lines)


# --- what is in a file ---


def test_a_file_is_read_whole(folder):
    assert read_bytes(folder("ada/01_mlp_keras.ipynb") / "ada/01_mlp_keras.ipynb") == RAW["01_mlp_keras"]


@pytest.mark.parametrize(
    "at", ["eve/01_mlp_keras.ipynb", "eve/01_mlp_keras/01_mlp_keras.ipynb", "bob/01_mlp_keras.ipynb"]
)
def test_a_link_is_unreadable_wherever_it_is(folder, at):
    root = folder("ada/01_mlp_keras.ipynb", "ada/01_mlp_keras/01_mlp_keras.ipynb")
    (root / "eve").symlink_to(root / "ada")
    (root / "bob").mkdir()
    (root / "bob/01_mlp_keras.ipynb").symlink_to(root / "ada/01_mlp_keras.ipynb")
    assert (root / at).is_file()
    with pytest.raises(Unreadable, match="link"):
        read_bytes(root / at)


def test_submissions_may_lie_behind_a_link_of_the_instructors(folder, tmp_path_factory):
    link = tmp_path_factory.mktemp("course") / "submissions"
    link.symlink_to(folder("ada/01_mlp_keras.ipynb"))
    assert read_bytes(link / "ada/01_mlp_keras.ipynb") == RAW["01_mlp_keras"]


def test_no_file_a_folder_and_a_pipe_are_unreadable(tmp_path):
    (tmp_path / "folder.ipynb").mkdir()
    os.mkfifo(tmp_path / "pipe.ipynb")
    for name in ("gone.ipynb", "folder.ipynb", "pipe.ipynb", "x" * 300):
        with pytest.raises(Unreadable, match="hand in the notebook itself"):
            read_bytes(tmp_path / name)


def test_empty_and_too_large(folder):
    root = folder(**{"ada/empty": b"", "ada/full": b"x", "ada/large": b"x"})
    os.truncate(root / "ada/full", MOST_BYTES)
    os.truncate(root / "ada/large", MOST_BYTES + 1)
    assert len(read_bytes(root / "ada/full")) == MOST_BYTES == 20_000_000
    with pytest.raises(Unreadable, match="empty"):
        read_bytes(root / "ada/empty")
    with pytest.raises(Unreadable, match="too large"):
        read_bytes(root / "ada/large")


# --- what is in a notebook ---


@pytest.mark.parametrize("name", NAMES)
def test_the_code_cells_of_a_lab(name):
    nb = nbformat.reads(RAW[name].decode(), as_version=4)
    assert read_cells(RAW[name]) == [
        Cell(cell.id, cell.metadata.get("nbgrader", {}).get("grade_id", ""), cell.source)
        for cell in nb.cells
        if cell.cell_type == "code"
    ]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("version, minor", [(4, 4), (4, 0), (3, 0)])
def test_older_formats_keep_all_but_ids(name, version, minor):
    nb = nbformat.convert(nbformat.reads(RAW[name].decode(), as_version=4), version)
    if version == 4:
        nb.nbformat_minor = minor
        for cell in nb.cells:
            del cell["id"]
    # nbformat.writes brings cells into the shape that each format has on disk.
    cells = read_cells(nbformat.writes(nb, version).encode())
    assert cells == [cell._replace(id="") for cell in read_cells(RAW[name])]
    assert any(cell.grade_id.startswith("ex-") for cell in cells)


def test_format_3_with_lines_that_have_no_ends():
    cell = {"cell_type": "code", "input": ["def f():", "    return 1"], "outputs": []}
    heading = {"cell_type": "heading", "level": 1, "source": "x"}
    nb = {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [heading, cell]}, {"cells": [cell]}]}
    assert sources(read_cells(raw(nb))) == ["def f():\n    return 1"] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_encodings_and_their_marks(encoding):
    text = RAW["01_mlp_keras"].decode()
    assert read_cells(text.encode(encoding)) == read_cells(RAW["01_mlp_keras"])


def test_line_ends_of_windows_and_old_macs():
    nb, old = lab(), lab()
    for cell, old_cell in zip(code(nb), code(old), strict=True):
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
        old_cell["source"] = [line.replace("\n", "\r") for line in old_cell["source"]]
    assert read_cells(raw(nb, indent=1).replace(b"\n", b"\r\n")) == read_cells(RAW["01_mlp_keras"])
    assert read_cells(raw(old)) == read_cells(RAW["01_mlp_keras"])


def test_outputs_and_attachments_do_not_matter():
    nb = lab()
    for cell in nb["cells"]:
        cell["attachments"] = {"image.png": {"image/png": "A" * 400_000}}
    code(nb)[0]["outputs"] = [{"output_type": "display_data", "data": {"image/png": "A" * 9_000_000}}]
    code(nb)[1]["outputs"] = {"not": ["what", "an"], "output": 1e999}
    assert read_cells(raw(nb).replace(b"Infinity", b"1e999")) == read_cells(RAW["01_mlp_keras"])


def test_keys_that_come_twice_count_once():
    cells = read_cells(RAW["01_mlp_keras"].replace(b'"source": ', b'"source": ["x"], "source": '))
    assert cells == read_cells(RAW["01_mlp_keras"])


def test_half_characters_can_be_written_afterwards():
    nb = lab()
    code(nb)[0]["source"] = "'\ud800 \x00'"
    assert read_cells(raw(nb))[0].source == "'? \x00'"


def test_a_cell_without_a_source_is_empty():
    nb = lab()
    del code(nb)[0]["source"]
    code(nb)[1]["source"] = []
    assert sources(read_cells(raw(nb)))[:2] == ["", ""]


@pytest.mark.parametrize("tail", [b"\0" * 4, b"\n" + b"\0" * 4_000])
def test_zeros_behind_a_whole_notebook_are_no_matter(tail):
    """A computer that went off while it saved leaves them (microsoft/vscode#89368, jupyter/help#171)."""
    assert read_cells(RAW["01_mlp_keras"] + tail) == read_cells(RAW["01_mlp_keras"])


@pytest.mark.parametrize(
    "raw, what",
    [
        (b"PK\x03\x04" + bytes(9), "a zip archive, to be unpacked first"),
        (b"%PDF-1.7", "a PDF"),
        (b"\n<!DOCTYPE html><title>Log in", "a web page"),
        (bytes(5_000), "zeros all over"),
        (
            RAW["01_mlp_keras"].replace(b"\n", b"\n<<<<<<< HEAD\n", 9),
            "two versions in one, with git's <<<<<<<",
        ),
        (RAW["01_mlp_keras"] + b"\n]}", "not JSON"),
        (RAW["01_mlp_keras"].replace(b'"', "\N{LEFT DOUBLE QUOTATION MARK}".encode()), "not JSON"),
        (b"print('# %% exported as a script')", "not JSON"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_what_was_handed_in_instead_is_named(raw, what):
    with pytest.raises(Unreadable) as caught:
        read_cells(raw)
    said = str(caught.value)
    assert said.startswith(f"This is not a notebook: it is {what}") and said.endswith("hand it in once more.")


def as_colab(nb):
    """Its ids in the metadata, in place of nbgrader's; format 4.0 (googlecolab/colabtools#5402)."""
    nb["nbformat_minor"], nb["metadata"] = 0, {"colab": {"provenance": []}, "accelerator": "GPU"}
    for i, cell in enumerate(nb["cells"]):
        cell["metadata"] = {"id": f"x{i}Qk", "outputId": "aa", "cellView": "form"}
        del cell["id"]


def as_vscode(nb):
    """New cells without an id, in a notebook that says 4.2 (microsoft/vscode-jupyter#5933, #14652)."""
    nb["nbformat_minor"], nb["metadata"] = 2, {"orig_nbformat": 4, "vscode": {"interpreter": {"hash": "x"}}}
    for cell in nb["cells"]:
        cell["metadata"]["vscode"] = {"languageId": "python"}
    nb["cells"].append({"cell_type": "code", "metadata": {}, "outputs": [], "source": ["x = 1"]})


def as_deepnote(nb):
    """Cells of its own kinds, and keys in all metadata (deepnote/deepnote#167)."""
    for cell in nb["cells"]:
        cell["metadata"] |= {"cell_id": "00001-x", "deepnote_cell_type": "code"}
    nb["cells"].append({"cell_type": "sql", "metadata": {}, "source": "select 1"})


def without_ends(nb):
    """Lines that lost their ends (bojieli/ai-agent-book#86)."""
    for cell in nb["cells"]:
        cell["source"] = "".join(cell["source"]).split("\n")


def without_ids(nb):
    """4.5 says that it has some (jupyterlab/jupyterlab#9729)."""
    for cell in nb["cells"]:
        del cell["id"]


def without_metadata(nb):
    """petrobras/3W#71"""
    for cell in nb["cells"]:
        del cell["metadata"]
    nb["metadata"] = {"widgets": {"application/vnd.jupyter.widget-state+json": {}}}


@pytest.mark.parametrize(
    "saved", [as_colab, as_vscode, as_deepnote, without_ends, without_ids, without_metadata]
)
def test_whatever_saved_it_each_source_is_there(saved):
    nb = lab()
    saved(nb)
    assert sources(read_cells(raw(nb)))[: len(code(lab()))] == sources(read_cells(RAW["01_mlp_keras"]))


@pytest.mark.parametrize(
    "bad",
    [
        b"",
        b"\x00",
        b"\xff\xfe\xfd",
        b"PK\x03\x04",
        b"<html>Log in</html>",
        RAW["01_mlp_keras"][:-10],
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"nbformat": ' + b"9" * 5_000 + b"}",
        RAW["01_mlp_keras"].replace(b'"execution_count": null', b'"execution_count": NaN', 1),
        RAW["01_mlp_keras"].replace(b'"execution_count": null', b'"execution_count": -Infinity', 1),
    ],
    ids=repr,
)
def test_not_json(bad):
    with pytest.raises(Unreadable, match=r"This is not a notebook: .* hand it in once more\.$"):
        read_cells(bad)


@pytest.mark.parametrize("bad", [None, 1, "nb", [], {}, [lab()], {**lab(), "cells": None}])
def test_json_of_another_shape(bad):
    with pytest.raises(Unreadable, match="not a notebook of format 3 or 4"):
        read_cells(raw(bad))


@pytest.mark.parametrize("version", [1, 2, 5, 10**400, None, "4", [4], {}, 4.5])
def test_unknown_versions(version):
    with pytest.raises(Unreadable, match="not a notebook of format 3 or 4"):
        read_cells(raw({**lab(), "nbformat": version}))


@pytest.mark.parametrize("key", ["source", "id", "metadata"])
@pytest.mark.parametrize("value", [None, 1, {"a": "b"}, ["a", 1], [["a"]], True])
def test_cells_of_another_shape(key, value):
    nb = lab()
    code(nb)[3][key] = {"nbgrader": {"grade_id": value}} if key == "metadata" else value
    with pytest.raises(Unreadable, match="not a notebook of format 3 or 4"):
        read_cells(raw(nb))


def test_too_many_cells_and_too_long_ones():
    nb = lab()
    nb["cells"] = [{"cell_type": "code", "source": "x" * 200_000}] * 2 + [code(nb)[0]] * 998
    assert len(read_cells(raw(nb))) == 1_000
    with pytest.raises(Unreadable, match="too many cells"):
        read_cells(raw({**nb, "cells": nb["cells"] + [code(nb)[0]]}))
    code(nb)[0]["source"] += "x"
    with pytest.raises(Unreadable, match="too long"):
        read_cells(raw(nb))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["code", 3, 4]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@st.composite
def damaged(draw):
    """A lab of which some values are another, or are gone, and some bytes too."""
    nb = json.loads(draw(st.sampled_from([RAW["01_mlp_keras"], OLD])))
    for _ in range(draw(st.integers(0, 3))):
        spot, key = nb, None
        while isinstance(spot, dict | list) and spot and (key is None or draw(st.integers(0, 3))):
            above, key = (
                spot,
                draw(st.sampled_from(list(spot) if isinstance(spot, dict) else range(len(spot)))),
            )
            spot = above[key]
        if key is not None and draw(st.booleans()):
            above[key] = draw(JSON)
        elif key is not None:
            del above[key]
    made = raw(nb)
    if draw(st.booleans()):
        start = draw(st.integers(0, len(made)))
        made = made[:start] + draw(st.binary(max_size=4)) + made[start + draw(st.integers(0, 4)) :]
    return made


@settings(max_examples=150, deadline=None)
@given(damaged() | st.binary() | JSON.map(raw))
def test_any_bytes_are_cells_or_unreadable(made):
    try:
        cells = read_cells(made)
    except Unreadable as error:
        assert str(error).endswith(".")
    else:
        for cell in cells:
            "".join(cell).encode()  # raises where it isn't text that can be written


@pytest.mark.parametrize(
    "name",
    [
        *("00_start_here (1).ipynb", "00_start_here(2).ipynb", "00_start_here-Copy1.ipynb"),
        *("Copy of 00_start_here.ipynb", "Copy of Copy of 00_start_here.ipynb", "00_start_here-1.ipynb"),
        *("00_start_here - Copy.ipynb", "00_start_here - Copy (2).ipynb", "00_start_here copy 2.ipynb"),
        *(
            "00_start_here 2.ipynb",
            "00_start_here.IPYNB",
            "00_start_here.ipynb.txt",
            "00_start_here (1).ipynb.json",
            *(
                "00_START_HERE.ipynb",
                "00_start_here.ipynb.ipynb",
                " 00_start_here .ipynb",
                "00_start_here-copy.ipynb",
            ),
            *(
                "00_start_here - Kopie.ipynb",
                "Kopie von 00_start_here.ipynb",
                "Copie de 00_start_here (2).ipynb",
            ),
        ),
    ],
)
def test_a_second_download_is_the_lab_all_the_same(tmp_path, name):
    (tmp_path / "fay").mkdir()
    (tmp_path / "fay" / name).write_text("{}")
    found, passed_over = find_submissions(tmp_path, ["00_start_here"])
    assert [(s.student, s.lab) for s in found] == [("fay", "00_start_here")] and not passed_over


@pytest.mark.parametrize("given", ["", "."])
def test_what_grading_wrote_may_lie_among_the_submissions(folder, given, monkeypatch):
    root = folder("ada/01_mlp_keras.ipynb", "grades/references/01_mlp_keras-1.ipynb", "grades/seed")
    monkeypatch.chdir(root)
    submissions, passed_over = find_submissions(
        Path(given) if given else root, NAMES, Path("grades").absolute()
    )
    assert [s.student for s in submissions] == ["ada"] and not passed_over


def test_a_long_name_takes_no_time():
    for name in ("00_start_here" + " -" * 110 + "x", "copy of " * 30 + "x", " " * 250 + "x"):
        assert COPY.sub("", name)


def test_a_name_is_the_same_however_its_dots_are_written(folder):
    """macOS writes ö as two characters (KITPraktomatTeam/Praktomat#168 and many)."""
    root = folder(
        "J\N{LATIN SMALL LETTER O WITH DIAERESIS}rg/00_start_here.ipynb",
        "Jo\N{COMBINING DIAERESIS}rg/01_mlp_keras.ipynb",
    )
    submissions, passed_over = find_submissions(root, NAMES)
    assert len(submissions) == 2 and len({s.student for s in submissions}) == 1 and not passed_over
    assert all(s.path.exists() for s in submissions)


@pytest.mark.parametrize("left", ["", ".ipynb_checkpoints/01_mlp_keras-checkpoint.ipynb", "Thumbs.db"])
def test_a_folder_with_nothing_in_it_is_named(folder, left):
    """The upload may have failed (jupyter/nbgrader#919), or the checkpoint alone was packed."""
    root = folder("ada/01_mlp_keras.ipynb", *([f"bob/{left}"] if left else []))
    (root / "bob").mkdir(exist_ok=True)
    assert found(root)[1] == ["'bob': no notebook, or out of place"]
