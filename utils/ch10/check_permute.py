"""Lab 10's check of a permutation test: cuts that it must accept, and those that it must find."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from utils.ch10.lab import OFF, RIGHT_CUTS, WRONG_CUTS, WRONG_OUTPUTS, a_cut, small_network
from utils.checks import check

CUT_SAID = {
    "as asked": "a cut that is right",
    "norm folded": "a right cut that also folds the norm into the convolution: other weights, the same outputs",
    "rescaled": "a right cut that scales channels up, and the next layer's weights down",
    "as asked, in place": "a right cut that changes the network it is given, and returns that",
    "within": "a right cut whose outputs are off by half of what is allowed",
    "smallest within": "a right cut: one small output is off by 0.9 of what is allowed",
    "next, in place": "a cut that changes the network it is given, but for the next layer's inputs, and returns that",
    "beyond": "a cut whose outputs are all too large, by twice what is allowed",
    "below": "a cut whose outputs are all too small, by twice what is allowed",
    "last beyond": "a cut whose last image's last output is off by twice what is allowed",
    "by turns": "a cut whose outputs are too large and too small by turns",
    "NaN": "a cut whose outputs are all NaN",
    "filters": "a cut that leaves the convolution's filters where they were",
    "bias": "a cut that leaves the convolution's bias where it was",
    "gamma": "a cut that leaves norm.weight where it was",
    "beta": "a cut that leaves norm.bias where it was",
    "mean": "a cut that leaves running_mean where it was",
    "variance": "a cut that leaves running_var where it was",
    "next": "a cut that leaves the next layer's inputs where they were",
    "inverse": "a cut that takes the next layer's inputs in the inverse order",
    "filters inverse": "a cut that takes the filters in the inverse order",
}
NETWORK_SAID = {
    "trained": "a network whose channels all differ",
    "fresh": "a fresh network, in training mode: its norm treats all channels alike",
    "zero biases": "a fresh network whose biases are all 0",
}


WHY_REFUSED = {  # kind of right cut → why it is right
    "norm folded": "Its weights are others, and its outputs are the same: it is outputs that count",
    "rescaled": "Its weights are others, and its outputs are the same: it is outputs that count",
    "as asked, in place": "It changes the network that it is handed: take that one's outputs before you call cut",
}


def why_refused(is_right, network: nn.Module, x: torch.Tensor) -> str:
    """Why a right cut is refused, by two that return the very same bits: of what it is handed, and of the network."""
    same = is_right(lambda mine, order: copy.deepcopy(mine), copy.deepcopy(network), x.clone())
    if same:
        return "A right cut's outputs differ by rounding, about 1e-7 of the largest: allow 1e-4 of it"
    if is_right(a_cut("next"), copy.deepcopy(network), x.clone()):
        return "And of a wrong cut you say True: the comparison is the wrong way round"
    given = copy.deepcopy(network)
    if is_right(lambda mine, order: copy.deepcopy(given), given, x.clone()):
        return "You compare with outputs of network: compare with those of the copy that you hand cut"
    if is_right(lambda mine, order: copy.deepcopy(mine).train(), copy.deepcopy(network), x.clone()):
        return "You compare outputs in training mode with ones in evaluation mode"
    return "You say False even if cut returns what it was handed, bit for bit, and all outputs are equal"


FAR_OFF = {  # what outputs are made of right ones → which wrong ones pass
    "Outputs that are all twice as large pass": lambda y: 2 * y,
    "Outputs that are all larger, each by as much as the largest is, pass": lambda y: y + y.abs().max(),
    "Outputs that are all smaller, each by as much as the largest is, pass": lambda y: y - y.abs().max(),
    "Any last output of the last image passes": lambda y: y + 9 * y.abs().max() * (at(y) == y.numel() - 1),
    "Any outputs of the last image pass": lambda y: y + 9 * y.abs().max() * (at(y) >= y.numel() - y.shape[1]),
}


def at(y: torch.Tensor) -> torch.Tensor:
    """The place of each output."""
    return torch.arange(y.numel()).reshape(y.shape)


class Changed(nn.Module):
    """A flatten, and a function of it."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.function(x.flatten(1))


def why_accepted(is_right, network: nn.Module, x: torch.Tensor) -> str:
    """Why a wrong cut is accepted, by outputs that are farther off."""
    for words, function in FAR_OFF.items():

        def cut(mine, order, function=function):
            return nn.Sequential(*copy.deepcopy(mine)[:4], Changed(function))

        if is_right(cut, copy.deepcopy(network), x.clone()):
            return f"{words}. All outputs of all images count, each to 1e-4 of the largest |output|"
    return "You find outputs that are far off, and not these: allow 1e-4 of the largest |output|, and no more"


TOLD_OFF = (
    "Every output of every image counts, its difference without the sign, against 1e-4 of the largest |output|; "
    "NaN is never within a bound: ask for <=, and not for >"
)


