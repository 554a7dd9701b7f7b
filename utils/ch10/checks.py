"""The visible checks of lab 10, and what is right: groups of a graph, cut weights, what a wrong cut looks like."""

from __future__ import annotations

import copy

import numpy as np
import torch
from torch import nn

from utils.ch10.design import MOST_MS, PLACES, BadPlan, as_keeps, cut_cnn, milliseconds, validation_accuracy
from utils.ch10.lab import (
    CHAINS,
    FLATTENS,
    GRAPHS,
    GROUPS,
    KEEPS,
    OFF,
    RIGHT_CUTS,
    WRONG_CUTS,
    WRONG_OUTPUTS,
    SmallResNet,
    a_cut,
    before_flatten,
    conv_norm_conv,
    graph,
    resnet,
    small_network,
)
from utils.checks import check
from utils.cnn.in_torch import load_cnn

# ---- 1 · coupled ---------------------------------------------------------------------------------

HOLD = ("conv", "depthwise", "norm", "linear")  # kinds that have weights for the channels that they return
SAID = {
    "chain": "a chain",
    "reader": "two layers that read one",
    "block": "a residual block",
    "two blocks": "two residual blocks, one on the other",
    "projection": "a block with a convolution in its shortcut",
    "depthwise": "a depthwise convolution in a block",
    "input added": "a convolution whose result is added to the input",
    "added input": "the input, added to a convolution's result",
    "aside": "a linear layer whose result nobody reads, and which isn't what the network returns",
    "late": "two groups that meet later on",
    "three": "an add of three",
    "last norm": "a network that ends in norm and relu",
    "early output": "a network whose last convolution isn't behind what it returns",
    "dead end": "a convolution that nobody reads, and a norm",
    "loop": "a convolution that is added to its own input",
    "two inputs": "two inputs",
    "drawn": "a graph that was drawn",
}


def makers_of(mistake: str) -> tuple[str, ...]:
    """Kinds that begin a group; with a usual mistake in it."""
    more = {"depthwise makes": "depthwise", "flatten begins": "flatten"}.get(mistake)
    return (
        "input",
        "conv",
        *(() if mistake == "linear hands on" else ("linear",)),
        *([more] if more else []),
    )


def numbers(nodes, mistake: str = "") -> dict[str, int]:
    """The number of each node's group."""
    makers = makers_of(mistake)
    of: dict[str, int] = {}
    for i, (name, kind, inputs) in enumerate(nodes):
        of[name] = i if kind in makers else of[inputs[0]]
        others = inputs[1:2] if mistake == "two of three" else inputs[1:]
        for other in others if mistake != "no add" else []:
            old = of[other]
            if mistake == "add moves":
                of[name] = old
            elif mistake == "not all move":
                of[other] = of[name]
            else:
                of = {n: of[name] if g == old else g for n, g in of.items()}
    return of


def groups(nodes, mistake: str = "") -> list[tuple[list[str], list[str]]]:
    """(made, read) of each group that may be cut; with a usual ``mistake`` (MISTAKES) in it."""
    of = numbers(nodes, mistake)
    makers = makers_of(mistake)
    fixed = {of[n] for n, kind, _ in nodes if kind == "input"} if mistake != "input stays in" else set()
    if mistake == "first input":
        fixed = {of[nodes[0][0]]}
    if mistake == "last maker":
        fixed |= {of[[n for n, kind, _ in nodes if kind in makers][-1]]}
    elif mistake != "output stays in":
        fixed |= {of[nodes[-1][0]]}
    hold = {"all": (*HOLD, "relu", "pool", "flatten", "add"), "no norm": HOLD[:2] + HOLD[3:]}.get(
        mistake, HOLD
    )
    hold = {"no depthwise": ("conv", "norm", "linear"), "makers": ("conv", "linear")}.get(mistake, hold)
    hold = {"linear isn't made": HOLD[:3], "relu made": (*HOLD, "relu")}.get(mistake, hold)
    readers = {"linear doesn't read": ("conv",), "all read": HOLD}.get(mistake, ("conv", "linear"))
    found = []
    for g in dict.fromkeys(of.values()):
        made = [n for n, kind, _ in nodes if of[n] == g and kind in hold]
        read = [n for n, kind, inputs in nodes if kind in readers and of[inputs[0]] == g]
        if mistake == "direct":
            read = [n for n in read if next(i for m, _, i in nodes if m == n)[0] in made]
        if mistake == "not in both":
            read = [n for n in read if n not in made]
        read = {"one reader": read[:1], "last reader": read[-1:]}.get(mistake, read)
        left = (mistake == "no readers" and not read) or (mistake == "singles" and len(made) == 1)
        if g not in fixed and made and not left:
            found.append((made, read))
    order = {n: i for i, (n, _, _) in enumerate(nodes)}
    return sorted(found, key=lambda it: order[it[0][0]])


