"""Lab 10's check of coupled groups: what is right, and what usual mistakes make of a graph."""

from __future__ import annotations

import copy

import numpy as np

from utils.ch10.lab import GRAPHS, graph
from utils.checks import check

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
