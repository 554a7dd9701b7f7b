"""Tensors that were cut, for the checks of lab 10: what a wrong cut looks like."""

from __future__ import annotations

import numpy as np
import torch


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