MISTAKES = {  # mistake → words, hint
    "no add": ("an add couples what it adds: their channels stay or go together", 1),
    "add moves": (
        "an add makes one group of both of its inputs' groups, and doesn't change over to another",
        2,
    ),
    "two of three": ("an add may have three inputs: all of them are coupled", 2),
    "not all move": (
        "when two groups meet, everything that was in either belongs to one: move all their nodes",
        2,
    ),
    "output stays in": ("the last node is what the network returns: its group has to stay whole", 1),
    "last maker": ("the group that stays is that of the last node, not that of the last conv or linear", 1),
    "first input": ("there may be more than one input, and none of their groups may be cut", 1),
    "input stays in": ("channels that are coupled with an input can't go: leave that group out", 1),
    "depthwise makes": ("a depthwise convolution hands each channel on by itself: it begins no new group", 1),
    "no depthwise": ("a depthwise convolution has a filter for each of its channels: it belongs to made", 1),
    "no norm": ("a norm has numbers for each of its channels: it belongs to made", 1),
    "makers": ("norm and depthwise hold numbers for each channel: they belong to made", 1),
    "all": ("relu, pool, flatten and add hold no weights: they aren't listed", 1),
    "all read": ("norm and depthwise keep to their channels: they are in made, and not in read", 1),
    "direct": ("a layer also reads through relu, pool, flatten and add, which hold no weights", 2),
    "one reader": ("a group may have several readers, and you list the first", 2),
    "last reader": ("a group may have several readers, and you list the last", 2),
    "not in both": ("a node may be in both lists of a group: it reads its channels and makes such", 2),
    "linear hands on": ("a linear layer makes channels of its own, as a convolution does: a new group", 1),
    "linear isn't made": ("a linear layer makes channels, too: it belongs to made", 1),
    "linear doesn't read": ("a linear layer reads channels, too, as a convolution does", 1),
    "flatten begins": ("a flatten hands its input's channels on: it begins no new group", 1),
    "relu made": ("a relu holds no weights: it isn't listed", 1),
    "singles": ("a group may be of a single layer: that may be cut as well", 1),
    "no readers": ("a group that nobody reads may be cut, too: it is listed, with an empty read", 1),
}


def in_lists(got) -> list[tuple[list[str], list[str]]]:
    return [(list(made), list(read)) for made, read in got]


def in_words(group) -> str:
    made, read = (", ".join(names) or "nothing" for names in group)
    return f"made {made}; read by {read}"


def part(kind: str, nodes, right, yours) -> str:
    """The first group that differs, of right and of yours, with the nodes that belong to it."""
    of, reads = numbers(nodes), ("conv", "linear")
    group = next((it for it in right if it not in yours), None)
    differs = group or next((it for it in yours if it not in right), None)
    if differs is None:
        twice = next(it for it in yours if yours.count(it) > 1)
        return f"For {SAID[kind]} a group stands there twice: {in_words(twice)}"
    number = next((of[n] for n in differs[0] if n in of), None)
    its = [
        f"{n} of {' and '.join(i)}" if i else n
        for n, its_kind, i in nodes
        if of[n] == number or (its_kind in reads and of[i[0]] == number)
    ]
    take = f"Take {SAID[kind]} ({'; '.join(its) or drawing(nodes)})"
    if group is None:
        return f"{take}: this group isn't to be listed; yours has {in_words(differs)}"
    same = [it for it in yours if set(it[0]) & set(group[0])]
    return f"{take}. Right: {in_words(group)}. Yours: {in_words(same[0]) if same else 'no such group'}"


