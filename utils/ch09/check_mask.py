"""Lab 09's check of masks: what is right, by a stable sort, and what a wrong mask tells."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch

from utils.ch09.lab import MASKS, drawn_weights
from utils.checks import check


def first_of(scores: list[np.ndarray], keep: int) -> list[np.ndarray]:
    """Masks of the ``keep`` largest scores over all arrays; of equal ones the first."""
    flat = np.concatenate([it.ravel() for it in scores])
    mask = np.zeros(len(flat), bool)
    mask[np.argsort(-flat, kind="stable")[:keep]] = True
    parts = np.split(mask, np.cumsum([it.size for it in scores])[:-1])
    return [part.reshape(it.shape) for part, it in zip(parts, scores, strict=True)]


def in_memory(size: list[np.ndarray], keep: int) -> list[np.ndarray]:
    """Masks of one who takes, of equal sizes, those first that lie first in memory."""
    axes = [np.argsort([-step for step in it.strides], kind="stable") for it in size]
    masks = first_of([it.transpose(order) for it, order in zip(size, axes, strict=True)], keep)
    return [mask.transpose(np.argsort(order)) for mask, order in zip(masks, axes, strict=True)]


def mask_mistakes(w: list[np.ndarray], keep: int, right: list[np.ndarray]) -> Iterator[tuple]:
    """(masks of a mistake, its words, hint)."""
    size, total = [np.abs(it) for it in w], sum(it.size for it in w)
    yield first_of(w, keep), "you compare the weights themselves; a large negative weight is large, too", 1
    yield first_of([-it for it in size], keep), "you keep the smallest", 1
    if keep == 0:
        words = "keep = 0 keeps none; a slice [-keep:] is everything then"
        yield [np.ones(it.shape, bool) for it in w], words, 2
    yield first_of(size, total - keep), f"you prune {keep} weights, the smallest; keep {keep}", 1
    yield [~it for it in right], "the other way round: True is kept, False is pruned", 1
    yield first_of([-it for it in size], total - keep), "True and False are the other way round", 1
    yield (
        first_of(size[::-1], keep)[::-1],
        "of equal absolute values, the first tensor in the list comes first",
        2,
    )
    back = first_of([it.ravel()[::-1] for it in size[::-1]], keep)[::-1]
    back = [it[::-1].reshape(s.shape) for it, s in zip(back, size, strict=True)]
    yield (
        back,
        "of equal absolute values you keep the last; the first comes first: a stable sort does that",
        2,
    )
    yield (
        first_of([it * (it > 0) - (it == 0) for it in w], keep),
        "negative weights count by their size, too",
        1,
    )
    ranked = np.sort(np.concatenate([it.ravel() for it in size]))[::-1]
    tied = 0 < keep < total and ranked[keep - 1] == ranked[keep]
    for count in (np.round,) if tied else (np.round, np.floor, np.ceil):
        each = [first_of([it], int(count(keep * it.size / total)))[0] for it in size]
        words = (
            "you keep the same fraction of each tensor; the largest are to be found over all tensors together"
        )
        yield each, words, 1
    yield (
        [first_of([it], min(keep, it.size))[0] for it in size],
        "you keep so many of each tensor, not of all",
        1,
    )
    with np.errstate(over="ignore", under="ignore"):
        squares = [it * it for it in w]
    words = "some sizes count as equal that aren't: squares of 1e25 overflow; those of 1e-30, and some quotients, are 0"
    yield first_of(squares, keep), words, 2
    with np.errstate(over="ignore"):
        words = "you round sizes, to float16 or to some digits: float32 tells these apart"
        yield first_of([it.astype(np.float16) for it in size], keep), words, 2
    for name, of in (("largest", np.max), ("mean", np.mean), ("norm", np.linalg.norm)):
        words = (
            f"you divide each tensor by its own {name}; weights are compared as they are, over all tensors"
        )
        yield first_of([it / max(of(it), 1e-37) for it in size], keep), words, 1
    words = "equal weights of a view go row by row, however they lie in memory"
    yield in_memory(size, keep), words, 2
    nonzero = [m & (it != 0) for m, it in zip(right, w, strict=True)]
    yield nonzero, "a weight that is 0 is kept, too, where keep reaches it", 2


SAID_MASK = {
    "apart": "three tensors, no two weights equal",
    "ties": "many equal absolute values",
    "zeros": "more to keep than aren't zero",
    "near": "1.5 and its neighbour in float32, 1.5000001",
    "none": "keep = 0",
    "all": "keep = all",
    "views": "equal weights in a transposed view, row by row",
    "huge": "weights around 1e25, whose squares overflow",
    "tiny": "weights around 1e-30, whose squares are 0",
    "shapes": "shapes (), (3,) and (2, 7)",
    "one": "a list of one tensor",
    "large": "8,890 weights, many of them equal",
}


@check("09-mask")
def check_mask(that, keep_largest):
    def expect(weights, keep, words):
        before = [it.detach().clone() for it in weights]
        kinds = [(it.requires_grad, it.stride()) for it in weights]
        arrays = [it.numpy() for it in before]
        right = first_of([np.abs(it) for it in arrays], keep)
        total = sum(it.size for it in arrays)
        words = f"{words}: keep {keep} of {total}"
        got = keep_largest(weights, keep)
        that(got is not None, f"{words}: nothing came back; return the list of masks", 1)
        that(isinstance(got, list), f"{words}: return a list of masks; yours is a {type(got).__name__}", 1)
        same = len(weights) == len(before) and all(map(torch.equal, weights, before))
        that(same, f"{words}: your code changed the weights, which belong to the caller", 1)
        now = [(it.requires_grad, it.stride()) for it in weights]
        that(
            now == kinds,
            f"{words}: (requires_grad, stride) were {kinds}, are {now}: weights stay as they are",
            1,
        )
        that(len(got) == len(weights), f"{words}: {len(weights)} masks are asked; yours are {len(got)}", 1)
        for k, (mask, it) in enumerate(zip(got, arrays, strict=True)):
            bools = isinstance(mask, torch.Tensor) and mask.dtype == torch.bool
            kind = getattr(mask, "dtype", type(mask).__name__)
            that(bools, f"{words}: a mask is a tensor of torch.bool; yours of tensor {k} is {kind}", 1)
            its, asked = tuple(mask.shape), it.shape
            that(its == asked, f"{words}: the mask of tensor {k} has its shape, {asked}; yours has {its}", 1)
        mine = [it.numpy() for it in got]
        if all(map(np.array_equal, mine, right)):
            return
        count = int(sum(it.sum() for it in mine))
        shown = ""
        if total <= 12:
            shown = f" Weights {[it.tolist() for it in arrays]}; right: {[it.tolist() for it in right]}."
        for wrong, why, hint in mask_mistakes(arrays, keep, right):
            that(not all(map(np.array_equal, mine, wrong)), f"{words}: {why}.{shown}", hint)
        sizes = np.concatenate([np.abs(it).ravel() for it in arrays])
        kept = np.concatenate([it.ravel() for it in mine])
        ranked = np.sort(sizes)[::-1]
        over = 0 < keep < total and ranked[keep - 1] == ranked[keep]
        if count != keep:
            more = "all weights equal to the last one that fits are kept, or none of them: a threshold can't tell"
            more += " equal weights apart"
            why = more if over else "count them over all tensors together"
            why += "; off by one, as with [: keep + 1], or > for >=" * (abs(count - keep) == 1 and not over)
            that(False, f"{words}: your masks keep {count}. {why[0].upper()}{why[1:]}.{shown}", 2)
        fine = np.array_equal(np.sort(sizes[kept]), np.sort(sizes)[total - keep :])
        equal = "the right sizes, but of equal ones not the first: torch.topk and a plain sort keep no order"
        that(not fine, f"{words}: {equal}.{shown}", 2)
        worst = f"you keep {sizes[kept].min():.9g} and prune {sizes[~kept].max():.9g}"
        that(False, f"{words}: {worst}. Are values rounded, or masks put back in another order?{shown}", 2)

    example = [torch.tensor([[3.0, -1.0], [2.0, -3.0]]), torch.tensor([2.0, 0.0, -2.0])]
    apart = [torch.tensor([[3.0, -1.0], [2.75, -5.0]]), torch.tensor([2.5, 0.0, -1.5, 0.5])]
    expect(apart, 3, "no two equal")
    expect(example, 4, "the task's example")
    expect([torch.tensor([-5.0, 1.0, 2.0]), torch.tensor([0.5, -4.0])], 3, "two tensors")
    expect([torch.tensor([1.0, 2.0]), torch.tensor([-3.0, 4.0, 5.0, 6.0])], 3, "the largest in one tensor")
    expect([torch.tensor([1.0, 1.0, 1.0, -1.0]), torch.tensor([-1.0, 1.0])], 3, "all equal")
    for kind in MASKS:
        for seed in range(2):
            expect(*drawn_weights(np.random.default_rng([seed, len(kind)]), kind), SAID_MASK[kind])
