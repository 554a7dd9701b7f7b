"""What lab 10 hands its answers: graphs of layers, networks to cut, and cuts of which some are wrong."""

from __future__ import annotations

import copy
from collections.abc import Callable
from string import ascii_lowercase

import numpy as np
import torch
from torch import nn

from utils.checks import fixed
from utils.cnn.in_torch import load_cnn
from utils.data import load_mnist, tensors

Node = tuple[str, str, list[str]]  # name, kind, the names of its inputs

GRAPHS = {  # what a graph tells → its nodes, in short
    "chain": "x input; a conv x; b norm a; c relu b; d conv c; e relu d; f flatten e; g linear f",
    "reader": "x input; a conv x; b relu a; c conv b; d conv b; e add c d; f linear e",
    "block": "x input; a conv x; b norm a; c relu b; d conv c; e norm d; f relu e; g conv f; h norm g; i add h c; "
    "j relu i; k pool j; l flatten k; m linear l",
    "two blocks": "x input; a conv x; b relu a; c conv b; d add c b; e relu d; f conv e; g relu f; h conv g; i norm h; "
    "j add e i; k conv j; l relu k; m linear l",
    "projection": "x input; a conv x; b conv a; c relu b; d conv c; e norm d; f conv a; g norm f; h add e g; i relu h; "
    "j flatten i; k linear j",
    "depthwise": "x input; a conv x; b relu a; c depthwise b; d norm c; e conv d; f norm e; g add f b; h linear g",
    "input added": "x input; a conv x; b relu a; c conv b; d norm c; e add x d; f conv e; g depthwise f; h linear g",
    "added input": "x input; a conv x; b relu a; c add b x; d conv c; e linear d",
    "aside": "x input; a conv x; b conv a; c linear a; d relu b",
    "late": "x input; a conv x; b conv x; c add a b; d conv x; e conv x; f norm e; g add d f; h relu c; i add g h; "
    "j linear i",
    "three": "x input; a conv x; b conv a; c conv b; d add a b c; e linear d",
    "last norm": "x input; a conv x; b relu a; c conv b; d norm c; e conv b; f add d e; g norm f; h relu g",
    "early output": "x input; a conv x; b relu a; c conv b; d relu c; e conv d; f norm d; g relu f",
    "dead end": "x input; a conv x; b relu a; c conv b; d norm b; e linear d",
    "loop": "x input; a conv x; b conv a; c add b a; d relu c; e linear d",
    "two inputs": "x input; y input; a linear x; b linear y; c norm b; d add a c; e depthwise y; f linear d; g relu f; "
    "h linear g",
}


def graph(rng: np.random.Generator, kind: str) -> list[Node]:
    """A network's nodes, of a ``kind`` in GRAPHS or ``"drawn"``; their names are drawn."""
    nodes = [line.split() for line in GRAPHS[kind].split("; ")] if kind != "drawn" else _drawn(rng)
    letters = dict(zip(ascii_lowercase, rng.permutation(list(ascii_lowercase)), strict=True))
    named = {key: f"{its_kind} {letters[key]}" for key, its_kind, *_ in nodes}
    return [(named[key], its_kind, [named[it] for it in inputs]) for key, its_kind, *inputs in nodes]


def _drawn(rng: np.random.Generator) -> list[list[str]]:
    nodes, free = [["a", "input"]], list("bcdefghijklmnopqrstuvwx")
    for key in free:
        kind = str(rng.choice(["conv", "conv", "linear", "norm", "relu", "depthwise", "add", "add"]))
        before = [it[0] for it in nodes[-6:]]
        number = int(rng.integers(2, 4)) if kind == "add" else 1
        nodes.append([key, kind, *rng.choice(before[-4:] if key < "e" else before, number).tolist()])
    return [*nodes, ["y", "conv", str(rng.choice(["v", "w", "x"]))], ["z", "linear", "y"]]