def drawing(nodes) -> str:
    return "; ".join(name + (f" of {' and '.join(inputs)}" if inputs else "") for name, _, inputs in nodes)


def mistakes(coupled, nodes, yours) -> list[str]:
    """The usual mistakes that return yours; those first that return what the learner does for all graphs."""
    found = [mistake for mistake in MISTAKES if groups(nodes, mistake) == yours]
    if len(found) < 2:
        return found
    others = [graph(np.random.default_rng(8), kind) for kind in GRAPHS]
    try:
        theirs = [in_lists(coupled(copy.deepcopy(it))) for it in others]
    except Exception:
        return found
    alike = {m: sum(groups(it, m) == one for it, one in zip(others, theirs, strict=True)) for m in found}
    return sorted(found, key=lambda mistake: -alike[mistake])


@check("10-coupled")
def check_coupled(that, coupled):
    rng = np.random.default_rng(10)
    first = graph(np.random.default_rng(9), "chain")
    for kind in [*GRAPHS, *["drawn"] * 12]:
        nodes = graph(rng, kind)
        right = groups(nodes)
        given = copy.deepcopy(nodes)
        got = coupled(given)
        words = f"for {SAID[kind]}"
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        sequence = isinstance(got, list | tuple)
        that(sequence, f"{words}: a list of pairs (made, read) is asked; yours is a {type(got).__name__}", 1)
        for it in got:
            pair = isinstance(it, list | tuple) and len(it) == 2
            that(pair, f"{words}: each group is a pair of lists, (made, read); yours has {it!r}", 1)
            lists = all(
                isinstance(side, list | tuple) and all(isinstance(n, str) for n in side) for side in it
            )
            that(lists, f"{words}: made and read are lists of names, in order; yours has {it!r}", 1)
        that(given == nodes, f"{words}: your code changed nodes, which belong to the caller", 1)
        yours = in_lists(got)
        if yours == right:
            continue
        alike = sorted(map(repr, yours)) == sorted(map(repr, right))
        order = f"{words}: the groups are right, in another order: by the node that comes first in each"
        that(not alike, order, 1)
        plain = sorted((sorted(map(str, a)), sorted(map(str, b))) for a, b in yours)
        sorted_right = sorted((sorted(a), sorted(b)) for a, b in right)
        its = part(kind, nodes, right, yours) if plain != sorted_right or len(yours) == len(right) else ""
        that(plain != sorted_right, f"Names stand in the order of nodes. {its}", 1)
        swapped = [(read, made) for made, read in yours]
        that(swapped != right, f"{words}: first those that make the channels, then those that read them", 1)
        if kind != "chain":  # which was right when it came first
            again = in_lists(coupled(copy.deepcopy(first)))
            left = "called with other nodes, your code returns groups of earlier ones: does something outlive a call?"
            that(again == groups(first), left, 1)
        for mistake in mistakes(coupled, nodes, yours):
            why, hint = MISTAKES[mistake]
            that(False, f"{why[0].upper()}{why[1:]}. {its}", hint)
        less = [m for m in MISTAKES if groups(nodes, m) != right]
        hint = 3 if kind == "drawn" else MISTAKES[less[-1]][1] if less else 2
        that(False, f"{difference(nodes, right, yours)}. {its}", hint)


