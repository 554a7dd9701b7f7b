import numpy as np
import pytest
from PIL import Image, UnidentifiedImageError

from utils.ch05 import sevens
from utils.data import load_mnist


@pytest.fixture(scope="module")
def digits():
    return load_mnist().x_train[:40]


def test_a_picture_depends_on_digit_and_seed_alone(digits):
    first, again, other = (sevens.draw(digits[0], np.random.default_rng(s)) for s in (1, 1, 2))
    assert first.shape == (64, 64, 3) and first.dtype == np.uint8
    assert (first == again).all() and (first != other).mean() > 0.9


def test_ink_stands_out_from_its_ground(digits):
    full = np.full((28, 28), 255, np.uint8)
    for seed in range(50):
        picture = sevens.draw(full, np.random.default_rng(seed)).astype(int)
        plain = sevens.draw(0 * full, np.random.default_rng(seed)).astype(int)
        inked = (picture != plain).any(axis=-1)
        assert 36**2 * 0.9 < inked.sum() <= 56**2
        assert np.abs(picture[inked].mean(axis=0) - plain[inked].mean(axis=0)).max() > 40


def test_written_by_class_and_readable(digits, tmp_path):
    is_seven = np.arange(40) % 10 == 7
    sevens.write(tmp_path / "train", digits, is_seven, seed=3)
    named = {p.name: p.parent.name for p in tmp_path.glob("train/*/*.png")}
    assert [named[f"{i:04d}.png"] == "seven" for i in range(40)] == is_seven.tolist()
    picture = np.asarray(Image.open(tmp_path / "train" / "other" / "0000.png"))
    assert (picture == sevens.draw(digits[0], np.random.default_rng([3, 0]))).all()


def test_the_folder_has_one_broken_and_one_wrong():
    folder, data = sevens.sevens_folder(), load_mnist()
    assert {part: len(list((folder / part).glob("*/*.png"))) for part in sevens.COUNTS} == sevens.COUNTS
    wrong, broken = [], []
    for part in sevens.COUNTS:
        labels = getattr(data, f"y_{part}")
        for path in (folder / part).glob("*/*.png"):
            if (labels[int(path.stem)] == 7) != (path.parent.name == "seven"):
                wrong.append(path.name)
            try:
                with Image.open(path) as image:
                    image.load()
            except (OSError, UnidentifiedImageError):
                broken.append(path.name)
    assert wrong == [sevens.MISLABELLED] and broken == [sevens.BROKEN]
