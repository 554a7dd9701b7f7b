"""Chapter 11's lesson: what its cells define is what its study used, and what it says of arithmetic."""

import copy
import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torch import nn

from tools.notebook_files import ROOT, cell_by_id, read
from utils.ch11 import calibration, grids, integers, study
from utils.ch11.drawing import energy
from utils.ch11.packing import packed

BITS = (2, 3, 8)


@pytest.fixture(scope="module")
def lesson():
    """The definitions of the lesson's cells."""
    nb = read(ROOT / "notebooks" / "11_quantization.ipynb")
    names = {"NamedTuple": NamedTuple, "torch": torch, "math": math, "np": np, "nn": nn}
    sources = [cell_by_id(nb, id).source for id in ("grid", "requantize")]
    sources.append(
        "def weight_grid" + cell_by_id(nb, "channel").source.split("def weight_grid")[1].split("\n\n\n")[0]
    )
    sources.append(cell_by_id(nb, "calibrate").source.split("METHODS")[0])
    for source in sources:
        exec(source, names)
    return names


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("symmetric", [False, True])
@pytest.mark.parametrize("bits", BITS)
def test_the_cells_grids_are_the_studys(lesson, bits, symmetric, per_channel):
    w = torch.randn(5, 7, 3, generator=torch.Generator().manual_seed(bits))
    mine, ours = (f(w, bits, per_channel, symmetric) for f in (lesson["weight_grid"], grids.weight_grid))
    assert torch.equal(mine.scale, ours.scale) and torch.equal(mine.zero, ours.zero)
    assert torch.equal(mine.rounded(w), ours.rounded(w))


def test_the_cells_integers_are_the_studys(lesson):
    r = np.random.default_rng(0)
    for m in (0.3, 2**-9, 1e-5, 1 - 2.0**-40):
        assert lesson["fixed_point"](m) == integers.fixed_point(m)
    a = torch.from_numpy(r.integers(-(10**6), 10**6, 1000)).int()
    layer = *integers.fixed_point(0.0003), 7
    assert torch.equal(lesson["requantize"](a, *layer), integers.requantize(a, *layer))


@pytest.mark.parametrize("name", ["by_minmax", "by_percentile", "by_mse"])
def test_the_cells_calibrations_are_the_studys(lesson, name):
    x = torch.randn(3000, generator=torch.Generator().manual_seed(1)).relu()
    assert lesson[name](x, 4) == getattr(calibration, name)(x, 4)


@pytest.mark.parametrize("value", [0.0, 4.0, -4.0])
def test_a_constant_tensor_has_a_grid(value):
    """All at 4 means 0 … 4: 4/3 a step in two bits, and 4 comes back as it was; of zeros any scale will do."""
    x = torch.full((3,), value)
    g = grids.make_grid(x.min(), x.max(), 2)
    assert g.scale.item() == pytest.approx(abs(value) / 3 if value else 1.0)
    assert torch.allclose(g.rounded(x), x)


@pytest.mark.parametrize("bits", range(2, 9))
def test_every_grid_holds_zero(bits):
    for low, high in ((-0.7, 1.6), (2.0, 5.0), (-5.0, -2.0), (-1e-9, 3e-9)):
        for symmetric in (False, True):
            g = grids.make_grid(torch.tensor(low), torch.tensor(high), bits, symmetric)
            assert g.rounded(torch.zeros(())).item() == 0


def test_the_four_terms_are_the_product():
    r = np.random.default_rng(0)
    qx, qw = r.integers(0, 256, (64, 300)), r.integers(0, 256, (50, 300))
    zx, zw, k = 37, 121, 300
    once = -zx * qw.sum(axis=1) + k * zx * zw
    each_time = -zw * qx.sum(axis=1, keepdims=True)
    assert np.array_equal((qx - zx) @ (qw - zw).T, qx @ qw.T + each_time + once)


