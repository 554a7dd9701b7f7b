"""Chapter 05's study: what augmentation, dropout, L1, L2 and early stopping change, over paired runs.

So that thirty-six trainings take a few minutes, it reads 1,000 images, and each at half its size.
"""

from __future__ import annotations

import random
from pathlib import Path

import keras
import numpy as np
from PIL import Image
from sklearn.metrics import average_precision_score

from utils.ch05.sevens import sevens_folder
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"study.json": "run"}
NUM_IMAGES, NUM_EPOCHS, BATCH_SIZE, NUM_RUNS = 1_000, 15, 32, 6
PATIENCE = 3  # epochs without a lower validation loss, after which early stopping stops
CURES = ["none", "moves", "flips", "dropout", "L1", "L2"]  # early stopping is read off from "none"


def three_blocks(size: int, dropout: float = 0.0, l1: float = 0.0, l2: float = 0.0) -> keras.Sequential:
    """Pictures (b, size, size, 3) of 0…255 in, the probability of a 7 (b, 1) out; compiled."""
    own_seed = random.getrandbits(32)  # drawn in any case, so that all begin with the same weights
    layers = [keras.Input((size, size, 3)), keras.layers.Rescaling(1 / 127.5, offset=-1)]  # to -1…1
    for channels, strides in [(32, 2), (64, 1), (128, 1)]:  # the first one looks at every other place
        kernels = {"kernel_regularizer": keras.regularizers.L1L2(l1, l2)}
        layers += [keras.layers.Conv2D(channels, 3, strides, "same", activation="relu", **kernels)]
        layers += [keras.layers.MaxPooling2D()]  # halves height and width
    layers += [keras.layers.Flatten(), keras.layers.Dropout(dropout, seed=own_seed)]
    network = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
    network.compile("adam", "binary_crossentropy", metrics=["accuracy"], steps_per_execution=16)
    return network


def augmentation(kind: str, run: int = 0) -> keras.Layer:
    """Keras' layer that moves pictures by up to a tenth, or that flips them both ways, at random."""
    if kind == "moves":
        return keras.layers.RandomTranslation(0.1, 0.1, fill_mode="reflect", seed=run)
    return keras.layers.RandomFlip("horizontal_and_vertical", seed=run)  # what it does when nothing is said


def read(part: str, most: int | None = None) -> tuple[np.ndarray, np.ndarray]:
    """The first pictures of a part by name, at half size (n, 32, 32, 3) uint8, and which show a 7 (n,).

    What can't be read is left out.
    """
    x, y = [], []
    for path in sorted(sevens_folder().glob(f"{part}/*/*.png"), key=lambda path: path.name)[:most]:
        try:
            with Image.open(path) as picture:
                x.append(np.asarray(picture.reduce(2)))  # the mean of each 2 × 2 pixels
        except OSError:
            continue
        y.append(path.parent.name == "seven")
    return np.array(x), np.array(y)


def predict(network: keras.Model, x: np.ndarray) -> np.ndarray:
    """The probability of a 7 (n,) for pictures (n, size, size, 3), 500 at a time."""
    return np.concatenate([np.asarray(network(x[i : i + 500]))[:, 0] for i in range(0, len(x), 500)])


def cross_entropy(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The loss (n,) of each picture: minus the logarithm of what its own class was given."""
    return -np.log(np.where(y, p, 1 - p) + 1e-7)


def evaluate(network: keras.Model, x: np.ndarray, y: np.ndarray) -> tuple[float, float, float]:
    """Accuracy in %, average precision in points of 100, mean cross-entropy."""
    p = predict(network, x)
    precision = 100 * average_precision_score(y, p)
    return 100 * np.mean((p >= 0.5) == y), precision, float(np.mean(cross_entropy(p, y)))


def train_with(cure: str, run: int, data: dict[str, tuple[np.ndarray, np.ndarray]]) -> dict[str, tuple]:
    """Train once; ``{cure: (test accuracy, average precision, loss, epochs)}``.

    ``none`` also gives ``early stopping``: the same training, left where the rule would have left it.
    """
    keras.utils.clear_session()  # forget the last network's graph: it would stay in memory
    keras.utils.set_random_seed(run)  # the same for every cure: the same weights to begin with
    strength = {
        "dropout": 0.5 * (cure == "dropout"),
        "l1": 3e-5 * (cure == "L1"),
        "l2": 3e-4 * (cure == "L2"),
    }
    network = three_blocks(32, **strength)
    augment = augmentation(cure, run) if cure in ("moves", "flips") else None
    (x, y), best, lowest, waited = data["train"], None, np.inf, 0
    for epoch in range(NUM_EPOCHS):
        pictures = x if augment is None else np.asarray(augment(x, training=True))  # new ones each epoch
        network.fit(pictures, y, batch_size=BATCH_SIZE, verbose=0)
        if cure != "none" or waited == PATIENCE:
            continue
        x_val, y_val = data["val"]
        loss, waited = np.mean(cross_entropy(predict(network, x_val), y_val)), waited + 1
        if loss < lowest:
            best, lowest, waited = network.get_weights(), loss, 0
        stopped = epoch + 1
    results = {cure: (*evaluate(network, *data["test"]), NUM_EPOCHS)}
    if best is not None:
        network.set_weights(best)
        results["early stopping"] = (*evaluate(network, *data["test"]), stopped)
    return results


def run(folder: Path) -> None:
    """The whole study: thirty-six trainings, about four minutes."""
    data = {"train": read("train", NUM_IMAGES), "val": read("val"), "test": read("test")}
    study: dict[str, list] = {}
    for k, cure in enumerate(CURES):
        for seed in range(NUM_RUNS):
            progress(k * NUM_RUNS + seed, len(CURES) * NUM_RUNS, cure)
            for name, row in train_with(cure, seed, data).items():
                study.setdefault(name, []).append(row)
    write_study(folder / "study.json", study)


def load_study(fresh: bool = False) -> dict[str, np.ndarray]:
    """``{cure: (runs, 4)}``: test accuracy in %, average precision in points, loss, epochs, as recorded."""
    return recorded(__name__, "study.json", fresh)
