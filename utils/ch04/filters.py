"""Filters, maps and the patches that excite a channel most, for chapter 04: what the layers of a CNN see."""

from __future__ import annotations

from collections.abc import Mapping

import ipywidgets
import matplotlib.pyplot as plt
import numpy as np


def strongest_patches(
    images: np.ndarray, maps: np.ndarray, size: int, jump: int, most: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """The patches of ``images (n, h, w)`` that excite one channel most, one an image, the strongest first.

    ``maps (n, oh, ow)``: the channel's values. Its unit (i, j) sees ``size`` × ``size`` pixels from
    (i·jump, j·jump) on, as in a network without padding. Returns (most, size, size) and their values (most,).
    """
    flat = maps.reshape(len(maps), -1)
    chosen = np.argsort(-flat.max(axis=1), kind="stable")[:most]
    patches = []
    for n in chosen:
        i, j = np.unravel_index(flat[n].argmax(), maps.shape[1:])
        patches.append(images[n, i * jump : i * jump + size, j * jump : j * jump + size])
    return np.array(patches), flat[chosen].max(axis=1)


def row_of_images(images, axes, titles=(), limit: float | None = None) -> None:
    """Images, one in each of ``axes``; with ``limit`` black above zero, white below, and grey at it."""
    colours = {} if limit is None else {"cmap": "gray_r", "vmin": -limit, "vmax": limit}
    for k, ax in enumerate(axes):
        ax.axis("off")
        if k < len(images):
            ax.imshow(images[k], **colours)
        if k < len(titles):
            ax.set_title(titles[k], fontsize=10, loc="center")


def draw_channel(images: np.ndarray, maps: np.ndarray, size: int, jump: int, most: int = 8):
    """One channel's maps (n, oh, ow) of images (n, h, w), and the patches that excite it most."""
    fig, axes = plt.subplots(3, most, figsize=(6.8, 2.9))
    row_of_images(images, axes[0])
    row_of_images(maps, axes[1])
    row_of_images(strongest_patches(images, maps, size, jump, most)[0], axes[2])
    for ax, name in zip(axes[:, 0], ("image", "map", "strongest\npatches"), strict=True):
        ax.text(-0.15, 0.5, name, transform=ax.transAxes, ha="right", va="center")
    return fig


def browse_channels(images: np.ndarray, layers: Mapping[str, tuple]) -> ipywidgets.interactive:
    """A widget over :func:`draw_channel`; ``layers[name]``: maps (n, c, oh, ow), size and jump."""

    def show(layer: str, channel: int) -> None:
        maps, size, jump = layers[layer]
        channel = min(channel, maps.shape[1] - 1)
        draw_channel(images, maps[:, channel], size, jump)
        plt.show()

    most = max(maps.shape[1] for maps, _, _ in layers.values())
    return ipywidgets.interactive(
        show,
        layer=ipywidgets.ToggleButtons(options=list(layers)),
        channel=ipywidgets.IntSlider(0, 0, most - 1, continuous_update=False),
    )