def difference(nodes, right, yours) -> str:
    """The first thing that is missing or too much, in a sentence."""
    kinds = {name: kind for name, kind, _ in nodes}
    if empty := [read for made, read in yours if not made]:
        whose = ", ".join(empty[0]) or "nobody"
        return f"You list a group, read by {whose}, with nothing in made: one that holds an input is left out"
    flat = [[name for made, _ in side for name in made] for side in (right, yours)]
    if strange := [n for n in flat[1] if n not in kinds]:
        return f"{strange[0]!r} is no node's name"
    if more := [n for n in flat[1] if n not in flat[0]]:
        listed = kinds[more[0]] in HOLD
        why = "its group can't be cut: it holds an input or the output" if listed else "it holds no weights"
        return f"{more[0]} is listed as made, but {why}"
    if missing := [n for n in flat[0] if n not in flat[1]]:
        return f"{missing[0]} isn't in made of any group"
    for made, read in right:
        its = next(b for a, b in yours if made[0] in a)
        together = next(a for a, b in yours if made[0] in a)
        if set(together) != set(made):
            return f"{made[0]} goes together with {made[1:] or 'nobody else'}"
        if missing := [n for n in read if n not in its]:
            return f"{missing[0]} reads the channels of {made[0]}, and isn't in its read"
        if more := [n for n in its if n not in read]:
            return f"{more[0]} doesn't read the channels of {made[0]}, but is in its read"
    twice = [n for n in flat[1] if flat[1].count(n) > 1]
    return f"{twice[0]} stands in made twice" if twice else "Some name stands in read twice"


# ---- tensors that were cut -----------------------------------------------------------------------


def cut(tensor: torch.Tensor, *keeps: list[int] | None) -> torch.Tensor:
    """The tensor with these places alone in its first, second … dimension; None: all of them."""
    for dim, keep in enumerate(keeps):
        if keep is not None and dim < tensor.ndim:
            tensor = tensor.index_select(dim, torch.as_tensor(keep))
    return tensor.clone()


def ways(n: int, keep: list[int] | None) -> dict[str, list[int] | None]:
    """Usual mistakes in one dimension: what is said of them → the places that are taken."""
    if keep is None:
        return {"": None}
    gone = [i for i in range(n) if i not in keep]
    found = {
        "": keep,
        "not cut": list(range(n)),
        "those that go": gone,
        "in ascending order and not in keep's": sorted(keep),
        "the first ones": list(range(len(keep))),
        "keep's order upside down": keep[::-1],
    }
    found["keep's order inverted (argsort)"] = np.argsort(keep).tolist()
    return found


DIMS = {0: "outputs (dimension 0)", 1: "inputs (dimension 1)"}


def told(yours: torch.Tensor, full: torch.Tensor, *keeps: list[int] | None) -> str:
    """What usual mistake makes ``yours`` of the full tensor, or what is plain to see."""
    right = cut(full, *keeps)
    where = ["its channels"] if full.ndim == 1 else [f"its {DIMS[d]}" for d in range(len(keeps))]
    options = [ways(full.shape[d], keep) for d, keep in enumerate(keeps[: full.ndim])]
    for first, taken in options[0].items():
        for second, also in options[1].items() if len(options) > 1 else [("", None)]:
            theirs = cut(full, taken, also)
            if (
                (first or second)
                and theirs.shape == yours.shape
                and torch.equal(theirs, yours.to(theirs.dtype))
            ):
                said = [f"{w}: {it}" for w, it in zip(where, (first, second), strict=False) if it]
                return "; ".join(said)
    if len(options) > 1:
        theirs = [k for k in keeps[::-1] if k is None or max(k) < min(full.shape[:2])]
        if (
            len(theirs) == 2
            and (other := cut(full, *theirs)).shape == yours.shape
            and torch.equal(other, yours)
        ):
            return "it is cut in the wrong dimension: outputs are dimension 0, inputs dimension 1"
    if yours.shape != right.shape:
        return f"its shape is {tuple(yours.shape)}, and {tuple(right.shape)} is right"
    if full.ndim == 1 and (
        torch.equal(yours, torch.zeros_like(yours)) or torch.equal(yours, torch.ones_like(yours))
    ):
        return "it is as in a new layer: copy the old one's numbers"
    return "its numbers aren't the old ones of these channels; was it copied from the old layer?"


# ---- 2 · remove ----------------------------------------------------------------------------------

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


# ---- 3 · flatten ---------------------------------------------------------------------------------


