import numpy as np

from utils.ch00 import noise


def test_a_recording_has_both_traces_and_ends_its_neighbours(tmp_path):
    noise.record(tmp_path / "noise.npz", calls=20)
    with np.load(tmp_path / "noise.npz") as recorded:
        assert sorted(recorded) == ["loaded", "quiet"]
        assert all(times.shape == (20,) and times.min() > 0 for times in recorded.values())
    assert not [process for process in noise.multiprocessing.active_children() if process.is_alive()]


def test_what_is_replayed_is_read_only():
    assert [times.flags.writeable for times in noise.load_noise().values()] == [False, False]
