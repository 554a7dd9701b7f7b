"""Lab 10's check of convolution, norm, convolution: channels removed for real."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from utils.ch10.check_tensors import cut, told
from utils.ch10.lab import CHAINS, conv_norm_conv
from utils.checks import check

CONV = ("kernel_size", "stride", "padding", "padding_mode", "dilation", "groups")
CHAIN_SAID = {
    "plain": "three layers with biases",
    "no bias": "convolutions without biases (bias=False, as in front of a norm)",
    "no bias behind": "a second convolution without a bias",
    "no bias in front": "a first convolution without a bias",
    "strided": "strides and paddings",
    "same": 'padding="same"',
    "dilated": "dilations",
    "padded": "padding_mode",
    "eps": "a norm with an eps and a momentum of its own",
    "training": "layers in training mode",
    "float64": "layers in float64",
    "all": "all channels stay, in another order",
    "all in order": "all channels stay where they are",
    "one": "a single channel stays",
    "in a row": "channels that stand side by side",
}


def shares(a: nn.Module, b: nn.Module) -> bool:
    storages = [
        {t.untyped_storage().data_ptr() for t in m.state_dict().values() if t.numel()} for m in (a, b)
    ]
    return bool(storages[0] & storages[1])


@check("10-remove")
def check_remove(that, remove):
    rng = np.random.default_rng(12)
    for kind in [*CHAINS, *CHAINS]:
        *chain, keep, x = conv_norm_conv(rng, kind)
        old = copy.deepcopy(chain)
        c = old[0].out_channels
        given = list(keep)
        got = remove(*chain, given)
        words = f"{CHAIN_SAID[kind]}, keep={keep} of {c}"
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        three = isinstance(got, tuple | list) and len(got) == 3 and all(isinstance(m, nn.Module) for m in got)
        that(three, f"{words}: return three modules, (first, norm, second); yours is {got!s:.80}", 1)
        for module, its, name in zip(
            got, (nn.Conv2d, nn.BatchNorm2d, nn.Conv2d), ("first", "norm", "second"), strict=True
        ):
            that(
                type(module) is its, f"{words}: {name} is a {type(module).__name__}, and no {its.__name__}", 1
            )
        that(given == keep, f"{words}: your code changed the list keep, which belongs to the caller", 1)
        for new, was, name in zip(chain, old, ("first", "norm", "second"), strict=True):
            same = all(
                torch.equal(a, b)
                for a, b in zip(new.state_dict().values(), was.state_dict().values(), strict=True)
            )
            same &= new.extra_repr() == was.extra_repr()
            that(same, f"{words}: your code changed the {name} that it was given: make copies", 1)
        tensors(that, words, got, old, keep)
        attributes(that, words, got, old, keep)
        for module, was, given_one, name in zip(got, old, chain, ("first", "norm", "second"), strict=True):
            shared = shares(module, given_one)
            mode = (
                f"{words}: {name} was in {'training' if was.training else 'evaluation'} mode, and isn't now"
            )
            that(module.training == was.training, mode, 3)
            that(not shared, f"{words}: {name} shares memory with the old one: clone()", 3)
        exact = masked(old, keep, x)
        with torch.no_grad():
            y = got[2](got[1](got[0](x)).relu())
        near = y.shape == exact.shape and torch.allclose(
            y, exact, rtol=1e-4, atol=1e-4 * float(exact.abs().max())
        )
        that(near, f"{words}: it doesn't compute what the old chain does with the other channels at 0", 3)


def masked(chain: list[nn.Module], keep: list[int], x: torch.Tensor) -> torch.Tensor:
    """What the chain makes of x if all other channels are 0 after the relu."""
    first, norm, second = copy.deepcopy(chain)
    with torch.no_grad():
        h = norm(first(x)).relu()
        return second(h * torch.isin(torch.arange(h.shape[1]), torch.as_tensor(keep))[:, None, None])


def tensors(that, words: str, got, old, keep: list[int]) -> None:
    plan = [(0, "weight", (keep, None), 1), (2, "weight", (None, keep), 1), (0, "bias", (keep,), 2)]
    plan += [(1, n, (keep,), 2) for n in ("weight", "bias", "running_mean", "running_var")]
    plan += [(2, "bias", (None,), 2), (1, "num_batches_tracked", (), 3)]
    for i, name, keeps, hint in plan:
        which = f"{('first', 'norm', 'second')[i]}.{name}"
        full, yours = getattr(old[i], name), getattr(got[i], name)
        if full is None or yours is None:
            extra = f"{words}: {which} {'was None, and is there now' if full is None else 'is missing'}"
            that(full is None and yours is None, f"{extra}. A layer without a bias stays one without", 2)
            continue
        its = isinstance(yours, torch.Tensor)
        that(its, f"{words}: {which} is a {type(yours).__name__}, and no tensor", 2)
        stored = name in got[i].state_dict()
        that(stored, f"{words}: {which} is no Parameter or buffer: state_dict() doesn't have it", 2)
        that(yours.dtype == full.dtype, f"{words}: {which} was {full.dtype}, and is {yours.dtype}", 3)
        yours, full = yours.detach(), full.detach()
        right = cut(full, *keeps)
        equal = yours.shape == right.shape and torch.equal(yours, right)
        if not equal:
            why = f"it was {full.tolist()} and stays so; yours is {yours.tolist()}"
            if name == "bias" and i == 2:
                why = "it belongs to the outputs of second, all of which stay: it isn't cut"
            elif keeps:
                why = told(yours, full, *keeps)
            that(False, f"{words}: {which}: {why}", hint)


def attributes(that, words: str, got, old, keep: list[int]) -> None:
    k = len(keep)
    wanted = [(0, "out_channels", k), (0, "in_channels", old[0].in_channels), (1, "num_features", k)]
    wanted += [(2, "in_channels", k), (2, "out_channels", old[2].out_channels)]
    wanted += [(i, name, getattr(old[i], name)) for i in (0, 2) for name in CONV]
    wanted += [
        (1, name, getattr(old[1], name)) for name in ("eps", "momentum", "affine", "track_running_stats")
    ]
    for i, name, value in wanted:
        which, yours = f"{('first', 'norm', 'second')[i]}.{name}", getattr(got[i], name, None)
        that(yours == value, f"{words}: {which} is {value!r}; yours {yours!r}", 3)
