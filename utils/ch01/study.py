"""Chapter 01's study: what early stopping, dropout, L2 and augmentation change, over paired runs on 10,000 images."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from utils.data import load_mnist, shifted, to_float
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"study.json": "run"}
NUM_IMAGES, NUM_EPOCHS, BATCH_SIZE, NUM_RUNS = 10_000, 25, 200, 6


def small_network(dropout: float = 0.0, l2: float = 0.0, seed: int = 0) -> keras.Sequential:
    """784-128-10, compiled; the treatments that change the network are its arguments."""
    layers = [keras.Input((28, 28)), keras.layers.Flatten()]
    layers += [keras.layers.Dense(128, activation="relu", kernel_regularizer=keras.regularizers.L2(l2))]
    # Without a seed of its own, dropout takes one from those that the weights behind it are drawn with,
    # but only if it drops anything: then runs with and without it would begin with other weights.
    layers += [keras.layers.Dropout(dropout, seed=seed), keras.layers.Dense(10, activation="softmax")]
    network = keras.Sequential(layers)
    network.compile(
        optimizer=keras.optimizers.Adam(0.0015),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
        steps_per_execution=50,  # fifty steps at a time: the same arithmetic, less overhead
    )
    return network


def evaluate(network: keras.Model, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Accuracy in %, and mean cross-entropy."""
    p = np.asarray(network(x))  # (n, 10)
    return 100 * np.mean(p.argmax(axis=1) == y), -np.mean(np.log(p[np.arange(len(y)), y] + 1e-12))


def train_with(treatment: str, run: int) -> tuple[float, float, int]:
    """Train once with a treatment; test accuracy in %, test loss, and epochs run."""
    data = load_mnist()
    x, y = to_float(data.x_train[:NUM_IMAGES]), data.y_train[:NUM_IMAGES]
    keras.utils.set_random_seed(run)  # the same for every treatment: the same weights to begin with
    network = small_network(0.5 * (treatment == "dropout"), 1e-4 * (treatment == "L2"), seed=run)
    options = {"batch_size": BATCH_SIZE, "epochs": NUM_EPOCHS, "verbose": 0}
    epochs = NUM_EPOCHS
    if treatment == "augmentation":
        rng = np.random.default_rng(run)
        for _ in range(NUM_EPOCHS):
            network.fit(shifted(x, rng), y, **options | {"epochs": 1})
    elif treatment == "early stopping":
        rule = keras.callbacks.EarlyStopping("val_loss", patience=3, restore_best_weights=True)
        validation = to_float(data.x_val), data.y_val
        fit = network.fit(x, y, validation_data=validation, callbacks=[rule], **options)
        epochs = len(fit.epoch)
    else:
        network.fit(x, y, **options)
    return *evaluate(network, to_float(data.x_test), data.y_test), epochs


TREATMENTS = ["none", "early stopping", "dropout", "L2", "augmentation"]


def run(folder: Path) -> None:
    """The whole study: thirty trainings, about two minutes."""
    study: dict[str, list] = {treatment: [] for treatment in TREATMENTS}
    for k, treatment in enumerate(TREATMENTS):
        for seed in range(NUM_RUNS):
            progress(k * NUM_RUNS + seed, len(TREATMENTS) * NUM_RUNS, treatment)
            study[treatment].append(train_with(treatment, seed))
    write_study(folder / "study.json", study)


def load_study(fresh: bool = False) -> dict[str, np.ndarray]:
    """``{treatment: (runs, 3)}``: test accuracy in %, test loss, epochs, as recorded; ``fresh`` runs it here."""
    return recorded(__name__, "study.json", fresh)
