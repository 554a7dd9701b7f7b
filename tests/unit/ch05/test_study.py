from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.metrics import log_loss

from utils.ch05 import study as sevens_study
from utils.ch05.sevens import BROKEN, MISLABELLED, sevens_folder


def toy(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Noise; what shows a "7" is brighter."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 4 == 0
    return rng.integers(0, 120, (n, 32, 32, 3)).astype(np.uint8) + (120 * y).astype(np.uint8)[
        :, None, None, None
    ], y


def test_reads_in_order_of_name_at_half_size_without_the_broken_one():
    x, y = sevens_study.read("train", 701)
    assert x.shape == (700, 32, 32, 3) and x.dtype == np.uint8  # 0000 … 0700, and the last is broken
    assert BROKEN == "0700.png" and MISLABELLED > "0700.png"
    sevens = {path.name for path in sevens_folder().glob("train/seven/*.png")}
    assert y.tolist() == [f"{i:04d}.png" in sevens for i in range(700)]


def test_cross_entropy_agrees_with_scikit_learn():
    p, y = np.array([0.1, 0.8, 0.4]), np.array([False, True, True])
    assert sevens_study.cross_entropy(p, y).mean() == pytest.approx(log_loss(y, p), abs=1e-6)


def test_moves_keep_most_and_flips_keep_the_pixels():
    x = toy(8)[0]
    moved, flipped = (
        np.asarray(sevens_study.augmentation(kind)(x, training=True)) for kind in ("moves", "flips")
    )
    assert moved.shape == flipped.shape == x.shape
    for picture, changed in zip(x, flipped, strict=True):
        ways = [picture[::a, ::b] for a in (1, -1) for b in (1, -1)]
        assert any(np.array_equal(changed, way) for way in ways)


def test_the_network_has_the_lessons_parameters():
    assert sevens_study.three_blocks(64).count_params() == 95_297


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(sevens_study, "NUM_EPOCHS", 2)
    return {"train": toy(64), "val": toy(32, 1), "test": toy(32, 2)}


def test_one_training_gives_its_row_and_the_untreated_one_two(short):
    results = sevens_study.train_with("none", 0, short)
    assert list(results) == ["none", "early stopping"] and all(len(row) == 4 for row in results.values())
    assert results["none"][3] == 2 and results["early stopping"][3] <= 2
    assert list(sevens_study.train_with("flips", 0, short)) == ["flips"]


def test_early_stopping_goes_back_and_waits_no_longer_than_its_patience(short, monkeypatch):
    monkeypatch.setattr(sevens_study, "NUM_EPOCHS", 5)
    monkeypatch.setattr(sevens_study, "PATIENCE", 2)
    weights, losses = iter(range(1, 6)), iter([0.5, 0.4, 0.6, 0.7])  # a fifth is never asked for
    network = SimpleNamespace(fit=lambda *_a, **_k: None, get_weights=lambda: next(weights), set_to=None)
    network.set_weights = lambda best: setattr(network, "set_to", best)
    monkeypatch.setattr(sevens_study, "three_blocks", lambda *_a, **_k: network)
    monkeypatch.setattr(sevens_study, "predict", lambda *_a: np.zeros(32))
    monkeypatch.setattr(sevens_study, "cross_entropy", lambda *_a: np.array([next(losses)]))
    monkeypatch.setattr(sevens_study, "evaluate", lambda *_a: (0.0, 0.0, 0.0))
    assert sevens_study.train_with("none", 0, short)["early stopping"][3] == 4
    assert network.set_to == 2  # the weights kept at the second epoch, the best


def test_another_cure_begins_with_the_same_weights(monkeypatch):
    import keras

    first = []
    for strength in ({}, {"dropout": 0.5}, {"l1": 3e-5}, {"l2": 3e-4}):
        keras.utils.set_random_seed(3)
        first.append(sevens_study.three_blocks(32, **strength).get_weights())
    for other in first[1:]:
        assert all(np.array_equal(a, b) for a, b in zip(first[0], other, strict=True))
