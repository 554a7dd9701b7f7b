import numpy as np
import pytest

from utils.ch07 import design, lab
from utils.ch07.check_schedule import rates
from utils.ch07.check_shards import read_by
from utils.ch07.check_time import timed


def test_what_a_verdict_depends_on_is_given():
    for module, name in [(design, "MOST_COST"), (design, "trained"), (lab, "pretend_runs")]:
        with pytest.raises(AttributeError, match="is given"):
            setattr(module, name, 10**9)


def test_a_schedule_is_exact_at_its_corners():
    assert rates(10, 4, 3, 0.6, 1, "linear").round(3).tolist() == [
        0.2,
        0.4,
        0.6,
        0.6,
        0.5,
        0.4,
        0.3,
        0.2,
        0.1,
    ]


def test_every_example_is_read_once():
    dealt = read_by([3, 0, 5, 2], 3, [1, 2])
    assert sorted(i for worker in dealt for i in worker) == list(range(10))


@pytest.mark.parametrize("seed", range(12))
def test_pretend_runs_hold_what_tells_answers_apart(seed):
    val, _, seconds = lab.pretend_runs(np.random.default_rng(seed), 5, 4, 97.5)
    assert (val == 97.5).any()
    assert 0 < (val >= 97.5).any(axis=1).sum() < len(val)
    assert seconds.min() > 0


def test_a_failure_is_paid_for():
    draws = np.zeros((2000, 2), int)
    found = timed(*np.array([[[90, 99], [90, 91]], [[1, 2], [3, 4]], [[2, 2], [5, 6]]], float), 99.0, draws)
    assert found == (15, 4, 4, 2)


@pytest.mark.parametrize(
    ("lr", "batch_size", "words"),
    [
        ([0.1], [64], "NumPy array"),
        (np.full(9, 0.1), np.full(8, 64), "one rate"),
        (np.full(9, np.nan), np.full(9, 64), "from 0 to 10"),
        (np.full(9, 0.1), np.full(9, 0), "from 1 to"),
        (np.full(9, 0.1), np.full(9, 9000), "are allowed"),
    ],
)
def test_what_is_no_plan_is_told(lr, batch_size, words):
    with pytest.raises(design.BadPlan, match=words):
        design.as_plan(lr, batch_size)


def test_a_plan_is_trained_alike_each_time():
    images = np.random.default_rng(0).integers(0, 256, (50, 28, 28), np.uint8)
    lr, batch_size = np.full(20, 0.1), np.full(20, 32)
    one, two = (design.digits(design.trained(lr, batch_size, 3), images) for _ in range(2))
    assert (one == two).all()