def folded(linear: nn.Linear, keep: list[int], values: torch.Tensor, mistake: str = "") -> torch.Tensor:
    """The bias (k,) into which removed channels' constants are folded; with a usual mistake in it."""
    w = linear.weight.detach().unflatten(1, (len(values), -1)).double()  # (k, c, places)
    if mistake == "places first":
        w = linear.weight.detach().unflatten(1, (-1, len(values))).double().transpose(1, 2)
    gone = [i for i in range(len(values)) if i not in keep]
    which = {"kept": keep, "all": list(range(len(values))), "the last": list(range(len(keep), len(values)))}
    which = which.get(mistake, gone)
    one = {"mean": w.mean(dim=2), "first place": w[:, :, 0], "times places": w.sum(dim=2) * w.shape[2]}
    one = one.get(mistake, w.sum(dim=2))
    values = {"relu": values.relu(), "abs": values.abs()}.get(mistake, values).clone()
    if mistake == "first values":
        values[gone] = values[: len(gone)].clone()
    if mistake == "sum of values":
        values[gone] = values[gone].sum()
    if mistake == "largest place":
        one = w.amax(dim=2)
    times = {"minus": -1, "nothing": 0, "over channels": 1 / max(1, len(gone))}.get(mistake, 1)
    more = (one * values.double())[:, which].sum(dim=1) * times
    bias = 0 if linear.bias is None or mistake == "old bias" else linear.bias.detach().double()
    return bias * (2 if mistake == "twice" else 1) + more


FOLDS = {
    "nothing": ("the removed channels' values aren't in it", 2),
    "mean": (
        "a value stands at every place of its channel: sum the weights over places, and don't average",
        2,
    ),
    "first place": ("a value stands at every place of its channel, and not at the first alone", 2),
    "times places": ("the sum of a channel's weights has all of its h·w places already; don't multiply", 2),
    "kept": ("you fold those that stay; fold those that go", 1),
    "all": ("you fold all channels; those that stay come in by their columns", 1),
    "minus": ("add it, don't take it away", 1),
    "relu": ("values are as they are, negative ones too: there is no relu here", 2),
    "abs": ("values are as they are, negative ones too: don't take the absolute value", 2),
    "the last": ("the channels that go are those that aren't in keep, and not the last ones", 1),
    "first values": (
        "values has an entry for each channel, kept ones too: take values[gone], not the first ones",
        2,
    ),
    "over channels": ("add over the removed channels, and don't average", 2),
    "sum of values": ("each channel's value belongs to its own weights: don't add the values up first", 2),
    "largest place": ("a value stands at every place: add all weights of its channel, not the largest", 2),
    "twice": ("the old bias is in it twice", 2),
    "old bias": ("the old bias is lost", 2),
    "places first": ("flatten goes channel by channel: column c · places + place", 1),
}


def columns(c: int, places: int, keep: list[int], mistake: str = "") -> list[int]:
    every = np.arange(c * places)
    if mistake == "places first":
        return every.reshape(places, c)[:, keep].ravel().tolist()
    if mistake == "a channel is a column":
        return list(keep)
    if mistake == "ascending":
        keep = sorted(keep)
    if mistake == "those that go":
        keep = [i for i in range(c) if i not in keep]
    if mistake == "places first, by channel":
        return every.reshape(places, c).T[keep].ravel().tolist()
    if mistake == "by place":
        return every.reshape(c, places)[keep].T.ravel().tolist()
    return every.reshape(c, places)[keep].ravel().tolist()


COLUMNS = {
    "a channel is a column": "a channel isn't one column, but h·w of them",
    "places first": "flatten goes channel by channel: column c · places + place",
    "places first, by channel": "flatten goes channel by channel: column c · places + place",
    "ascending": "the channels stand in keep's order, not in ascending order",
    "those that go": "you keep the channels that go",
    "by place": "the new columns, too, go channel by channel",
}


FLATTEN_SAID = {
    "bias": "with a bias",
    "no bias": "without a bias",
    "spoiled": "values of kept channels are NaN",
    "no bias, spoiled": "without a bias, values of kept channels are NaN",
    "example": "two channels and one output, as in the task",
    "one goes": "a single channel goes",
    "one place": "h·w is 1",
    "one": "a single channel stays",
    "all": "all channels stay, in another order",
    "all in order": "all channels stay where they are",
    "all, no bias": "all channels stay, and there was no bias",
}


