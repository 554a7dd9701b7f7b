"""Lab 05's design problem: options that do what they say."""

from __future__ import annotations

import numpy as np
import pytest

from utils.processes import import_tensorflow

import_tensorflow()

from utils.ch05 import design  # noqa: E402


def test_pictures_are_seen_in_grey_with_mean_0_and_standard_deviation_1():
    x = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    seen = design.seen(x)
    assert seen.shape == (3, 32, 32) and seen.dtype == np.float32
    np.testing.assert_allclose(seen.mean(axis=(1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(seen.std(axis=(1, 2)), 1, atol=1e-3)
    bright = x[0, :2, :2].mean()
    assert np.isclose((seen[0, 0, 0] - seen[0, 9, 9]) > 0, bright > x[0, 18:20, 18:20].mean())


def test_no_option_changes_nothing():
    x = design.seen(np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8))
    np.testing.assert_allclose(design.augmented(x, {}, np.random.default_rng(1)), x, atol=5e-3)


def test_each_option_changes_what_it_names():
    x = design.seen(np.random.default_rng(0).integers(0, 256, (200, 64, 64, 3), dtype=np.uint8))

    def after(**options):
        return design.augmented(x, options, np.random.default_rng(1))

    negative, flipped = after(negative=True), after(flip=True)
    same = np.isclose(negative, x, atol=1e-2).all(axis=(1, 2))
    assert 60 < same.sum() < 140
    np.testing.assert_allclose(negative[~same], -x[~same], atol=1e-2)
    ways = [x, x[:, :, ::-1], x[:, ::-1], x[:, ::-1, ::-1]]
    counts = [np.isclose(flipped, way, atol=1e-2).all(axis=(1, 2)).sum() for way in ways]
    assert sum(counts) == 200 and min(counts) > 20
    for option in ({"shift": 8}, {"degrees": 30}, {"zoom": 0.3}, {"texture": 1}):
        assert not np.isclose(after(**option), x, atol=1e-2).all(axis=(1, 2)).any(), option


def test_a_training_depends_on_nothing_that_was_trained_before():
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(64, 32, 32)).astype(np.float32), np.arange(64) % 2 == 0
    found = []
    for seed in (5, 6, 5):
        design._trained.clear()
        design._scored.clear()
        found += design.scores_after(x, y, {"num_epochs": 1}, seed, x)
    np.testing.assert_array_equal(found[0], found[2])
    assert not np.allclose(found[0], found[1])


@pytest.mark.parametrize(
    "options", [{"turn": 3}, {"shift": 17}, {"num_epochs": 0}, {"num_epochs": 2.5}, {"weight": -1}, None]
)
def test_bad_options_are_named(options):
    with pytest.raises(design.BadOptions):
        design.complete(options)


def test_no_answer_can_set_what_it_is_judged_by():
    with pytest.raises(AttributeError, match="is given"):
        design.SEED = 3
    with pytest.raises(TypeError):
        design.MOST["num_epochs"] = 100
    assert not any(array.flags.writeable for array in design.photographed())