def nodes_of(network: nn.Module) -> list[Node]:
    """A PyTorch network as a graph of such nodes, traced by torch.fx."""
    kinds = {nn.Conv2d: "conv", nn.BatchNorm2d: "norm", nn.ReLU: "relu", nn.Linear: "linear"}
    nodes, modules = [], dict(network.named_modules())
    for node in torch.fx.symbolic_trace(network).graph.nodes:
        if node.op == "output":
            continue
        kind = "input" if node.op == "placeholder" else "pool"
        if node.op == "call_module":
            kind = kinds[type(modules[node.target])]
        elif node.op == "call_function":
            kind = "add" if "add" in str(node.target) else "relu"
        name = node.target if node.op == "call_module" else node.name
        nodes.append((node, name, kind))
    names = {node: name for node, name, _ in nodes}
    return [(name, kind, [names[it] for it in node.all_input_nodes]) for node, name, kind in nodes]


def drawn(module: nn.Module, rng: np.random.Generator) -> nn.Module:
    """The module, with every weight and statistic drawn, so that no two channels are alike."""
    for name, tensor in module.state_dict().items():
        if tensor.is_floating_point():
            values = rng.uniform(0.5, 2, tensor.shape) if "var" in name else rng.normal(0, 1, tensor.shape)
            tensor.copy_(torch.as_tensor(values))
    return module


def some(rng: np.random.Generator, n: int, k: int) -> list[int]:
    """``k`` of ``n`` channels, not in ascending order, and such that taking them isn't giving them back."""
    while True:
        keep = rng.permutation(n)[:k].tolist()
        turned = np.argsort(keep).tolist()
        if k < 3 or (keep != sorted(keep) and turned != np.argsort(turned).tolist()):
            return keep


def to_keep(rng: np.random.Generator, n: int, k: int, kind: str = "") -> list[int]:
    """Channels that stay: ``some``, or those of a ``kind`` that is easily forgotten."""
    if kind == "all":
        return some(rng, n, n)
    return {"all in order": list(range(n)), "one": [n - 2], "in a row": [1, 2, 3]}.get(kind) or some(
        rng, n, k
    )


CHAINS = {  # what a chain of conv, norm, conv tells → arguments of the two convolutions, the norm, its mode
    "plain": ({}, {}, {}),
    "no bias": ({"bias": False}, {}, {"bias": False}),
    "no bias behind": ({}, {}, {"bias": False}),
    "no bias in front": ({"bias": False, "padding": 1}, {}, {}),
    "strided": ({"stride": 2, "padding": (1, 2)}, {}, {"stride": (1, 2), "padding": 1}),
    "same": ({"padding": "same"}, {}, {"padding": "same"}),
    "dilated": ({"dilation": (1, 2)}, {}, {"padding": 2, "dilation": 2}),
    "padded": ({"padding": 1, "padding_mode": "reflect"}, {}, {"padding": 1, "padding_mode": "circular"}),
    "eps": ({}, {"eps": 0.3, "momentum": 0.02}, {}),
    "training": ({}, {}, {}),
    "float64": ({}, {}, {}),
    "all": ({}, {}, {}),
    "all in order": ({}, {}, {}),
    "one": ({}, {}, {}),
    "in a row": ({}, {}, {}),
}


def conv_norm_conv(rng: np.random.Generator, kind: str):
    """(first, norm, second, keep, x): two convolutions with a batch norm between them, of a kind in CHAINS."""
    before, its, after = CHAINS[kind]
    c = int(rng.integers(6, 9))
    sizes = ((3, 3), (1, 3)) if kind == "same" else ((3, 2), (2, 3))  # "same" is made for odd ones
    first = nn.Conv2d(3, c, sizes[0], **before)
    chain = [first, nn.BatchNorm2d(c, **its), nn.Conv2d(c, 9, sizes[1], **after)]
    dtype = torch.float64 if kind == "float64" else torch.float32
    for module in chain:
        drawn(module.to(dtype), rng).train(kind == "training")
    chain[1].num_batches_tracked += 77
    return (
        *chain,
        to_keep(rng, c, int(rng.integers(3, c - 1)), kind),
        torch.as_tensor(rng.normal(size=(2, 3, 12, 12))).to(dtype),
    )


FLATTENS = {  # what a linear layer behind a flatten tells → its bias, are kept values NaN, c, h·w, outputs, keep
    "bias": (True, False, None, None, 4, ""),
    "no bias": (False, False, None, None, 4, ""),
    "spoiled": (True, True, None, None, 4, ""),
    "no bias, spoiled": (False, True, None, None, 4, ""),
    "example": (True, True, 2, 2, 1, "one"),
    "one goes": (True, False, 4, 5, 3, "in a row"),
    "one place": (True, False, 5, 1, 4, ""),
    "one": (False, False, None, None, 4, "one"),
    "all": (True, True, None, None, 4, "all"),
    "all in order": (True, False, None, None, 4, "all in order"),
    "all, no bias": (False, True, None, None, 4, "all"),
}


