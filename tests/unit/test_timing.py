import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from utils import timing
from utils.ch00.noise import load_noise
from utils.timing import Ratio, compare, median_interval, time_repeats


class FakeTime:
    """A clock that only moves when work is done: comparisons become exact."""

    def __init__(self, monkeypatch):
        self.now, self.order = 0.0, []
        monkeypatch.setattr(timing.time, "perf_counter", lambda: self.now)

    def work(self, name, seconds):
        """A function that takes as long as ``seconds()`` says."""

        def call():
            self.order.append(name)
            self.now += seconds()

        return call


@pytest.fixture
def clock(monkeypatch):
    return FakeTime(monkeypatch)


def fixed(value):
    return lambda: value


def test_warm_up_is_not_counted(clock):
    seconds = iter([9, 9, 1, 2, 3])
    times = time_repeats(clock.work("a", lambda: next(seconds)), repeats=3, warmup=2)
    assert times.tolist() == [1, 2, 3]


def test_ratio_is_b_over_a_whoever_goes_first(clock):
    result = compare(clock.work("a", fixed(2.0)), clock.work("b", fixed(3.0)))
    assert result.median == result.low == result.high == 1.5
    assert result.verdict == "slower" and result.sure == 1.5
    pairs = list(zip(clock.order[6::2], clock.order[7::2], strict=True))
    assert set(pairs) == {("a", "b"), ("b", "a")}, "both orders, and only whole pairs"


def test_faster_and_equal(clock):
    assert compare(clock.work("a", fixed(3.0)), clock.work("b", fixed(2.0))).verdict == "faster"
    assert compare(clock.work("a", fixed(1.0)), clock.work("b", fixed(1.04))).verdict == "no difference"


def test_pairs_double_while_the_interval_is_wide(clock):
    rng = np.random.default_rng(0)
    noisy = clock.work("a", lambda: rng.lognormal(0, 1))
    assert len(compare(noisy, noisy, pairs=11, max_pairs=88).ratios) == 88
    assert len(compare(clock.work("a", fixed(1)), clock.work("b", fixed(1)), pairs=11).ratios) == 11


def test_real_sleep_is_found():
    result = compare(lambda: time.sleep(0.001), lambda: time.sleep(0.003), pairs=21)
    assert result.verdict == "slower" and result.median > 1.5


def test_relative_counts_single_calls(clock):
    """Samples of 12 ms or more, however long a call takes: 12 calls of one, 3 of the other."""
    fast, slow = clock.work("fast", fixed(0.001)), clock.work("slow", fixed(0.005))
    assert timing.relative(fast, slow, pairs=11) == pytest.approx(5)
    times_run = {name: clock.order.count(name) for name in ("fast", "slow")}
    assert times_run == {"fast": 6 + 14 * 12, "slow": 6 + 14 * 3}  # 6 to count, 3 to warm up


def test_relative_takes_more_pairs_only_where_it_may(clock):
    rng = np.random.default_rng(0)
    noisy, steady = clock.work("a", lambda: rng.lognormal(-5, 2)), clock.work("b", fixed(0.1))
    assert len(timing.call_ratios(noisy, steady, 11)) == 11
    assert len(timing.call_ratios(noisy, steady, 11, 44)) == 44
    assert len(timing.call_ratios(steady, steady, 11, 44)) == 11


def test_relative_of_real_waits():
    assert timing.relative(lambda: time.sleep(0.002), lambda: time.sleep(0.01)) == pytest.approx(5, rel=0.4)


def test_kept_memory_faults_no_pages():
    """In a process of its own: the setting stays, and what ran before decides what the default does."""
    code = (
        "import resource, numpy as np; from utils.timing import keep_memory; kept = keep_memory()\n"
        "faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt\n"
        "for _ in range(9): before = faults(); np.ones(2_000_000); found = faults() - before\n"
        "print(kept, found)"
    )
    if sys.platform != "linux":
        pytest.skip("glibc's setting")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kept, faults = done.stdout.split()
    if kept == "True":
        assert float(faults) < 10  # of 3,900 pages


@given(st.integers(12, 300), st.integers(0, 2**32 - 1))
def test_interval_holds_the_median_and_mirrors(n, seed):
    ratios = np.random.default_rng(seed).lognormal(0, 0.3, n)
    low, high = median_interval(ratios)
    assert low <= np.median(ratios) <= high
    mirrored = median_interval(1 / ratios)
    assert np.allclose([1 / mirrored[1], 1 / mirrored[0]], [low, high])


def test_too_few_pairs_make_no_interval():
    assert median_interval(np.ones(5)) == (-np.inf, np.inf)
    assert Ratio(1.3, -np.inf, np.inf, np.ones(5)).verdict == "no difference"


@pytest.mark.parametrize("trace", ["alone", "with neighbours"])
def test_recorded_noise_raises_no_false_alarm_and_hides_no_planted_difference(trace):
    times = load_noise()[trace]
    rng = np.random.default_rng(0)
    runs = rng.permuted(times[: len(times) // 122 * 122].reshape(-1, 61, 2), axis=2)
    ratios = runs[:, :, 1] / runs[:, :, 0]
    verdicts = {s: [judged(s * group) for group in ratios] for s in (1.0, 1.3, 1 / 1.3)}
    assert set(verdicts[1.0]) == {"no difference"}
    assert set(verdicts[1.3]) == {"slower"} and set(verdicts[1 / 1.3]) == {"faster"}


def judged(ratios):
    return Ratio(float(np.median(ratios)), *median_interval(ratios), ratios).verdict


def test_waits_for_a_gpu_only_where_torch_has_one(monkeypatch):
    calls = []

    class Cuda:
        is_available = staticmethod(lambda: True)
        synchronize = staticmethod(lambda: calls.append("waited"))

    class Torch:
        cuda = Cuda

    monkeypatch.setitem(timing.sys.modules, "torch", Torch)
    timing.time_once(lambda: calls.append("worked"))
    assert calls == ["waited", "worked", "waited"]
