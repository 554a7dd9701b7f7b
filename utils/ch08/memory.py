"""Lesson of chapter 08: the bytes that a forward pass keeps for the backward pass."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn


def kept_for_backward(model: nn.Module, run: Callable[[], torch.Tensor]) -> int:
    """Bytes that autograd saves while ``run`` computes a loss: each storage once, the model's parameters not counted.

    Copies of weights that autocast makes are saved for the backward pass too, and are counted.
    """
    own = {p.untyped_storage().data_ptr() for p in model.parameters()}
    storages: dict[int, torch.UntypedStorage] = {}  # held, so that no address is used twice

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            storages[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        run()
    return sum(storage.nbytes() for storage in storages.values())
