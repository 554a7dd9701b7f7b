"""The networks that chapter 12 runs in int8: three widths, three seeds each, trained once at set-up.

They learn from 10,000 images, in seconds. Each is kept twice: its weights for PyTorch, and as an ONNX file
for those who needn't load PyTorch.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from utils.models import model_path

NAMES, SEEDS, NUM_IMAGES = ("mlp_1024", "cnn_32_64", "cnn_64_128"), (0, 1, 2), 10_000


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


def train(folder: Path) -> None:
    """What ``python -m utils.models`` calls: in a process of its own, so that TensorFlow isn't beside it."""
    subprocess.run([sys.executable, "-m", "utils.int8_models", str(folder)], check=True)


def train_here(folder: Path) -> None:
    """Train and export them all."""
    import torch

    from utils.cnn import fit
    from utils.data import load_mnist
    from utils.onnx_tools import export_onnx
    from utils.torch_data import tensors

    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    data = load_mnist()
    few = tensors(data.x_train[:NUM_IMAGES], data.y_train[:NUM_IMAGES])
    for name in NAMES:
        start = time.perf_counter()
        for seed in SEEDS:
            torch.manual_seed(seed)
            model = network(name).to(memory_format=torch.channels_last)
            fit(model, *few, num_epochs=3 if name == "mlp_1024" else 2, lr=0.003, seed=seed)
            torch.save(model.state_dict(), folder / f"{name}_{seed}.pt")
            model = model.to(memory_format=torch.contiguous_format)
            export_onnx(model, torch.zeros(2, 1, 28, 28), folder / f"{name}_{seed}.onnx")
        print(f"  {name}: {len(SEEDS)} trainings, {time.perf_counter() - start:.0f} s", flush=True)


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
    return model_path("int8") / f"{name}_{seed}.{suffix}"


if __name__ == "__main__":
    train_here(Path(sys.argv[1]))
