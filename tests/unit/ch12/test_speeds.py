"""How chapter 12 measures, and what its recording holds."""

import subprocess
import sys
import time

import numpy as np
import pytest

from utils.ch12 import speeds, without_vnni
from utils.ch12.one_conv import save_conv
from utils.ch12.speeds import HIDDEN
from utils.ch12.without_vnni import environment


def busy(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def test_a_gain_is_the_time_before_over_the_time_after():
    ratio = speeds.gain(lambda: busy(0.0005), lambda: busy(0.001), pairs=21)
    assert 1.7 < ratio.low <= ratio.median <= ratio.high < 2.3


def test_what_others_take_meanwhile_is_not_counted():
    def slept():
        busy(0.0005)
        time.sleep(0.002)

    assert 0.7 < speeds.gain(slept, lambda: busy(0.0005), pairs=11).median < 1.4


def test_a_coarse_clock_is_not_taken(monkeypatch):
    class Coarse:
        resolution = 1 / 64

    monkeypatch.setattr(speeds.time, "get_clock_info", lambda name: Coarse)
    assert speeds.thread_clock() is time.perf_counter


def test_convolutions_by_turns_have_a_row_each():
    times = speeds.conv_times([1, 4], runs=3)
    assert set(times) == {"fp32", "int8"}
    assert all(found.shape == (2, 3) and (found > 0).all() for found in times.values())


def test_sessions_and_threads_are_timed_by_turns(tmp_path):
    file = save_conv(tmp_path / "conv.onnx", 4, 8)
    faster, free = speeds.by_sessions(file, np.zeros((2, 4, 9, 9), np.float32), rounds=11)
    assert len(faster.ratios) == len(free.ratios) == 11 and faster.median > 0 < free.median


def test_the_recording_holds_each_kind_of_processor_and_narrow_intervals():
    found = speeds.load_speeds()
    assert tuple(found["hidden"]) == HIDDEN and found["date"] and found["machine"]
    for hidden, one in found["hidden"].items():
        for name, value in one.items():
            if isinstance(value, list) and name != "channels":
                median, low, high = value
                assert low <= median <= high <= 1.5 * low, (hidden, name, value)
        assert [row[0] for row in one["channels"]] == list(speeds.CHANNELS)
        for kind in ("keras", "litert"):
            low, high = one["litert"][f"{kind} gain"][1:]
            assert high <= 1.5 * low, (hidden, kind)
        low, high = one["pt2e"]["over compiled fp32"][1:]
        assert high <= 1.5 * low, hidden


def test_sums_saturate_without_vnni_in_8_bits_and_not_in_7():
    kinds = speeds.load_speeds()["hidden"]
    assert [kinds[hidden]["7 bits"]["off"] for hidden in HIDDEN] == [0, 0]
    assert kinds["nothing"]["8 bits"]["off"] == 0
    assert all(kinds[hidden]["8 bits"]["off"] > 0 for hidden in HIDDEN[1:])


def test_what_is_hidden_is_one_of_three(tmp_path):
    with pytest.raises(ValueError, match="VNNI"):
        environment(tmp_path, "SSE")


def test_vnni_is_hidden_from_a_process_where_that_can_be(tmp_path):
    try:
        found = environment(tmp_path, "VNNI")
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("needs a C compiler and a processor whose CPUID a program may answer")
    asks = "from numpy._core._multiarray_umath import __cpu_features__ as f; print(f['AVX512VNNI'], f['AVX512F'])"

    def answers(env):
        return subprocess.run([sys.executable, "-c", asks], env=env, capture_output=True, text=True).stdout

    assert answers(found).split()[0] == "False"
    assert answers(environment(tmp_path, "AVX-512 and VNNI")).split() == ["False", "False"]


def test_where_cpuid_cannot_be_answered_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(
        without_vnni, "SOURCE", "#include <unistd.h>\n__attribute__((constructor)) void f() {_exit(77);}"
    )
    try:
        with pytest.raises(OSError, match="CPUID"):
            environment(tmp_path)
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("needs a C compiler")
