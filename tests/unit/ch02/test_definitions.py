"""Identities that lesson 02 states: they are arithmetic, so they are tests and no claims."""

import numpy as np
import pytest

from tools.notebook_files import ROOT, cell_by_id, read

LESSON = ROOT / "notebooks" / "02_mlp_from_scratch.ipynb"


@pytest.fixture(scope="module")
def lesson():
    """What the lesson's cells with definitions define."""
    from scipy.special import expit

    names = {"np": np, "sigmoid": expit}
    for id in ("network", "softmax", "backward", "stack", "sgd", "adam"):
        exec(cell_by_id(read(LESSON), id).source, names)
    return names


def test_loss_is_scipys_for_logits_up_to_1000(lesson):
    from scipy.special import log_softmax

    wide = np.random.default_rng(0).normal(0, 300, (1000, 10))
    loss = lesson["softmax_and_loss"](wide, np.zeros(1000, int))[1]
    assert loss == pytest.approx(-log_softmax(wide, axis=1)[:, 0].mean(), abs=1e-9)


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_a_checkpointed_stack_has_the_same_gradients(lesson, every):
    rng = np.random.default_rng(0)
    ws = [rng.normal(size=shape) for shape in ((6, 5), (5, 5), (5, 5), (5, 5), (5, 3))]
    x, y = rng.normal(size=(7, 6)), rng.integers(0, 3, 7)
    right, got = (lesson["deep_backward"](ws, x, y, k) for k in (1, every))
    assert right[0] == got[0]
    assert all(np.array_equal(a, b) for a, b in zip(right[1], got[1], strict=True))


def test_first_steps_are_lr_for_adam_and_lr_over_a_root_for_rmsprop(lesson):
    for g in (1.0, 1e-3):
        assert -lesson["Adam"](1).step(0.0, g) == pytest.approx(1, rel=1e-4)
        assert -lesson["RMSProp"](1, eps=0).step(0.0, g) == pytest.approx(1 / np.sqrt(0.1))


def test_keras_and_algorithm_1_differ_at_the_first_step_by_what_the_lesson_says(lesson):
    far = [-lesson["Adam"](1, eps=1e-7, hat=hat).step(0.0, 1e-9) for hat in (False, True)]
    assert far[0] / far[1] == pytest.approx(31.3, abs=0.1)
    near = [-lesson["RMSProp"](1, inside=inside).step(0.0, 1e-9) for inside in (False, True)]
    assert near[0] / near[1] == pytest.approx(3152, abs=1)


def test_steps_on_a_steady_slope_grow_to_lr_over_1_minus_beta(lesson):
    for nesterov in (False, True):
        optimizer, w, path = lesson["Momentum"](0.1, 0.9, nesterov), 0.0, []
        for _ in range(200):
            path.append(w)
            w = optimizer.step(w, 2.0)
        assert path[-2] - path[-1] == pytest.approx(0.1 * 2 / (1 - 0.9))
