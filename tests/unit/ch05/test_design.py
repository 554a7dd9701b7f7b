"""Lab 05's workshop: probes that say what an augmentation does, and options that do what they say."""

from __future__ import annotations

import numpy as np
import pytest

from utils.processes import import_tensorflow

import_tensorflow()

from utils.ch05 import design as workshop  # noqa: E402
from utils.ch05 import probes as move_probes  # noqa: E402

BOXES = np.array([[0, 0, 30, 30], [10, 5, 40, 25], [20, 30, 60, 60], [34, 40, 64, 64]])


def test_pixels_of_probes_hold_row_column_and_number():
    x = move_probes.coordinates(5)
    assert x.shape == (5, 64, 64, 3) and x.dtype == np.uint8
    assert x[3, 17, 60].tolist() == [17, 60, 3]


def test_moves_keep_shape_and_type_and_do_what_their_name_says():
    before = move_probes.coordinates(len(BOXES))
    told = {name: (survives, augment) for name, survives, augment in move_probes.moves(BOXES)}
    assert 5 <= sum(survives for survives, _ in told.values()) < len(told) - 5
    for name, (_, augment) in told.items():
        after = augment(before.copy(), np.random.default_rng(0))
        assert after.shape == before.shape and after.dtype == np.uint8, name
    moved = told["a move down and right as far as each digit's box allows"][1](before.copy(), None)
    for i, (top, left, bottom, right) in enumerate(BOXES):
        assert np.array_equal(
            moved[i, 64 - bottom + top :, 64 - right + left :], before[i, top:bottom, left:right]
        )
    mirrored = told["a mirror image written into the array that it got"][1](given := before.copy(), None)
    assert np.array_equal(mirrored, before[:, :, ::-1]) and np.array_equal(given, mirrored)


def test_pictures_are_seen_in_grey_with_mean_0_and_standard_deviation_1():
    x = np.random.default_rng(0).integers(0, 256, (3, 64, 64, 3), dtype=np.uint8)
    seen = workshop.seen(x)
    assert seen.shape == (3, 32, 32) and seen.dtype == np.float32
    np.testing.assert_allclose(seen.mean(axis=(1, 2)), 0, atol=1e-5)
    np.testing.assert_allclose(seen.std(axis=(1, 2)), 1, atol=1e-3)
    bright = x[0, :2, :2].mean()
    assert np.isclose((seen[0, 0, 0] - seen[0, 9, 9]) > 0, bright > x[0, 18:20, 18:20].mean())


def test_no_option_changes_nothing():
    x = workshop.seen(np.random.default_rng(0).integers(0, 256, (4, 64, 64, 3), dtype=np.uint8))
    np.testing.assert_allclose(workshop.augmented(x, {}, np.random.default_rng(1)), x, atol=5e-3)


def test_each_option_changes_what_it_names():
    x = workshop.seen(np.random.default_rng(0).integers(0, 256, (200, 64, 64, 3), dtype=np.uint8))

    def after(**options):
        return workshop.augmented(x, options, np.random.default_rng(1))

    negative, flipped = after(negative=True), after(flip=True)
    same = np.isclose(negative, x, atol=1e-2).all(axis=(1, 2))
    assert 60 < same.sum() < 140
    np.testing.assert_allclose(negative[~same], -x[~same], atol=1e-2)
    ways = [x, x[:, :, ::-1], x[:, ::-1], x[:, ::-1, ::-1]]
    counts = [np.isclose(flipped, way, atol=1e-2).all(axis=(1, 2)).sum() for way in ways]
    assert sum(counts) == 200 and min(counts) > 20
    for option in ({"shift": 8}, {"degrees": 30}, {"zoom": 0.3}, {"texture": 1}):
        assert not np.isclose(after(**option), x, atol=1e-2).all(axis=(1, 2)).any(), option


@pytest.mark.parametrize(
    "options", [{"turn": 3}, {"shift": 17}, {"num_epochs": 0}, {"num_epochs": 2.5}, {"weight": -1}, None]
)
def test_bad_options_are_named(options):
    with pytest.raises(workshop.BadOptions):
        workshop.complete(options)
