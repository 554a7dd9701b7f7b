"""Chapter 01's detectors of a rare class: what class weights and resampling add to a threshold, over paired runs."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from sklearn import metrics

from utils.data import load_mnist, to_float
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"rare.json": "run"}
NUM_IMAGES, NUM_EPOCHS, BATCH_SIZE, NUM_RUNS = 2_000, 10, 32, 6
REMEDIES = ("none", "resampling", "class weights")
FLOOR = 0.7  # of our alarms, at least this share must be real


def train_detector(remedy: str, run: int, epochs: int = NUM_EPOCHS) -> tuple[np.ndarray, np.ndarray]:
    """Train on 2,000 images to tell an 8; scores of the validation and the test images, (5000,) and (10000,)."""
    data = load_mnist()
    x, is_8 = to_float(data.x_train[:NUM_IMAGES]), data.y_train[:NUM_IMAGES] == 8
    balance = np.where(is_8, 1 / is_8.sum(), 1 / (~is_8).sum()) / 2  # (2000,): half of the whole on eights
    keras.utils.clear_session()  # forget the last network's graph: it would stay in memory
    keras.utils.set_random_seed(run)  # the same for every remedy: the same weights to begin with
    layers = [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(128, activation="relu")]
    network = keras.Sequential([*layers, keras.layers.Dense(1, activation="sigmoid")])
    network.compile("adam", "binary_crossentropy", steps_per_execution=50)
    weight = NUM_IMAGES * balance if remedy == "class weights" else np.ones(NUM_IMAGES)
    rng = np.random.default_rng(run)
    for _ in range(epochs):
        rows = np.arange(NUM_IMAGES)
        if remedy == "resampling":  # as many draws as there are images, so as many steps
            rows = rng.choice(NUM_IMAGES, NUM_IMAGES, p=balance)
        network.fit(x[rows], is_8[rows], sample_weight=weight[rows], batch_size=BATCH_SIZE, verbose=0)
    return tuple(np.asarray(network(to_float(images)))[:, 0] for images in (data.x_val, data.x_test))


def at_thresholds(on_val: np.ndarray, on_test: np.ndarray) -> list[tuple[float, float]]:
    """Precision and recall on test at 0.5, and at the lowest threshold whose precision on validation is ``FLOOR``."""
    data = load_mnist()
    precision, _, threshold = metrics.precision_recall_curve(data.y_val == 8, on_val)
    chosen = threshold[precision[:-1] >= FLOOR].min(initial=np.inf)
    scores, is_8 = (metrics.precision_score, metrics.recall_score), data.y_test == 8
    return [
        tuple(float(score(is_8, on_test >= t, zero_division=0)) for score in scores) for t in (0.5, chosen)
    ]


def run(folder: Path) -> None:
    """The whole study: eighteen trainings, about a minute."""
    study: dict[str, list] = {remedy: [] for remedy in REMEDIES}
    for k, remedy in enumerate(REMEDIES):
        for seed in range(NUM_RUNS):
            progress(k * NUM_RUNS + seed, len(REMEDIES) * NUM_RUNS, remedy)
            study[remedy].append(at_thresholds(*train_detector(remedy, seed)))
    write_study(folder / "rare.json", study)


def load_detectors(fresh: bool = False) -> dict[str, np.ndarray]:
    """``{remedy: (runs, 2, 2)}``: precision and recall, at 0.5 and at the chosen threshold; ``fresh`` runs it here."""
    return recorded(__name__, "rare.json", fresh)
