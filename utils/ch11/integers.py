"""Chapter 11's dense layer on integers alone, as its lesson derives it, and an MLP made of such layers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import nn

from utils.ch11.grids import weight_grid, weighted


def fixed_point(m: float) -> tuple[int, int]:
    """0 < m < 1 as (m0, shift): m ≈ m0 / 2^shift, with m0 in 2^30 … 2^31 − 1."""
    fraction, exponent = math.frexp(m)
    m0, shift = round(fraction * 2**31), 31 - exponent
    return (m0 // 2, shift - 1) if m0 == 2**31 else (m0, shift)


def requantize(
    a: torch.Tensor, m0: int, shift: int, zero: int, least: int = 0, most: int = 255
) -> torch.Tensor:
    """int32 -> uint8: round(a · m0 / 2^shift) + zero, halves upwards, clamped."""
    rounded = (a.long() * m0 + (1 << (shift - 1))) >> shift  # int64: the product has 62 bits
    return torch.clamp(rounded + zero, least, most).to(torch.uint8)


def dense_integer(qx, qw, qb, m0: int, shift: int, zero: int) -> torch.Tensor:
    """qx (b, k) uint8, qw (n, k) int8, qb (n,) int32 -> (b, n) uint8."""
    return requantize(qx.int() @ qw.int().T + qb, m0, shift, zero)


def hidden_tops(model: nn.Sequential, x: torch.Tensor) -> list[torch.Tensor]:
    """The largest value behind each ReLU, over the images x."""
    tops = []
    with torch.inference_mode():
        for layer in model:
            x = layer(x)
            if isinstance(layer, nn.ReLU):
                tops.append(x.max())
    return tops


def to_integers(model: nn.Sequential, tops: Sequence[torch.Tensor]) -> list[tuple]:
    """(qw int8, qb int32, m0, shift) of each layer, one scale a layer; ``tops``: of the ReLUs."""
    scales = [torch.tensor(1 / 255), *[top / 255 for top in tops]]
    integers = []
    for k, layer in enumerate(weighted(model)):
        w = layer.weight.detach()
        g = weight_grid(w, 8)
        s = scales[k] * g.scale.squeeze()  # of the accumulator
        qb = torch.round(layer.bias.detach() / s).int()
        m0, shift = fixed_point(float(s / scales[k + 1])) if k < len(tops) else (0, 0)
        integers.append((g.quantize(w).to(torch.int8), qb, m0, shift))
    return integers


def hidden(layers: Sequence[tuple], images: torch.Tensor) -> torch.Tensor:
    """uint8 images (b, 784) -> what the last dense layer reads, uint8."""
    q = images
    for qw, qb, m0, shift in layers[:-1]:
        q = dense_integer(q, qw, qb, m0, shift, zero=0)
    return q


def sums(layers: Sequence[tuple], images: torch.Tensor) -> torch.Tensor:
    """uint8 images (b, 784) -> the last layer's int32 sums (b, 10): all on one scale."""
    qw, qb, _, _ = layers[-1]
    return hidden(layers, images).int() @ qw.int().T + qb


def sums_per_channel(model: nn.Sequential, top: torch.Tensor, q: torch.Tensor) -> tuple:
    """The last layer with a scale for each output: int32 sums (b, 10), and their scales (10,)."""
    layer = weighted(model)[-1]
    g = weight_grid(layer.weight.detach(), 8, per_channel=True)
    s = g.scale.flatten() * top / 255
    qw = g.quantize(layer.weight.detach()).to(torch.int8)
    return q.int() @ qw.int().T + torch.round(layer.bias.detach() / s).int(), s