@pytest.mark.parametrize("per_channel", [False, True])
@pytest.mark.parametrize("bits", range(2, 9))
def test_pytorch_rounds_alike(bits, per_channel):
    """It multiplies by 1/scale where we divide: only right between two grid points may it differ."""
    w = torch.randn(40, 50, generator=torch.Generator().manual_seed(0))
    g = grids.weight_grid(w, bits, per_channel, symmetric=False)
    if per_channel:
        scale, zero = g.scale.flatten(), g.zero.flatten().int()
        theirs = torch.fake_quantize_per_channel_affine(w, scale, zero, 0, g.least, g.most)
    else:
        theirs = torch.fake_quantize_per_tensor_affine(w, g.scale.item(), int(g.zero), g.least, g.most)
    assert ((theirs - g.rounded(w)).abs() < g.scale / 100).float().mean() >= 0.999


def test_int32_has_room_for_66_311_products_and_no_more():
    for count, fits in ((66_311, True), (66_312, False)):
        x, w = torch.full((1, count), 255, dtype=torch.int32), torch.full((1, count), 127, dtype=torch.int32)
        assert (int(x @ w.T) == 255 * 127 * count) == fits
    assert (2**31 - 1) // (65_535 * 127) == 258


@pytest.mark.parametrize("m", [0.001234, 2**-9, 0.5, 1 - 2.0**-40])
def test_a_fixed_point_multiplier_has_31_bits(m):
    m0, shift = integers.fixed_point(m)
    assert 2**30 <= m0 < 2**31 and abs(Fraction(m0, 2**shift) / Fraction(m) - 1) <= Fraction(1, 2**31)


@pytest.mark.parametrize("bits", [2, 3, 4, 8])
def test_the_sizes_in_the_picture_are_those_of_packed_weights(bits):
    model, total = study.mlp(), 0
    for layer in grids.weighted(model):
        w = layer.weight.detach()
        g = grids.weight_grid(w, bits, per_channel=True)
        total += packed((g.quantize(w) - g.least).long().numpy(), bits).nbytes
        total += g.scale.nbytes + layer.bias.nbytes
    assert total == study.size_of(model, (bits,) * 3)


def test_energies_are_horowitzs():
    table = energy()
    assert table["multiply and add"] == {"fp32": pytest.approx(4.6), "int8": pytest.approx(0.3)}
    assert table["fetch a weight from DRAM"] == {"fp32": 650, "int8": 162.5}


def test_folding_keeps_the_function_and_costs_nothing_per_channel():
    torch.manual_seed(0)
    model = study.normed().eval()
    for norm in (model[1], model[5]):
        norm.weight.data.uniform_(0.1, 2), norm.bias.data.normal_()
        norm.running_mean.normal_(), norm.running_var.uniform_(0.2, 4)
    x = torch.randn(4, 1, 28, 28)
    with torch.inference_mode():
        assert (study.without_norms(model)(x) - model(x)).abs().max() < 1e-4
    rounded = grids.with_bits(model, [4] * 3, per_channel=True)
    fused = grids.with_bits(study.without_norms(model), [4] * 3, per_channel=True)
    with torch.inference_mode():
        assert (study.without_norms(rounded)(x) - fused(x)).abs().max() < 1e-3


def test_straight_through_passes_the_gradient_on():
    w = torch.randn(4, 5, requires_grad=True)
    (study.StraightThrough.apply(w, 3, False) * 2).sum().backward()
    assert torch.equal(w.grad, torch.full_like(w, 2))


def test_a_network_trained_with_rounding_has_few_values_a_layer():
    torch.manual_seed(0)
    x, y = torch.rand(256, 1, 28, 28), torch.randint(0, 10, (256,))
    start = study.mlp()
    before = copy.deepcopy(start.state_dict())
    aware = study.trained_further(start, x, y, seed=0, bits=3, epochs=1)
    assert max(len(layer.weight.unique()) for layer in grids.weighted(aware)) <= 7
    assert all(torch.equal(before[k], v) for k, v in start.state_dict().items())