@check("10-flatten")
def check_flatten(that, cut_linear):
    rng = np.random.default_rng(13)
    for kind in [*FLATTENS, *FLATTENS]:
        linear, keep, values = before_flatten(rng, kind)
        c = len(values)
        places, old = linear.in_features // c, copy.deepcopy(linear)
        its_keep, its_values = list(keep), values.clone()
        got = cut_linear(linear, its_keep, its_values)
        words = f"{FLATTEN_SAID[kind]}, keep={keep} of {c} channels, h·w = {places}"
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        that(
            isinstance(got, nn.Linear), f"{words}: an nn.Linear is asked; yours is a {type(got).__name__}", 1
        )
        same = torch.equal(linear.weight, old.weight) and linear.in_features == old.in_features
        same &= (linear.bias is None) == (old.bias is None)
        same &= old.bias is None or (linear.bias is not None and torch.equal(linear.bias, old.bias))
        that(same and got is not linear, f"{words}: your code changed linear, which belongs to the caller", 1)
        unchanged = its_keep == keep and torch.equal(its_values.nan_to_num(), values.nan_to_num())
        that(unchanged, f"{words}: your code changed keep or values, which belong to the caller", 1)
        weight, right = got.weight.detach(), old.weight.detach()[:, columns(c, places, keep)]
        for mistake, why in COLUMNS.items():
            theirs = old.weight.detach()[:, columns(c, places, keep, mistake)]
            wrong = (
                theirs.shape == weight.shape
                and torch.equal(theirs, weight)
                and not torch.equal(theirs, right)
            )
            that(not wrong, f"{words}: weight has the wrong columns: {why}", 1)
        shape = weight.shape == right.shape
        that(shape, f"{words}: weight is {tuple(right.shape)}; yours is {tuple(weight.shape)}", 1)
        equal = torch.equal(weight, right)
        that(equal, f"{words}: weight has other numbers than the old columns of these channels", 1)
        features = (got.in_features, got.out_features) == (right.shape[1], right.shape[0])
        that(features, f"{words}: in_features is {right.shape[1]}; yours is {got.in_features}", 3)
        none = "the removed channels' values need one, also where there was none"
        that(got.bias is not None, f"{words}: there is no bias: {none}", 3)
        biases(that, words, got.bias.detach(), old, keep, values)
        that(not shares(got, linear), f"{words}: the new layer shares memory with the old one: clone()", 3)


def biases(that, words: str, yours: torch.Tensor, old: nn.Linear, keep, values) -> None:
    shape = tuple(yours.shape) == (old.out_features,)
    that(shape, f"{words}: bias has shape {tuple(yours.shape)}; {(old.out_features,)} is right", 2)
    lost = "NaN times 0 is NaN: take the removed channels only, a mask won't do"
    that(not yours.isnan().any(), f"{words}: there is NaN in the bias. {lost}", 3)
    right = folded(old, keep, values)
    near = 1e-4 * max(1.0, float(right.abs().max()))
    if (yours - right).abs().max() <= near:
        return
    for mistake, (why, hint) in FOLDS.items():
        theirs = folded(old, keep, values, mistake)
        wrong = theirs.shape == yours.shape and (yours - theirs).abs().max() <= near
        that(not wrong, f"{words}: {why}. bias is {few(right)}; yours {few(yours)}", hint)
    bias = torch.zeros(len(right)) if old.bias is None else old.bias.detach()
    told = f"the old bias is {few(bias)}, and what the removed channels add is {few(right - bias)}"
    that(False, f"{words}: {told}; your new bias has {few(yours - bias)} more than the old one", 2)


def few(numbers: torch.Tensor) -> str:
    """The first three numbers."""
    shown = ", ".join(f"{it:.2f}" for it in numbers.tolist()[:3])
    return f"[{shown}{', …' if len(numbers) > 3 else ''}]"


# ---- 4 · residual --------------------------------------------------------------------------------

