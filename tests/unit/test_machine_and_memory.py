import numpy as np
import pytest

from utils import machine as machine_module
from utils.machine import machine, peak_memory, size_on_disk, usable_cores, usable_memory


def test_card():
    card = machine()
    assert card.cores >= 1 and card.memory_gb > 0.5 and card.processor
    assert card.has("AVX2") == ("AVX2" in str(card))
    assert "<table>" in card._repr_html_()
    with pytest.raises(ValueError, match="AVX2"):
        card.has("AVX-9000")


def test_a_containers_limits_count(monkeypatch):
    limits = {"/sys/fs/cgroup/cpu.max": "100000 100000", "/sys/fs/cgroup/memory.max": "2000000000"}
    monkeypatch.setattr(machine_module, "_first_line", limits.get)
    assert usable_cores() == 1 and usable_memory() == 2_000_000_000
    unlimited = {"/sys/fs/cgroup/cpu.max": "max 100000", "/sys/fs/cgroup/memory.max": "max"}
    monkeypatch.setattr(machine_module, "_first_line", unlimited.get)
    assert usable_memory() > 2_000_000_000


def test_gpu_name_comes_from_the_driver(monkeypatch):
    class Done:
        returncode, stdout = 0, "NVIDIA H100\nNVIDIA H100\n"

    monkeypatch.setattr(machine_module.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    monkeypatch.setattr(machine_module.subprocess, "run", lambda *args, **kwargs: Done)
    assert machine_module._gpu_name() == "NVIDIA H100"
    Done.returncode = 9  # the tool is there, the driver isn't
    assert machine_module._gpu_name() == ""


def test_peak_memory_sees_what_is_gone_at_the_end():
    peak = peak_memory(lambda: np.ones(25_000_000).sum())  # 200 MB, freed at once
    assert 190e6 < peak < 230e6


def test_peak_memory_passes_errors_on():
    with pytest.raises(ZeroDivisionError):
        peak_memory(lambda: 1 / 0)


def test_size_on_disk(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "a").write_bytes(b"x" * 10)
    (tmp_path / "model" / "b").write_bytes(b"x" * 5)
    assert size_on_disk(tmp_path / "model" / "a") == 10
    assert size_on_disk(tmp_path / "model") == 15
    with pytest.raises(FileNotFoundError, match="save the model first"):
        size_on_disk(tmp_path / "none")
