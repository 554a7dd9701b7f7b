import hashlib
import multiprocessing
import pickle

import numpy as np
import pytest

from utils import data


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """A cache in tmp_path, and four small arrays with their own checksums in place of MNIST."""
    rng = np.random.default_rng(0)
    raw = {
        "x_train": rng.integers(0, 256, (60_000, 2, 2), np.uint8),
        "y_train": rng.integers(0, 10, 60_000).astype(np.uint8),
        "x_test": rng.integers(0, 256, (100, 2, 2), np.uint8),
        "y_test": rng.integers(0, 10, 100).astype(np.uint8),
    }
    monkeypatch.setenv("FASTFRUGAL_CACHE", str(tmp_path))
    monkeypatch.setattr(data, "SHA256", {k: hashlib.sha256(v).hexdigest() for k, v in raw.items()})
    monkeypatch.setattr(data, "_from_wheel", named("_from_wheel", lambda: raw))
    monkeypatch.setattr(data, "_from_keras", named("_from_keras", lambda: pytest.fail("not asked for")))
    data.load_mnist.cache_clear()
    yield raw
    data.load_mnist.cache_clear()


def named(name, function):
    function.__name__ = name
    return function


def test_mnist_is_whole_and_split_by_label():
    split = data.load_mnist()
    assert [len(a) for a in split] == [55_000, 55_000, 5_000, 5_000, 10_000, 10_000]
    assert split.x_train.dtype == np.uint8 and split.x_train.shape[1:] == (28, 28)
    share_train = np.bincount(split.y_train) / 55_000
    assert np.allclose(share_train, np.bincount(split.y_val) / 5_000, atol=5e-4)


def test_no_image_is_in_two_parts():
    split = data.load_mnist()
    seen = {image.tobytes() for image in split.x_train}
    assert not any(image.tobytes() in seen for image in split.x_val)


def test_arrays_are_shared_so_nobody_may_write():
    with pytest.raises(ValueError):
        data.load_mnist().x_train[0, 0, 0] = 1


def test_missing_names_the_command(tiny):
    with pytest.raises(data.DataError, match="python -m utils.data"):
        data.load_mnist()


@pytest.mark.parametrize("damage", ["torn", "tampered", "garbage", "empty"])
def test_damage_is_found_and_mended(tiny, damage):
    path = data.prepare()
    intact = path.read_bytes()
    if damage == "tampered":
        raw = {name: array.copy() for name, array in tiny.items()}
        raw["y_test"][0] ^= 1
        np.savez(path, **raw)
    else:
        path.write_bytes({"torn": intact[: len(intact) // 2], "garbage": b"PK??", "empty": b""}[damage])
    with pytest.raises(data.DataError, match="damaged"):
        data.load_mnist()
    assert data.prepare() == path
    assert len(data.load_mnist().x_val) == 5_000


def test_second_source_where_the_first_fails(tiny, monkeypatch):
    def offline():
        raise OSError("no network")

    monkeypatch.setattr(data, "_from_wheel", named("_from_wheel", offline))
    monkeypatch.setattr(data, "_from_keras", named("_from_keras", lambda: tiny))
    data.prepare()
    assert len(data.load_mnist().x_test) == 100


def test_no_source_is_one_clear_sentence(tiny, monkeypatch, capsys):
    def offline():
        raise OSError("no network")

    wrong = {name: array * 0 for name, array in tiny.items()}
    monkeypatch.setattr(data, "_from_wheel", named("_from_wheel", offline))
    monkeypatch.setattr(data, "_from_keras", named("_from_keras", lambda: wrong))
    monkeypatch.setattr("sys.argv", ["utils.data"])
    assert data.main() == 2
    said = capsys.readouterr().err
    assert "no network" in said and "wrong SHA-256" in said and "python -m utils.data" in said


def test_a_failed_write_leaves_nothing_behind(tiny, monkeypatch, tmp_path):
    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(data.np, "savez", full)
    with pytest.raises(OSError):
        data.prepare()
    assert not [p for p in tmp_path.iterdir() if p.suffix != ".lock"]


def test_pickle_that_runs_code_is_refused():
    class Evil:
        def __reduce__(self):
            return print, ("owned",)

    with pytest.raises(pickle.UnpicklingError, match="print"):
        data._from_pickle(pickle.dumps(Evil()))


def test_pickled_floats_become_the_grey_levels_they_were():
    grey = np.arange(784, dtype=np.uint8).reshape(1, 784)
    part = (np.float32(grey) / 256, np.array([3]))
    raw = data._from_pickle(pickle.dumps((part, part, part)))
    assert raw["x_train"].shape == (2, 28, 28) and raw["x_test"].dtype == np.uint8
    assert np.array_equal(raw["x_test"].ravel(), grey.ravel())


def _prepare_and_read(_):
    data.prepare()
    return len(data.load_mnist().x_val)


def test_two_at_once_leave_a_whole_file(tiny):
    with multiprocessing.get_context("fork").Pool(4) as pool:
        assert pool.map(_prepare_and_read, range(4)) == [5_000] * 4


def test_to_float():
    x = data.to_float(np.array([0, 51, 255], np.uint8))
    assert x.dtype == np.float32 and np.allclose(x, [0, 0.2, 1])


def test_where_answers_are_graded_the_test_labels_are_withheld(tiny, tmp_path):
    np.savez(tmp_path / "mnist.npz", **{name: tiny[name] for name in tiny if name != "y_test"})
    split = data.load_mnist()
    assert (split.y_test == data.WITHHELD).all() and (split.x_test == tiny["x_test"]).all()
    data.load_mnist.cache_clear()
    tiny["x_test"][0, 0, 0] ^= 1
    np.savez(tmp_path / "mnist.npz", **{name: tiny[name] for name in tiny if name != "y_test"})
    with pytest.raises(data.DataError, match="damaged"):
        data.load_mnist()
