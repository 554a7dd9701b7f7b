"""Chapter 05's twelve photographs, as phones, a scanner and a print shop leave them: what a real folder holds.

Cut from the two photographs that scikit-learn ships (temple: danielbuechele, flower: vultilion; CC BY 2.0).
"""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_sample_image

ORIENTATION = 0x0112  # the EXIF tag that says how a viewer has to rotate the stored pixels
_kept: list[tempfile.TemporaryDirectory] = []  # removed when the kernel ends


@cache
def photographs_folder() -> Path:
    """A folder with ``flower`` and ``temple``, six files each, written now."""
    _kept.append(tempfile.TemporaryDirectory())
    folder = Path(_kept[-1].name)
    write(folder)
    return folder


def write(folder: Path) -> None:
    """Write the twelve files."""
    temple, flower = (Image.fromarray(load_sample_image(f"{name}.jpg")) for name in ("china", "flower"))

    def save(name: str, image: Image.Image, kind: str = "JPEG", **options) -> Path:
        path = folder / f"{name}.jpg"
        path.parent.mkdir(exist_ok=True)
        image.save(path, kind, **options)
        return path

    def rotated(orientation: int) -> Image.Exif:
        exif = Image.Exif()
        exif[ORIENTATION] = orientation
        return exif

    whole = temple.resize((480, 320))
    first = save("temple/01", whole, quality=90)
    # Held upright: the sensor's rows are the scene's columns, and the note says how to rotate them back.
    upright = temple.crop((20, 0, 340, 427)).transpose(Image.Transpose.ROTATE_90)
    save("temple/02", upright, exif=rotated(6))
    save("temple/03", temple.crop((300, 60, 640, 300)).convert("L"))
    save("temple/04", temple.crop((120, 30, 520, 330)).convert("CMYK"))
    overhead = temple.crop((0, 130, 400, 427)).transpose(Image.Transpose.ROTATE_180)
    save("temple/05", overhead, exif=rotated(3))
    save("temple/06", temple.crop((4, 3, 640, 427)).resize((300, 200)), quality=45)  # 01, sent by a messenger
    save("flower/07", flower.crop((120, 0, 520, 380)))
    save("flower/08", flower.crop((280, 40, 600, 280)))
    cut = save("flower/09", flower.crop((60, 20, 460, 320)))
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])  # a copy that was interrupted
    save("flower/10", flower.crop((0, 60, 440, 427)).convert("RGBA"), "PNG")  # renamed by hand
    save("flower/11", flower.crop((0, 150, 640, 310)))  # a panorama
    (folder / "flower" / "12.jpg").write_bytes(first.read_bytes())  # the temple, filed again
