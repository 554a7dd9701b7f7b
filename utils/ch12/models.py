"""The networks that chapter 12 runs in int8: three widths, three seeds each, as PyTorch's weights and as ONNX.

They learn from 10,000 images. The small CNNs' weights are shipped, since the lab starts from them; the others
are trained, and all are exported, when they are first asked for.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from utils.making.bars import progress
from utils.models import kept, recorded

NAMES, SEEDS, NUM_IMAGES = ("mlp_1024", "cnn_32_64", "cnn_64_128"), (0, 1, 2), 10_000
RECORDED = {"cnn_32_64.npz": "train_small"}
KEPT = {"mlp_1024": "make_mlp_1024", "cnn_32_64": "make_cnn_32_64", "cnn_64_128": "make_cnn_64_128"}


def network(name: str):
    """Takes (b, 1, 28, 28): ``mlp_1024`` is 784-1024-1024-10, a CNN the course's with those channels."""
    from torch import nn

    if name == "mlp_1024":
        hidden = [nn.Linear(784, 1024), nn.ReLU(), nn.Linear(1024, 1024), nn.ReLU()]
        return nn.Sequential(nn.Flatten(), *hidden, nn.Linear(1024, 10))
    first, second = map(int, name.split("_")[1:])
    return nn.Sequential(
        *[nn.Conv2d(1, first, 3), nn.ReLU(), nn.MaxPool2d(2)],  # (b, first, 13, 13)
        *[nn.Conv2d(first, second, 3), nn.ReLU(), nn.MaxPool2d(2)],  # (b, second, 5, 5)
        *[nn.Flatten(), nn.Linear(25 * second, 10)],  # (b, 10)
    )


def trained(name: str, seed: int):
    """The network after two epochs (the MLP: three), in evaluation mode."""
    import torch

    from utils.cnn.in_torch import fit
    from utils.data import load_mnist, tensors

    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    torch.manual_seed(seed)
    model = network(name).to(memory_format=torch.channels_last)
    few = tensors(data.x_train[:NUM_IMAGES], data.y_train[:NUM_IMAGES])
    fit(model, *few, num_epochs=3 if name == "mlp_1024" else 2, lr=0.003, seed=seed)
    return model.to(memory_format=torch.contiguous_format).eval()


def train_small(folder: Path) -> None:
    """The weights that are shipped: of ``cnn_32_64``, three seeds, ``"0 0.weight"`` and so on."""
    arrays = {}
    for seed in SEEDS:
        progress(seed, len(SEEDS))
        state = trained("cnn_32_64", seed).state_dict()
        arrays |= {f"{seed} {name}": value.contiguous().numpy() for name, value in state.items()}
    np.savez(folder / "cnn_32_64.npz", **arrays)


def small_weights(seed: int) -> dict[str, np.ndarray]:
    """The shipped weights of ``cnn_32_64``, by PyTorch's names, in order; read-only."""
    arrays = recorded(__name__, "cnn_32_64.npz")
    return {name[2:]: array for name, array in arrays.items() if name.startswith(f"{seed} ")}


def make_mlp_1024(folder: Path) -> None:
    _make(folder, "mlp_1024", trained)


def make_cnn_64_128(folder: Path) -> None:
    _make(folder, "cnn_64_128", trained)


def make_cnn_32_64(folder: Path) -> None:
    import torch

    def shipped(name: str, seed: int):
        model = network(name)
        model.load_state_dict({k: torch.from_numpy(w.copy()) for k, w in small_weights(seed).items()})
        return model.eval()

    _make(folder, "cnn_32_64", shipped)


def _make(folder: Path, name: str, model_of) -> None:
    import torch

    from utils.onnx_tools import export_onnx

    for seed in SEEDS:
        progress(seed, len(SEEDS), f"network {seed + 1} of {len(SEEDS)}")
        model = model_of(name, seed)
        torch.save(model.state_dict(), folder / f"{name}_{seed}.pt")
        export_onnx(model, torch.zeros(2, 1, 28, 28), folder / f"{name}_{seed}.onnx")


def load_int8_model(name: str, seed: int = 0):
    """The trained network, in PyTorch, in evaluation mode and in fp32."""
    import torch

    model = network(name)
    model.load_state_dict(torch.load(_file(name, seed, "pt")))
    return model.eval()


def onnx_file(name: str, seed: int = 0) -> Path:
    """The same network as an ONNX file, in fp32."""
    return _file(name, seed, "onnx")


def _file(name: str, seed: int, suffix: str) -> Path:
    if name not in NAMES or seed not in SEEDS:
        raise ValueError(f"{name!r} with seed {seed} isn't kept: names are {NAMES}, seeds {SEEDS}")
    return kept(__name__, name) / f"{name}_{seed}.{suffix}"
