"""Images shifted and rotated at random, and what a network calls them: design problems of chapters 04 and 11."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.checks import fixed


def digits(network: nn.Module, x: torch.Tensor) -> np.ndarray:
    """What the network calls the images (n, 1, 28, 28): (n,) whole numbers."""
    with torch.inference_mode():
        return np.concatenate([network(some).argmax(dim=1).numpy() for some in x.split(100)])


def moved(x: torch.Tensor, rng: np.random.Generator, shift: float = 0, degrees: float = 0) -> torch.Tensor:
    """Each image (n, 1, 28, 28) shifted by up to ``shift`` pixels, rotated by up to ``degrees``, at random."""
    turn = np.radians(rng.uniform(-degrees, degrees, len(x)))
    right, down = rng.uniform(-shift, shift, (2, len(x))) / 14  # half of the image's side is 1
    rows = [[np.cos(turn), -np.sin(turn), right], [np.sin(turn), np.cos(turn), down]]
    matrices = torch.from_numpy(np.array(rows, np.float32)).permute(2, 0, 1)  # (n, 2, 3)
    grid = F.affine_grid(matrices, list(x.shape), align_corners=False)  # (n, 28, 28, 2)
    return F.grid_sample(x, grid, align_corners=False)


fixed(__name__)
