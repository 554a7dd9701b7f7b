"""The CNN's twin in Keras on TensorFlow: the same architecture, trained when it is first asked for.

Keras runs on TensorFlow here: on two cores that trains this network several times as fast as Keras on
PyTorch does. Chapters that use PyTorch read its ``weights.npz`` and needn't load TensorFlow.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

from utils.data import load_mnist, to_float
from utils.making.bars import progress
from utils.models import kept

KEPT = {"cnn_keras": "train"}
NUM_EPOCHS, BATCH_SIZE, LR = 2, 64, 0.01


def small_cnn() -> keras.Sequential:
    """Images (b, 28, 28, 1) in, logits (b, 10) out; 34,826 parameters. Channels come last in Keras."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(32, 3, activation="relu"),  # (b, 26, 26, 32)
            keras.layers.MaxPooling2D(),  # (b, 13, 13, 32)
            keras.layers.Conv2D(64, 3, activation="relu"),  # (b, 11, 11, 64)
            keras.layers.MaxPooling2D(),  # (b, 5, 5, 64)
            keras.layers.Flatten(),  # (b, 1600)
            keras.layers.Dense(10),  # (b, 10)
        ]
    )


def train(folder: Path) -> None:
    """Train it; keep the model, its weights in order, and its logits for the first 100 test images."""
    data = load_mnist()
    progress(0, 1, "about half a minute")
    keras.utils.set_random_seed(0)
    model = small_cnn()
    steps = NUM_EPOCHS * -(-len(data.x_train) // BATCH_SIZE)
    falling = keras.optimizers.schedules.CosineDecay(
        LR / 10, 0.7 * steps, alpha=0.0, warmup_target=LR, warmup_steps=0.3 * steps
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(falling), loss, steps_per_execution=20)
    x = to_float(data.x_train)[..., None]  # (n, 28, 28, 1)
    model.fit(x, data.y_train, batch_size=BATCH_SIZE, epochs=NUM_EPOCHS, verbose=0)
    keras.Model(model.inputs[0], model.outputs[0]).save(
        folder / "model.keras"
    )  # without the optimizer's share
    weights = {f"{k}": array for k, array in enumerate(model.get_weights())}
    logits = np.asarray(model(to_float(data.x_test[:100])[..., None]))  # (100, 10)
    np.savez(folder / "weights.npz", logits=logits, **weights)


def keras_cnn_folder() -> Path:
    """Where ``model.keras`` and ``weights.npz`` are; made now if they aren't."""
    return kept(__name__, "cnn_keras")


def load_keras_cnn() -> keras.Model:
    """The trained Keras model."""
    return keras.models.load_model(keras_cnn_folder() / "model.keras")