def before_flatten(rng: np.random.Generator, kind: str = "bias"):
    """(linear, keep, values) of a kind in FLATTENS."""
    bias, spoiled, c, places, outputs, its_keep = FLATTENS[kind]
    c, places = c or int(rng.integers(5, 8)), places or int(rng.integers(4, 10))
    linear = drawn(nn.Linear(c * places, outputs, bias=bias), rng)
    keep, values = to_keep(rng, c, 3, its_keep), torch.as_tensor(rng.normal(1, 1, c)).float()
    gone = [i for i in range(c) if i not in keep]
    values[gone] = values[gone].abs() + 0.5
    values[gone[:1]] *= -1  # both signs, whatever was drawn
    values[keep] = torch.nan if spoiled else values[keep]
    return linear, keep, values


class Block(nn.Module):
    """relu(norm2(conv2(relu(norm1(conv1(x))))) + x), or + skip(x) where the number of channels changes."""

    def __init__(self, before: int, inner: int, after: int, skip: bool):
        super().__init__()
        self.conv1, self.norm1 = nn.Conv2d(before, inner, 3, padding=1, bias=False), nn.BatchNorm2d(inner)
        self.conv2, self.norm2 = nn.Conv2d(inner, after, 3, padding=1, bias=False), nn.BatchNorm2d(after)
        self.skip = nn.Conv2d(before, after, 1) if skip else None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm2(self.conv2(self.norm1(self.conv1(x)).relu()))
        return (y + (x if self.skip is None else self.skip(x))).relu()


