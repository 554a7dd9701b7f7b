"""Chapter 12's design problem: what it plants is there, and each obvious way fails for its own reason."""

import numpy as np
import onnx
import pytest
import torch

from utils.ch12.design import (
    BROKEN,
    HOT,
    NODES,
    BadChoices,
    Batches,
    built,
    camera_images,
    checked,
    moved,
    plain_cnn,
    skewed_cnn,
)
from utils.ch12.models import SEEDS, network, small_weights
from utils.data import load_mnist, to_float
from utils.onnx_tools import open_session

GOOD = {
    "format": "QOperator",
    "method": "Percentile",
    "percentile": 99.5,
    "per_channel": True,
    "float": ["conv1", "gain1"],
}


@pytest.fixture(scope="module")
def images():
    data = load_mnist()
    return to_float(data.x_val[:1000])[:, None], data.y_val[:1000]


def accuracy(model, images):
    x, y = images
    return np.mean(open_session(model).run(None, {"x": x})[0].argmax(axis=1) == y)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_graph_computes_what_the_shipped_weights_do_in_pytorch(seed, images):
    model = network("cnn_32_64")
    model.load_state_dict({k: torch.from_numpy(w.copy()) for k, w in small_weights(seed).items()})
    with torch.inference_mode():
        expected = model(torch.from_numpy(images[0][:50])).numpy()
    got = open_session(plain_cnn(seed)).run(None, {"x": images[0][:50]})[0]
    np.testing.assert_allclose(got, expected, atol=1e-5 * np.abs(expected).max())


def test_the_skewed_function_is_the_plain_one_but_for_a_dead_channel(images):
    assert abs(accuracy(skewed_cnn(), images) - accuracy(plain_cnn(1), images)) < 0.005
    assert [node.name for node in onnx.load_from_string(skewed_cnn()).graph.node] == list(NODES)


def test_one_pixel_of_the_camera_is_broken():
    x = camera_images()
    assert x.max() == HOT and (x > 1).sum() == 1 and x[BROKEN].max() == HOT
    assert not x.flags.writeable


@pytest.mark.parametrize(
    ("change", "fits", "right"),
    [
        ({}, True, True),
        ({"method": "MinMax", "images": range(100)}, True, True),
        ({"method": "MinMax"}, True, False),
        ({"percentile": 99.99}, True, False),
        ({"per_channel": False}, True, False),
        ({"float": []}, True, False),
        ({"float": ["gain1"]}, True, False),
        ({"format": "QDQ"}, False, True),
        ({"float": ["conv1", "gain1", "conv2"]}, False, True),
    ],
)
def test_each_choice_matters(change, fits, right, images):
    full = GOOD | change
    if full["method"] != "Percentile":
        del full["percentile"]
    file = built(full)
    assert (len(file) <= 40_000) == fits
    assert (accuracy(file, images) >= 0.95) == right


@pytest.mark.parametrize(
    "change",
    [
        {"format": "int8"},
        {"method": "Mean"},
        {"per_channel": None},
        {"float": "conv1"},
        {"float": ["conv9"]},
        {"percentile": 50},
        {"method": "MinMax"},  # beside a percentile
        {"images": np.zeros((400, 1, 28, 28))},
        {"percentile": "99"},
        {"images": []},
        {"images": [400]},
        {"images": [0.5]},
        {"images": range(99)},
        {"images": [1] * 200},
        {"images": [[1], [1, 2]]},
        {"images": None},
        {"float": None},
        {"float": [["conv1"]]},
        {"bits": 4},
    ],
)
def test_what_makes_no_model_is_named(change):
    with pytest.raises(BadChoices):
        checked(GOOD | change)


def test_a_misspelt_key_and_too_few_images_are_named():
    with pytest.raises(BadChoices, match="'image'"):
        checked(GOOD | {"image": [0]})
    with pytest.raises(BadChoices, match="at least 100 different images; yours has 1"):
        checked(GOOD | {"images": [5] * 200})
    with pytest.raises(BadChoices, match="'method' is missing"):
        checked({key: value for key, value in GOOD.items() if key != "method"})


def test_choices_are_completed():
    full = checked(dict(GOOD, float=("gain1", "conv1"), images=np.arange(100)))
    assert full["float"] == ["conv1", "gain1"] and full["images"] == list(range(100))
    assert checked({k: v for k, v in GOOD.items() if k != "percentile"})["percentile"] == 99.999


@pytest.mark.parametrize("n", [1, 49, 50, 399, 400])
def test_batches_are_of_one_size(n):
    reader = Batches(np.zeros((n, 1, 28, 28), np.float32))
    sizes = [len(batch["x"]) for batch in iter(reader.get_next, None)]
    assert sum(sizes) == n and len(set(sizes)) == 1 and max(sizes) <= 50
    reader.rewind()
    assert len(reader.get_next()["x"]) == sizes[0]


def test_moved_by_nothing_is_the_same(images):
    x = images[0][:5]
    assert np.allclose(moved(x, np.random.default_rng(0), shift=0, degrees=0), x, atol=1e-6)
    assert not np.allclose(moved(x, np.random.default_rng(0)), x, atol=0.1)
