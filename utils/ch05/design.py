"""The design problem of lab 05, and its small network.

Somebody photographed digits at a desk, half of them sevens: every digit in the middle,
upright, of one size, light on a plain dark ground. In use (``utils.ch05.sevens.draw``) it lies anywhere, on any
ground. Augmentation has to bridge what lies between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType

import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from keras import layers
from PIL import Image
from sklearn.metrics import average_precision_score

from utils.ch05.sevens import SIZE, draw
from utils.checks import fixed
from utils.data import Mnist, load_mnist

SEED = 0  # of the images, and of the training that is tried
SIDE = SIZE // 2  # what the network sees
WIDTH = 46  # pixels that a digit takes at the desk
DEFAULTS = MappingProxyType(
    {"shift": 0, "degrees": 0, "zoom": 0, "texture": 0, "flip": False, "negative": False}
    | {"num_epochs": 4, "weight": 1}
)
MOST = MappingProxyType(
    {"shift": 16, "degrees": 180, "zoom": 0.5, "texture": 3, "num_epochs": 10, "weight": 100}
)


class BadOptions(ValueError):
    """An option that isn't there, or goes too far; the message says which."""


def at_a_desk(digit: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """An image (64, 64, 3) uint8 of a digit (28, 28) uint8: in the middle, light on a plain dark ground."""
    ink = np.asarray(Image.fromarray(digit).resize((WIDTH, WIDTH), Image.Resampling.BILINEAR)) / 255
    share = np.pad(ink, (SIZE - WIDTH) // 2)[..., None]  # (64, 64, 1)
    behind = rng.uniform(30, 90, 3) + rng.normal(0, 4, (SIZE, SIZE, 3))
    colour = behind.mean(axis=(0, 1)) + rng.uniform(60, 140, 3)
    return np.clip(behind * (1 - share) + colour * share, 0, 255).astype(np.uint8)


def at_desk(data: Mnist, seed: int, n: int) -> tuple[np.ndarray, np.ndarray]:
    """n images from the desk, half of them sevens, as seen (n, 32, 32); and which are, (n,)."""
    rng = np.random.default_rng(seed)
    is_seven = data.y_train == 7
    sevens, others = (rng.permutation(np.flatnonzero(is_seven == which)) for which in (True, False))
    chosen = np.r_[sevens[: n // 2], others[: n - n // 2]]
    return seen(np.stack([at_a_desk(digit, rng) for digit in data.x_train[chosen]])), is_seven[chosen]


_in_use: dict[bytes, np.ndarray] = {}  # drawn once: each check of each answer wants them again


def in_use(digits: np.ndarray, seed: int) -> np.ndarray:
    """Digits (n, 28, 28) drawn as they are met in use, as the network sees them (n, 32, 32)."""
    key = hashlib.sha256(np.int64(seed).tobytes() + digits.tobytes()).digest()
    if key not in _in_use:
        rng = np.random.default_rng(seed)
        _in_use[key] = seen(np.stack([draw(digit, rng) for digit in digits]))
        _in_use[key].flags.writeable = False
    return _in_use[key]


@lru_cache(maxsize=1)
def photographed() -> tuple[np.ndarray, np.ndarray]:
    """The images to train on (1000, 32, 32), half of them sevens, and which are (1000,)."""
    return _read_only(*at_desk(load_mnist(), SEED, 1_000))


@lru_cache(maxsize=1)
def validation() -> tuple[np.ndarray, np.ndarray]:
    """2,500 images as they are met in use (2500, 32, 32), and which are sevens (2500,)."""
    data = load_mnist()
    return _read_only(in_use(data.x_val[:2_500], SEED), data.y_val[:2_500] == 7)


def _read_only(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    for array in arrays:
        array.flags.writeable = False
    return arrays


def seen(images: np.ndarray) -> np.ndarray:
    """Images (n, 64, 64, 3) uint8 as the network sees them: grey (n, 32, 32) float32, mean 0, std 1."""
    grey = images.mean(axis=3, dtype=np.float32).reshape(-1, SIDE, 2, SIDE, 2).mean(axis=(2, 4))
    return _levelled(grey)


def _levelled(x: np.ndarray) -> np.ndarray:
    x = x - x.mean(axis=(1, 2), keepdims=True)
    return x / (x.std(axis=(1, 2), keepdims=True) + 1e-3)


def complete(options: dict) -> dict:
    """The options with all keys; BadOptions where one isn't known, or out of bounds."""
    if not isinstance(options, dict):
        raise BadOptions(f"the options are a dict, not a {type(options).__name__}")
    if unknown := set(options) - set(DEFAULTS):
        raise BadOptions(f"there is no option {', '.join(sorted(map(str, unknown)))}")
    options = DEFAULTS | options
    for key, most in MOST.items():
        least = 1 if key == "num_epochs" else 0
        if not (np.ndim(options[key]) == 0 and least <= options[key] <= most):
            raise BadOptions(f"{key} is {options[key]!r}; it goes from {least} to {most}")
    if int(options["num_epochs"]) != options["num_epochs"]:
        raise BadOptions(f"num_epochs is {options['num_epochs']!r}; it is a whole number")
    return options


def augmented(x: np.ndarray, options: dict, rng: np.random.Generator) -> np.ndarray:
    """Images (n, 32, 32) float32, each changed by amounts of its own.

    Moved, turned and zoomed by bilinear interpolation (what comes in from outside repeats the edge); then
    stripes and blotches as strong as ``texture``; then, each with probability 1/2, mirrored left to right,
    turned upside down (both are ``flip``), made negative.
    """
    options, n = complete(options), len(x)
    degrees, zoom, shift = (options[key] for key in ("degrees", "zoom", "shift"))
    angle = np.deg2rad(rng.uniform(-degrees, degrees, (n, 1, 1)))
    scale = rng.uniform(1 - zoom, 1 + zoom, (n, 1, 1))
    down, right = rng.uniform(-shift / 2, shift / 2, (2, n, 1, 1))  # shift is in the image's pixels
    y, x_ = (np.mgrid[:SIDE, :SIDE] - (SIDE - 1) / 2).astype(np.float32)
    amounts = np.cos(angle) / scale, np.sin(angle) / scale, down, right
    cos, sin, down, right = (amount.astype(np.float32) for amount in amounts)
    middle = (SIDE - 1) / 2
    rows = np.clip(cos * y - sin * x_ + middle - down, 0, SIDE - 1)  # where each pixel comes from
    columns = np.clip(sin * y + cos * x_ + middle - right, 0, SIDE - 1)
    out = _bilinear(x, rows, columns)
    if options["texture"]:
        out = out + options["texture"] * _texture(n, rng)
    out = _levelled(out)
    if options["flip"]:
        out = np.where(rng.random((n, 1, 1)) < 0.5, out[:, :, ::-1], out)
        out = np.where(rng.random((n, 1, 1)) < 0.5, out[:, ::-1], out)
    if options["negative"]:
        out = out * rng.choice([-1, 1], (n, 1, 1))
    return out.astype(np.float32)


def _bilinear(x: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    top, left = (np.minimum(places.astype(int), SIDE - 2) for places in (rows, columns))
    low, near, i = rows - top, columns - left, np.arange(len(x))[:, None, None]
    upper = x[i, top, left] * (1 - near) + x[i, top, left + 1] * near
    lower = x[i, top + 1, left] * (1 - near) + x[i, top + 1, left + 1] * near
    return upper * (1 - low) + lower * low


def _texture(n: int, rng: np.random.Generator) -> np.ndarray:
    y, x = np.mgrid[:SIDE, :SIDE]
    angle, length = rng.uniform(0, np.pi, (n, 1, 1)), rng.uniform(3, 10, (n, 1, 1))
    begin, much, more = (rng.uniform(0, most, (n, 1, 1)) for most in (2 * np.pi, 1, 0.7))
    stripes = np.sin(2 * np.pi * (y * np.cos(angle) + x * np.sin(angle)) / length + begin)
    blotches = rng.normal(size=(n, 8, 8)).repeat(4, axis=1).repeat(4, axis=2)
    return much * stripes + more * blotches


@lru_cache(maxsize=1)
def _network() -> keras.Model:
    model = keras.Sequential(
        [
            layers.Input((SIDE, SIDE, 1)),
            layers.Conv2D(16, 5, strides=2, activation="relu"),  # (b, 14, 14, 16)
            layers.Conv2D(24, 3, activation="relu"),  # (b, 12, 12, 24)
            layers.MaxPooling2D(2),  # (b, 6, 6, 24)
            layers.Conv2D(32, 3, activation="relu"),  # (b, 4, 4, 32)
            layers.Flatten(),
            layers.Dropout(0.3),
            layers.Dense(1),  # a logit
        ]
    )
    model.compile(keras.optimizers.Adam())
    model.optimizer.build(model.trainable_variables)
    return model


_trained: dict[bytes, list] = {}  # what was trained once needn't be trained again for the next check
_scored: dict[bytes, np.ndarray] = {}  # nor asked again about the same images


def scores_after(x: np.ndarray, y: np.ndarray, options: dict, seed: int, *more: np.ndarray) -> list:
    """Train on x (n, 32, 32), y (n,) as the options say; logits (m,) for each further array (m, 32, 32).

    One network for all calls, begun anew in each, since to compile one takes longer than an epoch.
    """
    options, model = complete(options), _network()
    key = hashlib.sha256(repr((sorted(options.items()), seed)).encode())
    for array in (x, y):
        key.update(np.ascontiguousarray(array).tobytes())
    if key.digest() in _trained:
        model.set_weights(_trained[key.digest()])
    else:
        _train(model, x, y, options, seed)
        _trained[key.digest()] = model.get_weights()
    return [_scores(key.digest(), images) for images in more]


def _scores(trained: bytes, images: np.ndarray) -> np.ndarray:
    """Logits (m,) of the network as it is, which ``trained`` names."""
    key = hashlib.sha256(trained + np.ascontiguousarray(images).tobytes()).digest()
    if key not in _scored:
        parts = np.split(images[..., None], range(500, len(images), 500))
        _scored[key] = np.concatenate([np.asarray(_network()(part))[:, 0] for part in parts])
    return _scored[key].copy()


def _train(model: keras.Model, x: np.ndarray, y: np.ndarray, options: dict, seed: int) -> None:
    keras.utils.set_random_seed(seed)
    model.set_weights(keras.models.clone_model(model).get_weights())
    for variable in model.optimizer.variables:
        variable.assign(keras.ops.zeros_like(variable))
    for layer in model.layers:  # dropout's generator is no weight: it goes on from training to training
        if isinstance(layer, layers.Dropout):
            layer.seed_generator.state.assign([seed, 0])
    rng, num_epochs = np.random.default_rng(seed), int(options["num_epochs"])
    importance = np.where(y, np.float32(options["weight"]), np.float32(1))
    for epoch in range(num_epochs):
        model.optimizer.learning_rate.assign(0.002 * (1 - epoch / num_epochs))
        batches = rng.permutation(len(x))[: len(x) // 32 * 32].reshape(-1, 32)
        _epoch()(augmented(x, options, rng)[..., None], y.astype(np.float32)[:, None], importance, batches)


@lru_cache(maxsize=1)
def _epoch() -> Callable:
    """One epoch in one call: a call of ``fit`` needs as long for its preparations as for the steps."""
    model, loss = _network(), keras.losses.BinaryCrossentropy(from_logits=True)

    @tf.function
    def epoch(x, y, importance, batches):
        for chosen in batches:
            with tf.GradientTape() as tape:
                logits = model(tf.gather(x, chosen), training=True)
                value = loss(tf.gather(y, chosen), logits, tf.gather(importance, chosen))
            gradients = tape.gradient(value, model.trainable_variables)
            model.optimizer.apply(gradients, model.trainable_variables)

    return lambda *arrays: epoch(*map(tf.constant, arrays))


def try_out(options: dict) -> tuple[np.ndarray, np.ndarray]:
    """Train as the options say, and return (scores, is_seven) of the validation images."""
    x, is_seven = validation()
    (scores,) = scores_after(*photographed(), options, SEED, x)
    print(f"average precision on validation: {average_precision_score(is_seven, scores):.2f}")
    return scores, is_seven


def lower_end(hits, flagged):
    """The lower end of Wilson's interval for hits / flagged, one-sided, 95%; numbers or arrays."""
    z, share = 1.645, hits / flagged
    middle = share + z**2 / (2 * flagged)
    half = z * np.sqrt(share * (1 - share) / flagged + z**2 / (4 * flagged**2))
    return (middle - half) / (1 + z**2 / flagged)


def show(x_train: np.ndarray, x_val: np.ndarray) -> None:
    """The first images of both kinds, (n, 32, 32), in two rows: from the desk, and as in use."""
    half = len(x_train) // 2
    rows = {"desk": np.r_[x_train[:4], x_train[half : half + 6]], "in use": x_val[:10]}
    _, axes = plt.subplots(2, 10, figsize=(6.8, 1.6), layout="constrained")
    for line, (name, images) in zip(axes, rows.items(), strict=True):
        for axis, image in zip(line, images, strict=True):
            axis.imshow(image, cmap="gray", vmin=-3, vmax=3)
            axis.set(xticks=[], yticks=[])
        line[0].set_ylabel(name)
    plt.show()


fixed(__name__)