SIDES = {  # layer → the group of its outputs, the group of its inputs
    "stem": ("stream1", None),
    "norm": ("stream1", None),
    "block0.conv1": ("inner0", "stream1"),
    "block0.norm1": ("inner0", None),
    "block0.conv2": ("stream1", "inner0"),
    "block0.norm2": ("stream1", None),
    "block1.conv1": ("inner1", "stream1"),
    "block1.norm1": ("inner1", None),
    "block1.conv2": ("stream2", "inner1"),
    "block1.norm2": ("stream2", None),
    "block1.skip": ("stream2", "stream1"),
    "block2.conv1": ("inner2", "stream2"),
    "block2.norm1": ("inner2", None),
    "block2.conv2": ("stream2", "inner2"),
    "block2.norm2": ("stream2", None),
    "head": (None, "stream2"),
}


def cut_resnet(weights: dict, keeps: dict) -> dict:
    found = {}
    for name, tensor in weights.items():
        out, into = (keeps.get(g) for g in SIDES[name.rpartition(".")[0]])
        found[name] = cut(tensor, out, into)
    return found


def wrong_groups(name: str, yours: torch.Tensor, full: torch.Tensor, keeps: dict) -> str:
    """Which other groups ``yours`` was cut by, in a sentence; else what else is plain to see."""
    out, into = SIDES[name.rpartition(".")[0]]
    should = [f"its outputs are {out or 'the ten logits, all of which stay'}"] * (full.ndim > 0)
    should += [f"its inputs are {into or 'the image, all of which stays'}"] * (full.ndim > 1)
    for first in (None, *GROUPS):
        for second in (None, *GROUPS) if full.ndim > 1 else (None,):
            if (first, second) == (out, into if full.ndim > 1 else None):
                continue
            pairs = [(d, keeps[g]) for d, g in enumerate((first, second)) if g]
            if any(max(keep) >= full.shape[d] for d, keep in pairs if d < full.ndim):
                continue
            theirs = cut(full, keeps.get(first), keeps.get(second))
            if theirs.shape == yours.shape and torch.equal(theirs, yours.to(full.dtype)):
                said = [f"its outputs by {first}" if first else "its outputs not at all"]
                said += [f"its inputs by {second}" if second else "its inputs not at all"] * (full.ndim > 1)
                return f"{' and '.join(should)}; you cut {' and '.join(said)}"
    why = told(yours, full, *([keeps.get(out), keeps.get(into)] if full.ndim > 1 else [keeps.get(out)]))
    return f"{why} ({' and '.join(should)})"


@check("10-residual")
def check_residual(that, prune):
    rng = np.random.default_rng(14)
    for number, kind in enumerate(KEEPS):
        widths = [8] * 5 if number == 0 else (rng.permutation(5) + 5).tolist()
        weights, keeps = resnet(rng, widths, kind)
        old, given = {n: t.clone() for n, t in weights.items()}, copy.deepcopy(keeps)
        got = prune(weights, given)
        that(got is not None, "prune returned nothing; is there a return?", 1)
        that(isinstance(got, dict), f"a dict, name → tensor, is asked; yours is a {type(got).__name__}", 1)
        same = weights.keys() == old.keys() and all(torch.equal(weights[n], old[n]) for n in old)
        that(
            same and got is not weights,
            "your code changed weights, which belongs to the caller: make a new dict",
            1,
        )
        that(given == keeps, "your code changed keeps, which belongs to the caller", 1)
        missing, more = [n for n in old if n not in got], [n for n in got if n not in old]
        that(not missing, f"{missing[:1]} is missing: all {len(old)} names come back", 1)
        that(not more, f"{more[:1]} is no name of weights", 1)
        right = cut_resnet(old, keeps)
        for name, full in old.items():
            yours = got[name]
            that(isinstance(yours, torch.Tensor), f"{name} is a {type(yours).__name__}, and no tensor", 1)
            yours = yours.detach()
            if yours.shape == right[name].shape and torch.equal(yours, right[name]):
                that(yours.dtype == full.dtype, f"{name} was {full.dtype}, and is {yours.dtype}", 3)
                continue
            if full.ndim == 0:
                that(False, f"{name} counts batches, {int(full)}: it has no channels and stays as it is", 3)
            hint = 3 if "skip" in name or "norm" in name else 2
            its = [f"{g} {keeps[g]}" for g in SIDES[name.rpartition(".")[0]] if g]
            why = wrong_groups(name, yours, full, keeps)
            that(False, f"{name} {tuple(full.shape)}: {why}. keeps has {', '.join(its)}", hint)
        new = {t.untyped_storage().data_ptr() for t in got.values()}
        old_places = {t.untyped_storage().data_ptr() for t in weights.values()}
        that(
            not new & old_places,
            "new tensors share memory with the old ones: clone() those that stay whole",
            1,
        )
        SmallResNet(*(len(keeps[g]) for g in GROUPS)).load_state_dict(got)


