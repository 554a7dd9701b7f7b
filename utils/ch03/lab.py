"""What lab 03 hands its answers: networks, models that write down how they are called, files that go wrong."""

from __future__ import annotations

import copy
import gc
import io
import os
import sys
import weakref
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from utils.checks import fixed

# ---- exercise 1 -----------------------------------------------------------------------------------


def mlp(*sizes):
    """Flatten, then Linear layers sizes[0]-sizes[1]-… with ReLU between them."""
    layers = [nn.Flatten()]
    for m, n in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(m, n), nn.ReLU()]
    return nn.Sequential(*layers[:-1])


# ---- exercises 2 and 3 ----------------------------------------------------------------------------


class Watched(nn.Module):
    """A model that writes down, of each call: which images, in which mode, with a graph or without."""

    def __init__(self, model):
        super().__init__()
        self.model, self.calls = model, []

    def forward(self, x):
        images, state = (100 * x[:, 0]).round().int().tolist(), copy.deepcopy(self.model.state_dict())
        modes, graph = {module.training for module in self.modules()}, torch.is_grad_enabled()
        self.calls.append({"images": images, "modes": modes, "graph": graph, "state": state})
        return self.model(x)

    @property
    def steps(self):
        """The calls with training images, which are numbered above 0."""
        return [call for call in self.calls if call["images"][0] > 0]

    @property
    def looks(self):
        """The calls with validation images, which are numbered below 0."""
        return [call for call in self.calls if call["images"][0] < 0]

    @property
    def order(self):
        """The numbers of all training images, as they came."""
        return [number for call in self.steps for number in call["images"]]


def numbered(n, features, rng):
    """Images (n, features) whose first feature tells their number: 0.01, 0.02, …; the rest is noise."""
    x = torch.tensor(rng.normal(size=(n, features)), dtype=torch.float32)
    x[:, 0] = torch.arange(1, n + 1) / 100
    return x


def rise_and_fall(rng, features=4):
    """(model, x_train, y_train, x_val, y_val): it calls all 0 at first and all 1 in the end.

    Of the validation images it gets more and more right, and then fewer and fewer.
    """
    model, x_train, x_val = nn.Linear(features, 2), numbered(50, features, rng), torch.zeros(40, features)
    x_train[:, 1:] = 0
    x_val[:, 0], x_val[:, 1] = -torch.arange(1, 41) / 100, 1  # numbered below zero
    x_val[:, 2] = torch.tensor(np.r_[rng.uniform(0.2, 0.85, 19), 1.1, rng.uniform(1.8, 2.4, 20)])
    with torch.no_grad():
        model.weight.zero_(), model.bias.zero_()
        model.weight[0, 2] = 1.0  # turns to 1 when its bias has risen by this feature
    return model, x_train, torch.ones(50, dtype=torch.int64), x_val, torch.arange(40) // 20 ^ 1


class Token:
    """Lives as long as the graph that it was put into."""


class Leave(torch.autograd.Function):
    """Passes x on unchanged, and leaves a token in the graph."""

    @staticmethod
    def forward(ctx, x, alive):
        ctx.token = Token()
        alive.add(ctx.token)
        return x.clone()

    @staticmethod
    def backward(ctx, gradient):
        return gradient, None


class Traced(nn.Module):
    """A model that writes down, at each call, how many graphs of earlier calls are still alive."""

    def __init__(self, model):
        super().__init__()
        self.model, self.alive, self.counts = model, weakref.WeakSet(), []

    def forward(self, x):
        self.counts.append(len(self.alive))
        return Leave.apply(self.model(x), self.alive)

    def left(self):
        """How many graphs are alive now."""
        gc.collect()
        return len(self.alive)


def drawn(rng, n, features, c):
    """Images (n, features) and labels (n,) that have nothing to do with each other."""
    return torch.tensor(rng.normal(size=(n, features))).float(), torch.tensor(rng.integers(0, c, n))


def linear(weight):
    """A linear model without bias: logits x @ weight."""
    weight = torch.as_tensor(weight, dtype=torch.float32)
    model = nn.Linear(*weight.shape, bias=False)
    model.weight.data = weight.T.clone()
    return model


