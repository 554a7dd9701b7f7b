"""Chapter 11's grids as its lesson derives them, for its study: affine and symmetric, one a tensor or one a channel."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import nn


class Grid(NamedTuple):
    """Real x ≈ scale · (q − zero), with integers q from least to most."""

    scale: torch.Tensor  # () or, one for each channel, (n, 1, …)
    zero: torch.Tensor  # the same shape, whole numbers
    least: int
    most: int

    def quantize(self, x: torch.Tensor) -> torch.Tensor:
        return torch.clamp(torch.round(x / self.scale) + self.zero, self.least, self.most)

    def dequantize(self, q: torch.Tensor) -> torch.Tensor:
        return self.scale * (q - self.zero)

    def rounded(self, x: torch.Tensor) -> torch.Tensor:
        return self.dequantize(self.quantize(x))


def make_grid(low: torch.Tensor, high: torch.Tensor, bits: int, symmetric: bool = False) -> Grid:
    """2^bits integers (symmetric: one less) over low … high, tensors of one shape."""
    low, high = torch.clamp(low, max=0), torch.clamp(high, min=0)
    width = 2 * torch.maximum(-low, high) if symmetric else high - low
    half = 2 ** (bits - 1) - 1
    least, most = (-half, half) if symmetric else (0, 2**bits - 1)
    scale = torch.where(width > 0, width / (most - least), 1.0)
    zero = torch.zeros_like(scale) if symmetric else torch.round(-low / scale)
    return Grid(scale, zero, least, most)


def weight_grid(w: torch.Tensor, bits: int, per_channel: bool = False, symmetric: bool = True) -> Grid:
    """One grid for w (n, …), or one for each of its n output channels."""
    axes = tuple(range(1, w.dim())) if per_channel else tuple(range(w.dim()))
    return make_grid(w.amin(axes, keepdim=True), w.amax(axes, keepdim=True), bits, symmetric)


def weighted(model: nn.Sequential) -> list[nn.Module]:
    """Its dense and convolutional layers."""
    return [layer for layer in model if isinstance(layer, nn.Linear | nn.Conv2d)]


def with_bits(model: nn.Sequential, bits: Sequence[int], **scheme: bool) -> nn.Sequential:
    """A copy of the model, the weights of layer k rounded to ``bits[k]`` bits; biases stay in float."""
    model = copy.deepcopy(model)
    with torch.no_grad():
        for layer, b in zip(weighted(model), bits, strict=True):
            layer.weight.copy_(weight_grid(layer.weight, b, **scheme).rounded(layer.weight))
    return model


def clipped_to(w: torch.Tensor, bits: int, keep: float | None) -> torch.Tensor:
    """w on one symmetric grid up to the ``keep`` quantile of its magnitudes; None: to where the error is least."""
    magnitudes = w.abs().flatten()
    if keep is not None:
        top = magnitudes.quantile(keep)
        return make_grid(-top, top, bits, symmetric=True).rounded(w)
    tops = magnitudes.max() * torch.linspace(0.05, 1, 96)
    tried = [make_grid(-top, top, bits, symmetric=True).rounded(w) for top in tops]
    return min(tried, key=lambda rounded: (rounded - w).square().sum().item())


def folded(conv: nn.Conv2d, norm: nn.BatchNorm2d) -> nn.Conv2d:
    """One convolution that does what conv and norm do, in evaluation."""
    factor = norm.weight / torch.sqrt(norm.running_var + norm.eps)  # (o,)
    one = copy.deepcopy(conv)
    one.weight = nn.Parameter(conv.weight * factor[:, None, None, None])
    one.bias = nn.Parameter(norm.bias + factor * (conv.bias - norm.running_mean))
    return one
