"""Lesson of chapter 20: a CUDA graph's memory on a CPU: what ran is noted with its tensors, and runs again."""

from __future__ import annotations

import torch
from torch.utils._python_dispatch import TorchDispatchMode


class Recorder(TorchDispatchMode):
    """Operators that ran inside, with their tensors; replay runs them again."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def __torch_dispatch__(self, operator, types, args=(), kwargs=None):
        out = operator(*args, **(kwargs or {}))
        if operator.namespace == "aten":
            self.calls.append((operator, args, kwargs or {}, out))
        return out

    @torch.no_grad()
    def replay(self):
        for operator, args, kwargs, out in self.calls:
            new = operator(*args, **kwargs)
            both = (o if isinstance(o, tuple) else (o,) for o in (out, new))
            for old, value in zip(*both, strict=True):
                if old is not None and old.data_ptr() != value.data_ptr():
                    old.copy_(value)  # the same address as at capture
