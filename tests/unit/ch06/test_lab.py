"""What lab 06 hands its answers, and how its checks know what is right."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from utils.ch06 import design, lab
from utils.ch06.check_cost import costs
from utils.ch06.check_design import plans, replayed
from utils.ch06.check_trace import painted
from utils.ch06.check_wastes import predicted


@pytest.mark.parametrize(
    "layer, shape",
    [
        (nn.Linear(7, 5), (3, 2, 7)),
        (nn.Conv2d(6, 8, (3, 1), (2, 1), (0, 2), groups=2), (2, 6, 9, 8)),
        (nn.Conv2d(3, 4, 3, bias=False), (2, 3, 9, 8)),
    ],
)
def test_flops_are_those_of_pytorchs_counter(layer, shape):
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        layer(torch.zeros(shape))
    assert costs(layer, shape, 4)["flops"] == counter.get_total_flops() > 0


def ops(trace: dict) -> list[dict]:
    return [e for e in trace["traceEvents"] if (e.get("ph"), e.get("cat")) == ("X", "cpu_op")]


@pytest.mark.parametrize("seed", range(20))
def test_ops_of_a_thread_are_nested_or_apart(seed):
    trace = lab.make_trace(seed, 3)
    for e in ops(trace):
        for f in ops(trace):
            if (e["pid"], e["tid"]) == (f["pid"], f["tid"]) and e["ts"] <= f["ts"] < e["ts"] + e["dur"]:
                assert f["ts"] + f["dur"] <= e["ts"] + e["dur"] or e["ts"] == f["ts"]


@pytest.mark.parametrize("seed", range(20))
def test_a_generated_trace_tells_the_mistakes(seed):
    """Sums of all threads exceed what they cover, names occur in both phases, some time is unseen."""
    own, total, unseen = painted(lab.make_trace(seed, 3))
    forward, backward = ({name for phase, name in own if phase == it} for it in ("forward", "backward"))
    assert forward & backward
    assert unseen > 0
    assert sum(total.values()) > sum(own.values())


def test_painting_adds_up():
    own, total, unseen = painted(lab.example_trace())
    assert own["forward", "aten::linear"] == 10
    assert own["backward", "aten::addmm"] == 30
    assert total["forward", "aten::linear"] == 30
    assert (sum(own.values()), unseen) == (80, 20)


def test_a_recorded_trace_has_steps_ops_and_a_backward_pass():
    trace = lab.record_trace(batch_size=8)
    steps = [e for e in trace["traceEvents"] if str(e.get("name")).startswith("ProfilerStep#")]
    assert len(steps) == 3
    assert any(e["name"].startswith("autograd::engine") for e in ops(trace))


def test_savings_of_the_six_wastes_dont_add():
    profile = lab.pretend_profile(0)
    savings, lines = predicted(profile)
    after = sum(lines.values())
    total = sum(profile["ms"].values())
    assert set(profile["ms"]) == set(lab.LAPS)
    assert total - sum(savings.values()) < after < total  # savings don't add


@pytest.mark.parametrize("kind", design.KINDS)
def test_each_kind_of_problem_tells_one_plan_from_all_others(kind):
    for seed in range(10):
        trace, fixes, hours = design.problem(np.random.default_rng(seed), kind)
        best, *others = plans(trace, fixes, hours)
        assert len(fixes) <= 9
        assert all(best < other for other in others)


@pytest.mark.parametrize("kind", ["overlap", "both"])
def test_savings_alone_mislead(kind):
    """Who adds up what each fix saves alone, buys another plan than the best."""
    for seed in range(10):
        trace, fixes, hours = design.problem(np.random.default_rng(seed), kind)
        alone = {fix["name"]: replayed(trace, []) - replayed(trace, [fix]) for fix in fixes}
        possible = plans(trace, fixes, hours)
        by_sum = max(possible, key=lambda plan: (round(sum(alone[name] for name in plan[2]), 6), -plan[1]))
        assert by_sum[0] > possible[0][0]


def test_what_a_verdict_depends_on_cant_be_set():
    for module in (lab, design):
        with pytest.raises(AttributeError):
            module.KINDS = ()
