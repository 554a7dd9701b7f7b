"""Lesson of chapter 08: an MLP whose activations' gradients pass through a narrow format on their way back."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn


class Rounded(torch.autograd.Function):
    """Activations pass as they are; their gradients come back rounded to ``dtype``, as float32."""

    @staticmethod
    def forward(ctx, x: torch.Tensor, dtype: torch.dtype, seen: list | None) -> torch.Tensor:
        ctx.dtype, ctx.seen = dtype, seen
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient: torch.Tensor):
        rounded = gradient.to(ctx.dtype).float()
        if ctx.seen is not None:
            ctx.seen.append(rounded.flatten())
        return rounded, None, None


def forward(model: nn.Sequential, x: torch.Tensor, dtype: torch.dtype, seen: list | None = None):
    """Logits (b, 10) of images (b, 784); ``seen`` collects the rounded gradients of each layer's output."""
    for layer in model:
        x = layer(x)
        if isinstance(layer, nn.Linear):
            x = Rounded.apply(x, dtype, seen)
    return x


def deep_mlp() -> nn.Sequential:
    """784-128-128-10."""
    return nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10))


def gradients(
    model: nn.Sequential,
    x: torch.Tensor,
    y: torch.Tensor,
    dtype: torch.dtype,
    weight: float = 1.0,
    scale: float = 1.0,
) -> torch.Tensor:
    """All gradients of the layers' outputs (b·266,), as they arrive in ``dtype``: of weight · scale · loss."""
    seen: list[torch.Tensor] = []
    (scale * weight * F.cross_entropy(forward(model, x, dtype, seen), y)).backward()
    model.zero_grad()
    return torch.cat(seen)
