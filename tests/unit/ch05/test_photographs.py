"""Lesson 05's twelve photographs: what each of them is, and what a loader does with it."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from utils.ch05.photographs import ORIENTATION, write
from utils.processes import import_tensorflow, without_stderr


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    write(folder := tmp_path_factory.mktemp("photographs"))
    return folder


def test_twelve_files_and_what_is_wrong_with_them(folder):
    looks = {}
    for path in sorted(folder.glob("*/*.jpg")):
        with Image.open(path) as image:
            looks[path.stem] = image.format, image.mode, image.getexif().get(ORIENTATION, 1)
    assert len(looks) == 12
    plain = ("JPEG", "RGB", 1)
    odd = {name: look for name, look in looks.items() if look != plain}
    assert odd == {
        "02": ("JPEG", "RGB", 6),
        "03": ("JPEG", "L", 1),
        "04": ("JPEG", "CMYK", 1),
        "05": ("JPEG", "RGB", 3),
        "10": ("PNG", "RGBA", 1),
    }
    with pytest.raises(OSError, match="truncated"), Image.open(folder / "flower" / "09.jpg") as image:
        image.load()
    assert (folder / "temple" / "01.jpg").read_bytes() == (folder / "flower" / "12.jpg").read_bytes()


def test_exif_is_rotated_back_by_pillow_and_not_by_tensorflow(folder):
    import_tensorflow()
    import tensorflow as tf

    path = folder / "temple" / "02.jpg"
    with Image.open(path) as image:
        upright = ImageOps.exif_transpose(image)
        assert (image.size, upright.size) == ((427, 320), (320, 427))
    assert tf.io.decode_jpeg(path.read_bytes()).shape == (320, 427, 3)
    with Image.open(folder / "temple" / "04.jpg") as image:
        ours = np.asarray(image.convert("RGB")).astype(int)
    theirs = tf.io.decode_jpeg((folder / "temple" / "04.jpg").read_bytes(), channels=3)
    assert np.abs(theirs.numpy() - ours).mean() < 2
    with pytest.raises(tf.errors.InvalidArgumentError), without_stderr():
        tf.io.decode_jpeg((folder / "flower" / "09.jpg").read_bytes())
