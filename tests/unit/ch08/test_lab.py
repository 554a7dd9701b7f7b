import re

import numpy as np
import pytest
import torch

from utils.ch08 import design, lab
from utils.ch08.check_design import what_fails
from utils.ch08.check_round import nearest
from utils.ch08.check_scaler import scales
from utils.ch08.check_stays import STAY_MISTAKES, fewest

TORCH = {"fp16": torch.float16, "bf16": torch.bfloat16, "e5m2": torch.float8_e5m2}


def test_what_a_verdict_depends_on_is_given():
    for module, name in [(design, "MOST_BYTES"), (design, "trained"), (lab, "chain")]:
        with pytest.raises(AttributeError, match="is given"):
            setattr(module, name, 10**9)


@pytest.mark.parametrize("name", TORCH)
def test_rounding_by_fractions_agrees_with_pytorch(name):
    _, e, m = design.FORMATS[name]
    x = lab.telling_numbers(np.random.default_rng(3), e, m).astype(np.float32)
    theirs = torch.tensor(x).to(TORCH[name]).double().numpy()
    ours = np.array([nearest(float(it), e, m) for it in x])
    assert np.array_equal(ours, theirs, equal_nan=True)


@pytest.mark.parametrize("name", design.FORMATS)
def test_the_design_casts_bit_for_bit(name):
    _, e, m = design.FORMATS[name]
    x = lab.telling_numbers(np.random.default_rng(4), e, m)
    with np.errstate(over="ignore"):
        x = x.astype(np.float32)
    x = x[np.isfinite(x) & ((np.abs(x) > 2.0**-126) | (x == 0))]  # all that a training meets
    ours = design.cast(torch.tensor(x), name).double().numpy()
    assert np.array_equal(ours, [nearest(float(it), e, m) for it in x])


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("e", "m"), [(2, 1), (2, 3), (5, 10), (8, 7), (8, 23)])
def test_telling_numbers_hold_what_tells_answers_apart(seed, e, m):
    x = lab.telling_numbers(np.random.default_rng(seed), e, m)
    bias = 2 ** (e - 1) - 1
    spacing = np.ldexp(1.0, np.maximum(np.frexp(x)[1] - 1, 1 - bias) - m)
    with np.errstate(invalid="ignore"):
        ties = np.abs(x / spacing) % 2
    assert np.sum(ties == 0.5) >= 3
    assert np.sum(ties == 1.5) >= 3
    assert np.isnan(x).any() and np.isinf(x).any() and (np.signbit(x) & (x == 0)).any()


def test_noted_network_notes_where_it_runs():
    network = lab.NotedNetwork()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        loss = network(torch.tensor([1.0, 2, 3]), torch.tensor(4.0))
    loss.backward()
    assert network.notes == [("forward", "bfloat16"), ("backward", "off")]
    assert network.w.grad.tolist() == [1, 2, 3]
    assert network.b.grad.item() == 4
    assert loss.item() == 10


def test_scales_of_the_task():
    assert scales(8.0, 2.0, 0.5, 2, "GGBGG") == [8, 16, 8, 8, 16]


STAY = {"all": 3, "apart": 2, "norm": 2, "softmax": 2, "exact": 0, "large": 0, "small element": 0, "none": 0}
STAY |= {"small row": 0, "four": 4, "six": 6}


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", lab.KINDS)
def test_chains_have_one_answer_with_a_distance(kind, seed):
    operations, x, most = lab.chain(np.random.default_rng([seed, 9]), kind)
    right = fewest(operations, x, most)
    assert len(right) == STAY.get(kind, 1)
    if kind != "exact":  # that one is dyadic: met to the bit
        assert fewest(operations, x, 0.95 * most) == right
        assert fewest(operations, x, 1.04 * most) == right


def test_each_mistake_is_told_by_some_chain():
    cases = [lab.chain(np.random.default_rng([3, len(kind)]), kind) for kind in lab.KINDS]
    right = [fewest(*case) for case in cases]
    for mistake, words, _ in STAY_MISTAKES:
        assert any(sorted(mistake(*it)) != sorted(its) for it, its in zip(cases, right, strict=True)), words


def test_half_is_fp16():
    assert lab.half(np.array([1.3, 65519.0, 65520.0, 2.0**-25])).tolist() == [1.2998046875, 65504, np.inf, 0]


GOOD = dict.fromkeys(design.VALUES, "e5m2") | dict.fromkeys(["weights", "momentum", "variance"], "bf16")


@pytest.mark.parametrize(
    ("formats", "scale", "words"),
    [
        (list(GOOD), 1.0, "is a dict"),
        (GOOD | {"bias": "fp32"}, 1.0, "and no others"),
        ({}, 1.0, "no format for weights"),
        (GOOD | {"deltas": "fp8"}, 1.0, "no format"),
        (GOOD, "2", "is a number"),
        (GOOD, 3.0, "power of 2"),
        (GOOD, float("nan"), "power of 2"),
        (GOOD, 2.0**41, "power of 2"),
        (GOOD | {"weights": "fp32"}, 1.0, "are allowed"),
    ],
)
def test_what_is_no_plan_is_told(formats, scale, words):
    with pytest.raises(design.BadPlan, match=words):
        design.as_plan(formats, scale)


def test_a_plan_costs_what_the_host_counts():
    rows, scale = design.as_plan(GOOD, np.float32(1024))
    counted = sum(n * b + design.HEADER for n, b in zip(design.VALUES.values(), rows[:, 0], strict=True))
    assert (counted, scale) == (design.cost(GOOD), 1024)


def test_a_plan_is_trained_alike_each_time():
    one, two = (design.trained(GOOD, 2.0**16, 3) for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(one[0], two[0], strict=True))
    assert one[1] == 0


def test_a_scale_too_large_skips_steps():
    assert design.trained(GOOD, 2.0**40, 3)[1] == 160


FP16 = dict.fromkeys(("weights", "momentum", "variance"), "fp16")


@pytest.mark.parametrize(
    ("formats", "scale", "words"),
    [
        (GOOD, 1.0, "too small"),
        (GOOD, 2.0**40, "too large"),
        (GOOD | {"variance": "fp16"}, 2.0**16, "^With variance in fp32"),
        (
            GOOD | FP16 | {"gradients": "e4m3", "deltas": "e4m3"},
            1024.0,
            "Two things fail.*too small.*variance in fp16",
        ),
        (GOOD | FP16, 16.0, "Two things fail.*too small.*variance in fp16"),
    ],
)
def test_the_scale_is_blamed_only_where_another_one_mends(formats, scale, words):
    assert re.search(words, what_fails(formats, scale, 158))