# ---- 5 · a permutation test ----------------------------------------------------------------------

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


# ---- 6 · design ----------------------------------------------------------------------------------

AT_LEAST = (
    97.4  # of validation, in %: plans by what the next layer does reach 97.6 to 98.1, by norms 96.2 at most
)


@check("10-design")
def check_design(that, plan):
    got = plan()
    that(got is not None, "plan returned nothing; is there a return?", 1)
    try:
        keep1, keep2 = as_keeps(got)
    except BadPlan as error:
        that(False, str(error), 1)
    right = validation_accuracy(cut_cnn(keep1, keep2))
    if right >= AT_LEAST:
        return
    took = f"{milliseconds(keep1, keep2):.2f} of {MOST_MS:.2f} ms"
    words = f"{len(keep1)} and {len(keep2)} channels, {took}, {right:.2f}%"
    that(False, f"{words} of validation; {AT_LEAST}% are needed. {what_fails(keep1, keep2)}", 2)


def what_fails(keep1: np.ndarray, keep2: np.ndarray) -> str:
    """Which side costs the most, by putting one back at a time; and by which rule filters seem to be chosen."""
    if min(keep1.min(), keep2.min()) > 0 and validation_accuracy(cut_cnn(keep1 - 1, keep2 - 1)) >= AT_LEAST:
        return "Each channel less by one, they would reach that: channels count from 0"
    one = validation_accuracy(cut_cnn(np.arange(32), keep2))
    two = validation_accuracy(cut_cnn(keep1, np.arange(64)))
    words = (
        f"With all channels of the first convolution back it is {one:.1f}%, with all of the second {two:.1f}%"
    )
    w1, w2, w3 = [p.detach() for p in load_cnn().parameters()][::2]
    reads = w2.transpose(0, 1).flatten(1), w3.unflatten(1, (64, PLACES)).transpose(0, 1).flatten(1)
    norms = [w.flatten(1).norm(dim=1) for w in (w1, w2)]
    counts = [norm * read.norm(dim=1) for norm, read in zip(norms, reads, strict=True)]
    keeps = keep1, keep2
    for size, sign in (("largest", 1), ("smallest", -1)):
        same = best_of(norms, keeps, sign)
        if any(same):
            which = "both" if all(same) else "the first" if same[0] else "the second"
            more = "a channel counts if the next layer uses it, too"
            return f"{words}. Of {which} you keep the {size} filters: {more}"
    low = [place < 0.35 for place in mean_places(counts, keeps)]
    if any(low):
        which = "both" if all(low) else "the first" if low[0] else "the second"
        more = "of which the next layer makes least: does your list hold those that go?"
        return f"{words}. Of {which} you keep mostly channels {more}"
    weak, other = ("second", one) if one < two else ("first", two)
    more = " and fewer of the other" * (other < 97)
    return (
        f"{words}: it is the {weak} one's channels that are missing; choose others there, or keep more{more}"
    )


def best_of(scores, keeps, sign: int) -> list[bool]:
    """Whether what is kept of each layer are those that have the largest scores, or with sign -1 the smallest."""
    pairs = zip([(-sign * score).argsort().tolist() for score in scores], keeps, strict=True)
    return [len(k) < len(best) and set(best[: len(k)]) == set(k.tolist()) for best, k in pairs]


def mean_places(scores, keeps) -> list[float]:
    """Where kept channels stand on the average in the order of scores, a layer: 0 the smallest, 1 the largest."""
    orders = [score.argsort().argsort() / (len(score) - 1) for score in scores]
    return [float(it[torch.as_tensor(k)].mean()) for it, k in zip(orders, keeps, strict=True)]
