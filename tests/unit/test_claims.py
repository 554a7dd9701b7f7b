import json
import multiprocessing

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from utils import claims
from utils.claims import ClaimFailed, Condition, claim, full_size


@pytest.fixture(autouse=True)
def shell():
    return InteractiveShell.instance()  # display() publishes only where there is one


@pytest.fixture
def record(monkeypatch, tmp_path):
    path = tmp_path / "claims.jsonl"
    monkeypatch.setenv("FASTFRUGAL_RECORD", str(path))
    monkeypatch.setenv("FASTFRUGAL_NOTEBOOK", "notebooks/00_start_here.ipynb")
    return lambda: [json.loads(line) for line in path.read_text().splitlines()]


def shown(*args, **kwargs):
    with capture_output() as captured:
        claim(*args, **kwargs)
    return captured.outputs[0].data


def test_held_shows_the_same_text_whatever_was_measured(record):
    first = shown("00-x", "It is {} times as fast", 2.0, at_least=1.5)
    second = shown("00-x", "It is {} times as fast", 3.0, at_least=1.5)
    assert first["text/plain"] == second["text/plain"] == "Claim 00-x: It is ≥ 1.5 times as fast."
    assert "3" in second["text/html"] and first["text/html"] != second["text/html"]
    assert [row["value"] for row in record()] == [2.0, 3.0]
    assert set(record()[0]) == {
        "id", "text", "value", "bound", "status", "reason", "notebook", "machine",
    }  # fmt: skip
    assert record()[0]["notebook"] == "notebooks/00_start_here.ipynb"


@pytest.mark.parametrize(
    ("value", "bound", "holds"),
    [
        (1.0, {"at_least": 1.0}, True),
        (0.9, {"at_least": 1.0}, False),
        (1.0, {"at_most": 1.0}, True),
        (1.1, {"at_most": 1.0}, False),
        (0.5, {"between": (0, 1)}, True),
        (1.5, {"between": (0, 1)}, False),
        (float("nan"), {"at_least": 0}, False),
        (float("nan"), {"at_most": 0}, False),
        (None, {"at_least": 0}, False),
    ],
)
def test_bounds(record, value, bound, holds):
    if holds:
        shown("00-x", "It is {}", value, **bound)
    else:
        with pytest.raises(ClaimFailed, match="00-x"), capture_output():
            claim("00-x", "It is {}", value, **bound)
    assert record()[0]["status"] == ("held" if holds else "failed")


def test_not_applicable_says_why_and_does_not_fail(record):
    condition = Condition("where the CPU has VNNI", False)
    box = shown("12-x", "int8 is {} times as fast", None, at_least=1.5, only_if=condition)
    assert "not applicable" in box["text/html"]
    assert box["text/plain"] == "Claim 12-x: int8 is ≥ 1.5 times as fast, where the CPU has VNNI."
    assert record()[0]["status"] == "not_applicable"
    assert record()[0]["reason"] == "where the CPU has VNNI"


@pytest.mark.parametrize("sentence", ["int8 is fast", "{} and {}"])
def test_a_sentence_has_one_place_for_its_number(sentence):
    with pytest.raises(ValueError, match="one {}"):
        claim("12-x", sentence, 2, at_least=1)


def test_quick_runs_need_not_be_stated(record):
    shown("00-x", "It is {}", 0, at_least=1, only_if=[full_size(quick=True)])
    shown("00-x", "It is {}", 2, at_least=1, only_if=full_size(quick=False))
    assert [row["status"] for row in record()] == ["not_applicable", "held"]


@pytest.mark.parametrize("bounds", [{}, {"at_least": 1, "at_most": 2}])
def test_exactly_one_bound(bounds):
    with pytest.raises(ValueError, match="exactly one"):
        claim("00-x", "It is {}", 1, **bounds)


def test_cpu_has_asks_the_card(monkeypatch):
    class Card:
        has = staticmethod(lambda name: name == "AVX2")

    monkeypatch.setattr(claims, "machine", Card)
    assert claims.cpu_has("AVX2") == Condition("where the CPU has AVX2", True)
    assert not claims.cpu_has("AMX").holds


def _many(_):
    for i in range(50):
        claims._record("00-x", "t" * 200, i, "≥ 1", "held", "")


def test_lines_of_two_kernels_do_not_mix(record):
    claims.machine()
    with multiprocessing.get_context("fork").Pool(4) as pool:
        pool.map(_many, range(4))
    assert len(record()) == 200
