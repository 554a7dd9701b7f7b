"""What lab 12 hands its answers is what its tasks say of it."""

from itertools import combinations, product

import numpy as np
import onnx
import pytest

from utils.ch12 import lab
from utils.data import load_mnist
from utils.onnx_tools import open_session


def test_a_collection_has_enough_images_of_each_digit_and_copies_of_them():
    images, labels, known = lab.collection(np.random.default_rng(3), raw=(1, 2), faint=(0, 1))
    assert images.dtype == np.float32 and not images.flags.writeable
    raw = images.max(axis=(1, 2)) > 1
    assert set(labels[raw]) == {1, 2} and set(np.bincount(labels)) == {32}
    found, keys = lab.grey_levels(np.where(raw[:, None, None], images / 255, images), known)
    assert found == labels.tolist()
    assert all(len({key for key, of in zip(keys, found, strict=True) if of == d}) == 16 for d in range(10))


def test_the_cnns_files_are_right_and_the_notes_name_files():
    fp32, int8 = lab.cnn_files()
    model = onnx.load_from_string(fp32)
    assert all("torch/nn/modules/" in node.metadata_props[1].value for node in model.graph.node)
    assert len(int8) < len(fp32) / 2.5
    assert lab.accuracy(fp32) > 96 and abs(lab.accuracy(fp32) - lab.accuracy(int8)) < 0.5


def test_drawn_profiles_meet_their_medians_and_no_mean():
    times = {"conv1": 100.0, "pool1": 20.0}
    rows = lab.profile(times, np.random.default_rng(5))
    assert lab.medians(rows) == pytest.approx(times)
    assert all(np.mean(row["us"]) > 2 * times[row["layer"]] for row in rows)


def test_of_the_pair_of_many_each_factor_has_a_guilty_layer_of_its_own():
    a, b = lab.many_guilty()
    guilty = [max(b, key=lambda n, f=f: b[n] - a.get(n, 0) / f) for f in (2, 3, 4, 8)]
    assert len(set(guilty)) == 4


def test_what_is_left_in_a_file_is_counted():
    fp32, _ = lab.cnn_files()
    left = lab.left_in(fp32)
    assert left["metadata_props"] == 16 and left["value_info"] == 7 and left["names of nodes"] == 8
    assert left["initializers that nothing uses"] == left["doc_string"] == 0
    assert lab.run(fp32, np.zeros((2, 1, 28, 28), np.float32))[0] == ["x", "y"]


def test_what_a_camera_shot_hands_over_no_key():
    images, labels = lab.camera_shots()
    assert images.shape == (len(labels), 28, 28) and not images.flags.writeable


def test_a_wrong_sum_is_told_by_what_it_leaves_out_or_counts_twice():
    from utils.ch12.check_account import holders, parcel, size, where_off

    held = holders(parcel())
    names = held["names"]
    total = sum(size(name) for texts in names.values() for name in texts)
    inputs = sum(map(size, names["the graph's inputs"]))
    assert where_off(names, total - inputs).endswith("leaves out: the graph's inputs")
    assert where_off(names, sum(len(name) for texts in names.values() for name in texts)).startswith(
        "Yours counts char"
    )
    assert "scalar" in where_off(held["numbers"], 45), "of 49 bytes"


def test_no_two_places_or_pairs_explain_the_same_wrong_sum():
    from utils.ch12.check_account import holders, not_asked, parcel, size, where_off

    held, beyond = holders(file := parcel()), not_asked(file)
    for key in ("docs", "metadata", "names"):
        bytes_of = {where: sum(map(size, texts)) for where, texts in held[key].items() if texts}
        right = sum(bytes_of.values())
        for n, sign in product((1, 2), (-1, 1)):
            for some in combinations(bytes_of, n):
                got = right + sign * sum(bytes_of[where] for where in some)
                assert where_off(held[key], got, beyond[key]).endswith(f": {', '.join(some)}"), (key, some)
        for words, too_many in [(words, off) for words, off in beyond[key].items() if off]:
            assert where_off(held[key], right + too_many, beyond[key]) == words


def test_largest_are_those_of_channels():
    x = lab.validation()[0][:40]
    session = open_session(lab.skewed_cnn())
    logits = session.run(None, {"x": x})[0]
    np.testing.assert_allclose(lab.largest("y", x), np.abs(logits).max(axis=0), rtol=1e-5)
    assert lab.largest("w2", x).shape == (64,) and lab.largest("x", x) == [1.0]


@pytest.mark.parametrize("name", ["ACCOUNTS", "accuracy", "cnn_files"])
def test_no_answer_can_set_what_a_verdict_depends_on(name):
    with pytest.raises(AttributeError, match="leave it as it is"):
        setattr(lab, name, None)
    assert not load_mnist().x_val.flags.writeable and not lab.validation()[0].flags.writeable
