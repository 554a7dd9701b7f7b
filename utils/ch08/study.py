"""Chapter 08's study over seeds: an MLP trained in six ways, paired by seed, and its recording beside it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.data import load_mnist, tensors
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"study.json": "run"}
IMAGES, SEEDS, EPOCHS, BATCH, LR = 20_000, 8, 3, 128, 2e-3


def stochastic(x: torch.Tensor) -> torch.Tensor:
    """float32 to one of its two bf16 neighbours, as float32: the nearer one the more often, so that the mean is x.

    Source: Gupta et al., Deep Learning with Limited Numerical Precision (2015).
    """
    bits = x.view(torch.int32)
    return ((bits + torch.randint_like(bits, 1 << 16)) & ~0xFFFF).view(torch.float32)


def nearest(x: torch.Tensor) -> torch.Tensor:
    """float32 to the nearest bf16 number, as float32."""
    return x.bfloat16().float()


# name: (autocast's format, how weights are stored after each step, all parameters and moments in bf16)
ARMS: dict[str, tuple[torch.dtype | None, Callable | None, bool]] = {
    "fp32": (None, None, False),
    "bf16 autocast": (torch.bfloat16, None, False),
    "fp16 autocast, scaled": (torch.float16, None, False),
    "bf16 weights": (torch.bfloat16, nearest, False),
    "bf16 weights, stochastic": (torch.bfloat16, stochastic, False),
    "all in bf16": (None, None, True),
}


def normed_mlp(width: int = 256) -> nn.Sequential:
    """(b, 784) in, logits (b, 10) out; two hidden layers, each with layer norm."""
    layers: list[nn.Module] = []
    for n in (784, width):
        layers += [nn.Linear(n, width), nn.LayerNorm(width), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear(width, 10))


def train(arm: str, x: torch.Tensor, y: torch.Tensor, seed: int) -> nn.Sequential:
    """Adam with a one-cycle rate over images (n, 784); the network, in evaluation mode.

    The same seed gives all arms the same start and the same batches.
    """
    half, store, pure = ARMS[arm]
    torch.manual_seed(seed)
    model = normed_mlp().to(torch.bfloat16 if pure else torch.float32)
    order = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), LR, fused=True)
    steps = EPOCHS * -(-len(x) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LR, total_steps=steps)
    scaler = torch.amp.GradScaler("cpu", enabled=half is torch.float16)
    x = x.bfloat16() if pure else x
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(x), generator=order).split(BATCH):
            with torch.autocast("cpu", half or torch.bfloat16, enabled=half is not None):
                loss = F.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            scaler.scale(loss).backward()
            before = scaler.get_scale()
            scaler.step(optimizer)
            scaler.update()
            if scaler.get_scale() >= before:  # a skipped step is none for the schedule either
                schedule.step()
            if store:
                with torch.no_grad():
                    for p in model.parameters():
                        p.copy_(store(p))
    return model.eval()


def accuracy(arm: str, model: nn.Module, x: torch.Tensor, y: torch.Tensor) -> float:
    """In %, in the arithmetic that the arm was trained in."""
    half, _, pure = ARMS[arm]
    x = x.bfloat16() if pure else x
    with torch.no_grad(), torch.autocast("cpu", half or torch.bfloat16, enabled=half is not None):
        return 100 * (model(x).argmax(dim=1) == y).float().mean().item()


def run(folder: Path) -> None:
    """Test accuracy in % of each way, (seeds,), and how many norm weights left 1 ("moved", in %): four minutes."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    x, y = tensors(data.x_train[:IMAGES], data.y_train[:IMAGES])
    x_test, y_test = tensors(data.x_test, data.y_test)
    x, x_test = x.flatten(1), x_test.flatten(1)
    found: dict[str, list] = {name: [] for name in [*ARMS, *(f"{arm}: moved" for arm in ARMS)]}
    for seed in range(SEEDS):
        for k, arm in enumerate(ARMS):
            progress(len(ARMS) * seed + k, len(ARMS) * SEEDS, arm)
            model = train(arm, x, y, seed)
            found[arm].append(accuracy(arm, model, x_test, y_test))
            norms = torch.cat([m.weight for m in model if isinstance(m, nn.LayerNorm)])
            found[f"{arm}: moved"].append(100 * (norms != 1).float().mean().item())
    write_study(folder / "study.json", found)


def load(fresh: bool = False) -> dict[str, np.ndarray]:
    """The recording; ``fresh`` makes it anew, here, in four minutes (more without bf16 and fp16 instructions)."""
    return recorded(__name__, "study.json", fresh)
