"""Chapter 08's claims on speed apply where they should, on either branch; what steps cost is counted right."""

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from utils import claims
from utils.ch08 import speed
from utils.machine import Machine


@pytest.fixture
def processor(monkeypatch):
    def pretend(*instructions, kind="x86_64"):
        card = Machine("a processor", 2, 8.0, instructions, "", f"Linux {kind}")
        monkeypatch.setattr(claims, "machine", lambda: card)
        monkeypatch.setattr(speed.platform, "machine", lambda: kind)
        for library in ("ONEDNN", "DNNL"):
            monkeypatch.delenv(f"{library}_MAX_CPU_ISA", raising=False)

    return pretend


@pytest.mark.parametrize(
    ("kind", "instructions", "hides", "multiplies"),
    [
        ("x86_64", ("AVX2", "AVX-512", "VNNI", "bf16", "AMX"), True, True),
        ("AMD64", ("AVX2", "AVX-512", "VNNI", "bf16"), True, True),
        ("x86_64", ("AVX2", "AVX-512", "VNNI"), True, False),
        ("x86_64", ("AVX2", "bf16"), True, False),  # avx_ne_convert: it converts, but doesn't multiply
        ("x86_64", ("AVX2",), True, False),
        ("x86_64", (), False, False),
        ("arm64", ("VNNI", "bf16"), False, False),
    ],
)
def test_conditions_by_processor(processor, kind, instructions, hides, multiplies):
    processor(*instructions, kind=kind)
    assert speed.x86().holds is hides
    assert speed.bf16_products().holds is multiplies


def test_what_is_hidden_gains_nothing(processor, monkeypatch):
    processor("AVX2", "AVX-512", "bf16")
    assert speed.bf16_products().holds
    monkeypatch.setenv("DNNL_MAX_CPU_ISA", "AVX2")
    assert not speed.bf16_products().holds


@pytest.mark.parametrize("condition", [speed.x86, speed.bf16_products])
@pytest.mark.parametrize("has_it", [True, False])
def test_a_claim_judges_where_its_condition_holds_and_says_it_where_not(processor, capsys, condition, has_it):
    processor(*(("AVX2", "AVX-512", "bf16") if has_it else ()))
    make = {"at_least": 1.3, "only_if": condition()}
    if has_it:
        with pytest.raises(claims.ClaimFailed):
            claims.claim("08-x", "It is {} times as fast", 1.0, **make)
    else:
        claims.claim("08-x", "It is {} times as fast", 1.0, **make)
    assert condition().says in capsys.readouterr().out


@pytest.mark.parametrize("width", speed.WIDTHS)
def test_flops_of_a_step(width):
    run = speed.step(width, half=False)
    with FlopCounterMode(display=False) as counter:
        run()
    assert counter.get_total_flops() == speed.step_flops(width)


def test_hidden_instructions_are_hidden_from_the_child_alone(monkeypatch):
    monkeypatch.setattr(speed, "run_module", lambda *words: words)
    assert speed.measure_hidden(quick=True) == ("utils.ch08.speed", speed.HIDE, "quick")
    assert speed.measure_hidden() == ("utils.ch08.speed", speed.HIDE)


def test_where_a_product_is_very_slow_the_widest_step_is_left_out(monkeypatch):
    for ratio, widths in ((2.0, 2), (400.0, 1)):
        monkeypatch.setattr(speed, "relative", lambda a, b, *pairs, ratio=ratio: ratio)
        found = speed.measure()
        assert len(found["steps"]) == widths
        assert all(0 < part <= 1 and got == ratio for part, got in found["steps"].values())


def test_products_agree_within_their_formats():
    torch.manual_seed(0)
    native = speed.product(torch.bfloat16, 32)()
    torch.manual_seed(0)
    cast = speed.cast_product(32)()
    assert native.dtype == cast.dtype == torch.bfloat16
    torch.testing.assert_close(native, cast)
