"""Identities that the lesson uses and doesn't claim."""

from __future__ import annotations

import keras
import numpy as np

from utils.ch01.study import shifted, small_network


def test_784_128_10_has_101770_parameters_in_407080_bytes():
    network = small_network()
    assert network.count_params() == 101_770
    assert sum(variable.numpy().nbytes for variable in network.weights) == 407_080


def test_adam_keeps_two_more_numbers_a_parameter(tmp_path):
    network = small_network()
    network.fit(np.zeros((4, 28, 28)), np.zeros(4), verbose=0)
    network.save(tmp_path / "train.keras")
    keras.Model(network.inputs, network.outputs).save(tmp_path / "use.keras")
    train, use = ((tmp_path / f"{name}.keras").stat().st_size for name in ("train", "use"))
    assert 2.9 < train / 407_080 < 3.3
    assert 1 < use / 407_080 < 1.1


def test_every_treatment_of_a_seed_begins_with_the_same_weights():
    def first(*treatment):
        keras.utils.set_random_seed(3)
        return [variable.numpy() for variable in small_network(*treatment, seed=3).weights]

    for others in (first(0.5), first(0.0, 1e-4)):
        for a, b in zip(first(), others, strict=True):
            np.testing.assert_array_equal(a, b)


def test_two_seeds_drop_other_units():
    x = np.ones((1, 28, 28))

    def logits(seed):
        keras.utils.set_random_seed(0)
        return np.asarray(small_network(0.5, seed=seed)(x, training=True))

    assert not np.allclose(logits(0), logits(1))


def test_a_shifted_image_keeps_its_ink_where_there_is_room():
    x = np.zeros((50, 28, 28))
    x[:, 10:18, 10:18] = 1
    moved = shifted(x, np.random.default_rng(0))
    assert moved.shape == x.shape
    np.testing.assert_allclose(moved.sum(axis=(1, 2)), 64)
    assert len({image.tobytes() for image in moved}) > 10
