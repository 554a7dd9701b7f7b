"""Chapter 09's sparse products equal the dense one, their crossing is found, and claims apply where they should."""

import numpy as np
import pytest
import torch

from utils import claims
from utils.ch09 import kernels
from utils.machine import Machine


@pytest.mark.filterwarnings("ignore:Sparse")
@pytest.mark.parametrize("batch_size", [1, 64])
def test_products_agree(batch_size):
    w = kernels.drawn(30, 50, 0.1)
    wanted = kernels.dense_product(w, batch_size)()  # (b, out)
    for product in kernels.SPARSE.values():
        got = torch.as_tensor(product(w, batch_size)())  # (out, b)
        torch.testing.assert_close(got.T, wanted, rtol=1e-4, atol=1e-5)


def test_a_drawn_matrix_has_exactly_so_many():
    w = kernels.drawn(30, 50, 0.1)
    assert (w != 0).sum() == 150 and torch.equal(w, kernels.drawn(30, 50, 0.1))
    assert not torch.equal(w, kernels.drawn(30, 50, 0.1, seed=1))


def test_the_crossing():
    densities = np.array([0.01, 0.1, 1.0])
    assert kernels.crossing(densities, np.array([0.1, 1.0, 10.0])) == pytest.approx(0.1)
    assert kernels.crossing(densities, 3 * densities) == pytest.approx(1 / 3)
    assert kernels.crossing(densities, np.array([2.0, 3.0, 9.0])) == pytest.approx(0.01)  # never: an end
    assert kernels.crossing(densities, np.array([0.1, 0.2, 0.9])) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("processor", "instructions", "holds"),
    [
        ("Intel(R) Xeon(R)", ("AVX2", "AVX-512"), True),
        ("Intel(R) Core(TM)", ("AVX2",), False),
        ("AMD EPYC", ("AVX2", "AVX-512"), False),
        ("Apple M3", (), False),
    ],
)
def test_denormals_are_claimed_where_they_were_measured(monkeypatch, processor, instructions, holds):
    card = Machine(processor, 2, 8.0, instructions, "", "Linux x86_64")
    monkeypatch.setattr(kernels, "machine", lambda: card)
    condition = kernels.slow_denormals()
    assert condition.holds is holds
    if holds:
        with pytest.raises(claims.ClaimFailed):
            claims.claim("09-x", "It takes {} times as long", 1.0, at_least=3, only_if=condition)
    else:
        claims.claim("09-x", "It takes {} times as long", 1.0, at_least=3, only_if=condition)
