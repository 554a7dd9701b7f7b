"""What chapter 12 runs aside; the long parts run in the lesson itself."""

import numpy as np
import pytest

from utils import claims
from utils.ch12.litert import BATCH, accuracy
from utils.ch12.pt2e import compiles
from utils.machine import Machine


@pytest.mark.parametrize("compiler", [None, "/usr/bin/g++"])
@pytest.mark.parametrize("processor", ["x86_64", "AMD64", "arm64"])
@pytest.mark.parametrize("headers", [True, False])
def test_pt2e_needs_a_compiler_headers_and_x86(monkeypatch, tmp_path, compiler, processor, headers):
    if headers:
        (tmp_path / "Python.h").touch()
    monkeypatch.setattr("utils.ch12.pt2e.sysconfig.get_path", lambda name: str(tmp_path))
    monkeypatch.setattr("utils.ch12.pt2e.shutil.which", lambda name: compiler)
    monkeypatch.setattr("utils.ch12.pt2e.platform.machine", lambda: processor)
    condition = compiles()
    assert condition.holds == (compiler is not None and processor != "arm64" and headers)
    assert "C++ compiler" in condition.says


def test_the_compiler_asked_for_is_the_one_that_pytorch_takes(monkeypatch):
    asked = []
    monkeypatch.setattr("utils.ch12.pt2e.shutil.which", asked.append)
    monkeypatch.delenv("CXX", raising=False)
    compiles()
    monkeypatch.setenv("CXX", "clang++")
    compiles()
    assert asked == ["g++", "clang++"]


@pytest.mark.parametrize("has_it", [True, False])
def test_claims_of_speed_apply_where_the_cpu_has_vnni_and_nowhere_else(monkeypatch, has_it):
    card = Machine("a processor", 2, 8.0, ("AVX2", "VNNI") if has_it else ("AVX2",), "", "Linux x86_64")
    monkeypatch.setattr(claims, "machine", lambda: card)
    condition = claims.cpu_has("VNNI")
    assert condition.holds is has_it and condition.says == "where the CPU has VNNI"
    slow = {"at_least": 1.5, "only_if": condition}
    if has_it:
        with pytest.raises(claims.ClaimFailed):
            claims.claim("12-mlp", "The MLP runs {} times as fast in int8", 1.3, **slow)
    else:
        claims.claim("12-mlp", "The MLP runs {} times as fast in int8", 1.3, **slow)


def test_accuracy_takes_whole_batches():
    x = np.eye(10, dtype=np.float32)[np.arange(BATCH * 2 + 5) % 10]  # (133, 10)
    y = x.argmax(axis=1)
    y[:BATCH] += 1  # the first batch is wrong
    seen = []
    assert accuracy(lambda a: seen.append(a.shape) or a, x, y) == 50
    assert seen == [(BATCH, 10)] * 2