# ---- exercise 4 -----------------------------------------------------------------------------------


def new_training(number, lr=0.1):
    """(model, optimizer, generator), seeded by number."""
    torch.manual_seed(number)
    layers = [nn.Linear(8, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.3), nn.Linear(12, 3)]
    model = nn.Sequential(*layers)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    return model, optimizer, torch.Generator().manual_seed(number)


def train_on(model, optimizer, generator, x, y, num_epochs, after_epoch=lambda epoch: None, first=0):
    """Every step's loss, as a tensor (steps,)."""
    losses = []
    for epoch in range(first, first + num_epochs):
        model.train()
        for batch in torch.randperm(len(x), generator=generator).split(16):
            loss = F.cross_entropy(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
        optimizer.param_groups[0]["lr"] *= 0.8
        after_epoch(epoch + 1)
    return torch.stack(losses)


def save_on_full_disk(save_checkpoint, path, *state):
    """``save_checkpoint(path, …)`` on a disk that fills up when half is written.

    Two answers: was the old file there all along, and did the error come out?
    """
    old, whole, really_save, told = path.read_bytes(), [], torch.save, False

    def half_save(obj, f, *arguments, **options):
        buffer = io.BytesIO()
        really_save(obj, buffer, *arguments, **options)
        half = buffer.getvalue()[: len(buffer.getvalue()) // 2]
        if hasattr(f, "write"):
            f.write(half), f.flush()
        else:
            Path(f).write_bytes(half)
        whole.append(path.exists() and path.read_bytes() == old)
        raise OSError("no space left on device")

    torch.save = half_save
    try:
        save_checkpoint(path, *state)
    except OSError:
        told = True
        whole.append(path.exists() and path.read_bytes() == old)
    finally:
        torch.save = really_save
    if not whole:  # it saved by another way, which never saw a full disk
        path.write_bytes(old)
    return all(whole), told or not whole


def _watcher():
    watched, done = None, []

    def audit(event, arguments):
        """Python calls this before it opens, deletes or renames a file."""
        if watched is None or event not in ("open", "os.remove", "os.rename"):
            return
        if isinstance(arguments[0], str | Path) and os.fspath(arguments[0]) == watched:
            writes = event == "open" and set(arguments[1] or "r") & set("wax+")
            done.extend(["opened for writing"] if writes else [])
            done.extend({"os.remove": ["deleted"], "os.rename": ["renamed"]}.get(event, []))

    def save_watched(save_checkpoint, path, *state):
        """save_checkpoint(path, …) over an older file: what was done to that one, but for a rename onto it."""
        nonlocal watched
        watched = str(path)
        done.clear()
        try:
            save_checkpoint(path, *state)
        finally:
            watched = None
        return list(done)

    sys.addaudithook(audit)
    return save_watched


save_watched = _watcher()


class Surprise:
    """What pickle is to call when it loads this: make a folder."""

    def __init__(self, folder):
        self.folder = str(folder)

    def __reduce__(self):
        return os.mkdir, (self.folder,)


def load_bad_files(load_checkpoint, path, *training):
    """``load_checkpoint`` of two bad files: (code in one ran; the other, cut off, was loaded)."""
    trap, torn, loaded = path.with_name("trap"), path.with_name("torn"), []
    torch.save({"model": Surprise(path.with_name("ran"))}, trap)
    torn.write_bytes(path.read_bytes()[:1000])
    for file in (trap, torn):
        try:
            load_checkpoint(file, *training)
            loaded.append(file)
        except Exception:
            pass
    return path.with_name("ran").exists(), torn in loaded


def in_new_objects(load_checkpoint, path, training):
    """Move the checkpoint elsewhere, load it into a new training: (what load returned, the new training)."""
    moved = path.replace(path.with_name(f"{path.name}, moved"))
    return load_checkpoint(moved, *training), training


def why_not_opened(path):
    """The first sentence of torch.load's complaint, or nothing."""
    try:
        torch.load(path, weights_only=True)
        return ""
    except Exception as error:
        return str(error).split(".")[0][:120] or type(error).__name__


fixed(__name__)
