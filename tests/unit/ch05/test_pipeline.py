"""What lesson 05 says of libraries: what is lost when errors are ignored, and what flips and contrast do."""

from __future__ import annotations

import numpy as np
import pytest

from utils.processes import import_tensorflow, without_stderr

import_tensorflow()

import keras  # noqa: E402

from utils.ch05.sevens import sevens_folder  # noqa: E402
from utils.ch05.study import augmentation  # noqa: E402


@pytest.mark.parametrize(("batch_size", "lost"), [(32, 32), (None, 1)])
def test_ignoring_errors_after_batching_loses_a_batch(batch_size, lost):
    loader = keras.utils.image_dataset_from_directory(
        sevens_folder() / "train", image_size=(64, 64), batch_size=batch_size, shuffle=False, verbose=False
    )
    assert loader.class_names == ["other", "seven"]
    with without_stderr():
        count = sum(1 if batch_size is None else len(x) for x, _ in loader.ignore_errors())
    assert 3_000 - count == lost


def test_random_flip_flips_both_ways_or_none():
    x = np.random.default_rng(0).integers(0, 256, (200, 8, 8, 3), dtype=np.uint8)
    flipped = np.asarray(augmentation("flips", 0)(x, training=True))
    ways = [x, x[:, ::-1, ::-1], x[:, :, ::-1], x[:, ::-1]]
    same, both, *one = [(flipped == way).all(axis=(1, 2, 3)).sum() for way in ways]
    assert same + both == 200 and 70 < both < 130 and one == [0, 0]


def test_contrast_cuts_off_what_is_negative():
    x = np.random.default_rng(0).uniform(-1, 1, (20, 8, 8, 3)).astype(np.float32)
    assert np.asarray(keras.layers.RandomContrast(0.2, seed=0)(x, training=True)).min() >= 0