class Noted:
    """A cut that notes its orders, and what in them, or in the network, makes a test blind to its mistake."""

    def __init__(self, kind: str, given: nn.Module):
        self.kind, self.given, self.orders, self.blind = kind, given, [], ("", 1)
        self.refused, self.handed = WHY_REFUSED.get(kind, ""), list

    def __call__(self, network, order):
        if not isinstance(order, list):
            self.handed = type(order)
        if network is self.given:
            self.refused = "You hand cut the network itself: compare two outputs of the same copy"
        elif network.training:
            self.refused = "The copy that you hand cut is in training mode: call eval() on it first"
        elif (network[1].running_var < 0).any():
            self.refused = (
                "In your copy a variance is negative, so that all outputs are NaN: draw positive ones"
            )
        elif self.kind in OFF:
            self.refused = (
                "What counts is the largest difference, against 1e-4 of the largest |output| of all"
            )
        order = [int(it) for it in order]
        self.orders.append(order)
        conv, norm = network[0], network[1]
        its = {"bias": conv.bias, "gamma": norm.weight, "beta": norm.bias, "mean": norm.running_mean}
        its |= {"variance": norm.running_var, "filters": conv.weight.flatten(1)[:, 0]}
        tensor = its.get(self.kind)
        if self.kind in OFF:
            self.blind = (TOLD_OFF, 3)
        elif "in place" in self.kind:
            self.blind = ("run the old network before you call cut: afterwards it is another one", 3)
        elif all(it == sorted(it) for it in self.orders):
            self.blind = ("with the channels in the order in which they stand, nothing is tested", 1)
        elif "inverse" in self.kind and all(np.array_equal(np.argsort(it), it) for it in self.orders):
            self.blind = ("such an order is its own inverse: take one that isn't", 2)
        elif tensor is not None and (tensor == tensor[0]).all():
            self.blind = ("all channels have the same number there: draw them, in a copy", 2)
        elif tensor is not None and tensor.std() < 0.01 * tensor.abs().max():
            self.blind = ("your draws hide it: all channels have nearly the same number there", 2)
        elif network.training and self.kind in ("bias", "mean", "variance"):
            self.blind = ("in training mode a norm takes the batch's statistics: call eval() on the copy", 2)
        else:
            self.blind = ("", 3)
        return a_cut(self.kind)(network, order)


@check("10-permute")
def check_permute(that, is_right):
    rng = np.random.default_rng(15)
    for network_kind in ("trained", "fresh", "zero biases", "trained", "fresh"):
        for kind in (*RIGHT_CUTS, *WRONG_CUTS, *WRONG_OUTPUTS):
            network = small_network(rng, network_kind, int(rng.integers(3, 7)))
            if network_kind == "trained" and kind == "variance":
                network.train()
            network[0].train(not network.training)  # a convolution does the same in both
            before, modes = copy.deepcopy(network.state_dict()), [m.training for m in network.modules()]
            x = torch.as_tensor(rng.normal(size=(6, 1, 7, 7))).float()
            its_x = x.clone()
            noted = Noted(kind, network)
            got = is_right(noted, network, its_x)
            gradients = torch.is_grad_enabled()
            torch.set_grad_enabled(True)
            words = f"{CUT_SAID[kind]}, on {NETWORK_SAID[network_kind]}"
            that(got is not None, f"{words}: nothing came back; is there a return?", 1)
            two = isinstance(got, bool | np.bool_)
            that(two, f"{words}: True or False is asked; yours is a {type(got).__name__}", 1)
            that(noted.orders, f"{words}: you never called cut", 1)
            handed = noted.handed
            that(handed is list, f"{words}: order is a list of whole numbers, and no {handed.__name__}", 2)
            n = network[0].out_channels
            short = next((it for it in noted.orders if sorted(it) != list(range(n))), None)
            that(short is None, f"{words}: an order holds each of the {n} channels once; yours is {short}", 1)
            same = all(
                torch.equal(a, b) for a, b in zip(before.values(), network.state_dict().values(), strict=True)
            )
            that(same, f"{words}: your code changed the network's weights or statistics: work on a copy", 2)
            same = [m.training for m in network.modules()] == modes
            that(same, f"{words}: your code changed the mode of the network or of a layer: work on a copy", 2)
            that(torch.equal(x, its_x), f"{words}: your code changed x, which belongs to the caller", 1)
            off = "your code leaves gradients switched off: `with torch.no_grad():` switches them back on"
            that(gradients, f"{words}: {off}", 2)
            if kind in RIGHT_CUTS:
                why = noted.refused if got else noted.refused or why_refused(is_right, network, x)
                that(got, f"{words}: it is right, and you say False. {why}", 3)
            why, hint = noted.blind
            if got and kind in WRONG_CUTS and not why:
                why = why_accepted(is_right, network, x)
            shown = f"your orders: {noted.orders[:3]}"
            that(
                kind in RIGHT_CUTS or not got,
                f"{words}: it is wrong, and you say True ({shown}). {why}",
                hint,
            )