class SmallResNet(nn.Module):
    """Images (b, 1, h, w) in, logits (b, 10) out; ``widths``: of stream1, stream2, inner0, inner1, inner2."""

    def __init__(self, stream1: int, stream2: int, inner0: int, inner1: int, inner2: int):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(1, stream1, 3, stride=2), nn.BatchNorm2d(stream1)
        self.block0 = Block(stream1, inner0, stream1, skip=False)
        self.block1 = Block(stream1, inner1, stream2, skip=True)
        self.block2 = Block(stream2, inner2, stream2, skip=False)
        self.head = nn.Linear(stream2, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.norm(self.stem(x)).relu()
        x = self.block2(self.block1(self.block0(x)))
        return self.head(x.mean(dim=(2, 3)))


GROUPS = ("stream1", "stream2", "inner0", "inner1", "inner2")


KEEPS = ("", "", "", "all", "all in order", "one", "in a row")  # of each group, in the networks that are cut


def resnet(rng: np.random.Generator, widths: list[int], kind: str = ""):
    """(weights, keeps): of a SmallResNet with drawn weights, and half of each group's channels, or of a ``kind``."""
    weights = drawn(SmallResNet(*widths), rng).state_dict()
    for name in weights:
        if name.endswith("tracked"):
            weights[name] += 77
    keeps = {name: to_keep(rng, n, max(3, n // 2), kind) for name, n in zip(GROUPS, widths, strict=True)}
    return {name: tensor.clone() for name, tensor in weights.items()}, keeps


Network = nn.Sequential
Cut = Callable[[Network, list[int]], Network]
OFF = {  # outputs that are off, in parts of the largest → at which output of how many, and with which sign
    "within": lambda y: 0.5e-4 * torch.ones_like(y),
    "smallest within": lambda y: 0.9e-4 * (y.abs() == y.abs().min()),
    "beyond": lambda y: 2e-4 * torch.ones_like(y),
    "below": lambda y: -2e-4 * torch.ones_like(y),
    "last beyond": lambda y: 2e-4 * (torch.arange(y.numel()) == y.numel() - 1).reshape(y.shape),
    "by turns": lambda y: 2e-4 * (1 - 2 * (torch.arange(y.numel()) % 2)).reshape(y.shape),
    "NaN": lambda y: torch.full_like(y, torch.nan),
}
RIGHT_CUTS = ("as asked", "norm folded", "rescaled", "as asked, in place", "within", "smallest within")
WRONG_CUTS = ("filters", "bias", "gamma", "beta", "mean", "variance", "next", "inverse", "filters inverse")
WRONG_OUTPUTS = ("next, in place", "beyond", "below", "last beyond", "by turns", "NaN")


class Off(nn.Module):
    """A flatten whose outputs are off, by a kind in OFF."""

    def __init__(self, kind: str):
        super().__init__()
        self.kind = kind

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = x.flatten(1)
        return y + OFF[self.kind](y) * y.abs().max()


def small_network(rng: np.random.Generator, kind: str, channels: int = 5) -> Network:
    """conv, norm, relu, conv, flatten on images (b, 1, 7, 7): "fresh" or "zero biases", as made; or "trained"."""
    with torch.random.fork_rng():
        torch.manual_seed(int(rng.integers(2**31)))
        parts = (
            nn.Conv2d(1, channels, 3),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, 3, 3),
            nn.Flatten(),
        )
        network = nn.Sequential(*parts)
    if kind == "zero biases":
        nn.init.zeros_(network[0].bias)
        nn.init.zeros_(network[3].bias)
    return drawn(network, rng).eval() if kind == "trained" else network


def a_cut(kind: str) -> Cut:
    """``cut(network, order)``: the network with those hidden channels, in that order; wrong in one thing, or right."""
    its = kind.removesuffix(", in place")

    def cut(network: Network, order: list[int]) -> Network:
        new = network if kind.endswith("in place") else copy.deepcopy(network)
        if kind == "neighbours":  # right but for which channels stay
            order = [(it + 1) % network[0].out_channels for it in order]
        conv, norm, _, after, _ = new
        order = torch.as_tensor(order)
        turned = torch.argsort(order)
        with torch.no_grad():
            for name, tensor in (
                ("filters", conv.weight),
                ("bias", conv.bias),
                ("gamma", norm.weight),
                ("beta", norm.bias),
                ("mean", norm.running_mean),
                ("variance", norm.running_var),
            ):
                if name != its:
                    tensor.data = tensor[turned if its == f"{name} inverse" else order].clone()
            if its != "next":
                after.weight.data = after.weight[:, turned if its == "inverse" else order].clone()
            conv.out_channels = norm.num_features = after.in_channels = len(order)
            if kind == "norm folded" and not new.training:
                gain = norm.weight / (norm.running_var + norm.eps).sqrt()
                conv.bias.data = (conv.bias - norm.running_mean) * gain + norm.bias
                conv.weight.data = conv.weight * gain[:, None, None, None]
                new[1] = nn.Identity()
            if kind == "rescaled":
                factor = 10.0 ** (torch.arange(len(order)) % 3)
                norm.weight.data, norm.bias.data = norm.weight * factor, norm.bias * factor
                after.weight.data = after.weight / factor[:, None, None]
            if kind in OFF:
                new[4] = Off(kind)
        return new

    return cut


def try_neighbours(is_right: Callable[[Cut, Network, torch.Tensor], bool]) -> None:
    """Print what a permutation, and zeros behind the relu, say of a right cut and of one that keeps others."""
    rng = np.random.default_rng(0)
    network, x, keep = small_network(rng, "trained"), torch.rand(8, 1, 7, 7), [3, 0]
    mask = torch.zeros(network[0].out_channels, 1, 1)
    mask[keep] = 1
    zeroed = network[3:](network[:3](x) * mask)
    for kind in ("as asked", "neighbours"):
        cut = a_cut(kind)
        off = (cut(network, keep)(x) - zeroed).abs().max()
        same = bool(off <= 1e-4 * zeroed.abs().max())
        print(f"{kind}: by your test, right: {is_right(cut, network, x)}; against zeros, right: {same}")


def last_layer(masked: list[int], n: int = 2000) -> tuple[torch.Tensor, nn.Linear]:
    """Of the course's CNN: what its flatten gets of ``n`` validation images (n, 64, 5, 5), and its linear layer.

    The weights of the ``masked`` filters are 0, as a mask leaves them; their biases aren't.
    """
    network = load_cnn()
    with torch.no_grad():
        network[3].weight[masked] = 0
        x, _ = tensors(load_mnist().x_val[:n], load_mnist().y_val[:n])
        return network[:6](x), network[7]


fixed(__name__)
