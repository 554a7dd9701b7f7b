"""MNIST's arrays as PyTorch wants them."""

from __future__ import annotations

import numpy as np
import torch

from utils.data import to_float


def tensors(x: np.ndarray, y: np.ndarray, device: str = "cpu") -> tuple[torch.Tensor, torch.Tensor]:
    """``(n, 1, 28, 28) float32`` in 0…1 and ``(n,) int64``: one copy each, made by the conversion."""
    images = torch.from_numpy(to_float(x)).unsqueeze(1)
    return images.to(device), torch.from_numpy(y.astype(np.int64)).to(device)
