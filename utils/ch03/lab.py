"""What lab 03 hands its answers: networks, models that write down how they are called, files that go wrong."""

from __future__ import annotations

import copy
import gc
import io
import os
import pickle
import re
import sys
import tempfile
import warnings
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


def digits(n):
    """The first n images (n, 1, 28, 28) and labels (n,) of MNIST."""
    from utils.data import load_mnist, tensors  # for looking at something real: grading never calls this

    data = load_mnist()
    return tensors(data.x_train[:n], data.y_train[:n])


def scikit_learn_ported(to_torch):
    """Train scikit-learn's MLPClassifier on 2,000 digits, port it, and count the answers that agree."""
    from sklearn.neural_network import MLPClassifier

    x, y = digits(2000)
    theirs = MLPClassifier((32,), random_state=0)
    for _ in range(10):
        theirs.partial_fit(x.flatten(1).numpy(), y.numpy(), classes=range(10))
    pairs = zip(theirs.coefs_, theirs.intercepts_, strict=True)  # kernels (in, out)
    ours = mlp(784, 32, 10)
    ours.load_state_dict(to_torch([np.float32(array) for pair in pairs for array in pair]))
    same = ours(x).argmax(dim=1).numpy() == theirs.predict(x.flatten(1).numpy())
    print(f"of 2,000 digits the ported network answers {same.sum():,} as scikit-learn's does")


class Watched(nn.Module):
    """A model that writes down, of each call: which images, in which mode, with a graph or without."""

    def __init__(self, model):
        super().__init__()
        self.model, self.calls = model, []

    def forward(self, x):
        images = (100 * x.flatten(1)[:, 0]).round().int().tolist()
        modes = {module.training for module in self.modules()}
        call = {"images": images, "shape": tuple(x.shape), "modes": modes, "graph": torch.is_grad_enabled()}
        self.calls.append({**call, "state": copy.deepcopy(self.model.state_dict())})
        result = self.model(x)
        self.calls[-1]["graph"] = result.requires_grad
        return result

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
    """(model, x_train, y_train, x_val, y_val): it calls all 0 at first, and more and more of them 1.

    Of the validation images it gets more and more right, then fewer and fewer, and in the eighth epoch five more
    again. The last step up to the best, the fourth, is one image of 340: less than a percent.
    """
    model, x_train, x_val = nn.Linear(features, 2), numbered(50, features, rng), torch.zeros(340, features)
    x_train[:, 1:] = 0
    x_val[:, 0], x_val[:, 1] = -torch.arange(1, 341) / 100, 1  # numbered below zero
    up, down = rng.uniform(0.2, 0.85, 19), rng.uniform(1.8, 2.1, 20)
    turns = up, 1.1, down, np.full(5, 2.2), np.full(295, 100.0)  # the last ones never
    x_val[:, 2] = torch.tensor(np.hstack(turns))
    y_val = torch.tensor([1] * 20 + [0] * 20 + [1] * 5 + [0] * 295)
    with torch.no_grad():
        model.weight.zero_(), model.bias.zero_()
        model.weight[0, 2] = 1.0  # turns to 1 when its bias has risen by this feature
    return model, x_train, torch.ones(50, dtype=torch.int64), x_val, y_val


def with_channels(rng, n=13):
    """(model, x_train, y_train, x_val, y_val) of images (n, 1, 4, 4) and a convolution."""
    torch.manual_seed(int(rng.integers(10**6)))
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 3))
    x, x_val = (sign * numbered(k, 16, rng).reshape(-1, 1, 4, 4) for sign, k in ((1, n), (-1, 9)))
    return model, x, torch.tensor(rng.integers(0, 3, n)), x_val, torch.tensor(rng.integers(0, 3, 9))


def fit_cases(rng):
    """(name, model, x_train, y_train, x_val, y_val, num_epochs, lr, batch_size): what a loop is graded with."""
    for n, batch_size in ((37, 8), (24, 6), (10, 50)):
        x, x_val = numbered(n, 5, rng), -numbered(130, 5, rng)
        y, y_val = torch.tensor(rng.integers(0, 3, n)), torch.tensor(rng.integers(0, 3, 130))
        torch.manual_seed(int(rng.integers(10**6)))
        net = nn.Sequential(nn.Linear(5, 7), nn.Tanh(), nn.Linear(7, 3))
        yield f"net of {n}", net, x, y, x_val, y_val, 3, 0.1, batch_size
        torch.manual_seed(n)  # what an answer has drawn meanwhile is of no consequence
        norm = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Dropout(0.0), nn.Linear(4, 3))
        yield f"norm of {n}", norm, x, y, x_val, y_val, 2, 0.05, batch_size
        torch.manual_seed(n + 1)
        never = nn.Sequential(nn.Linear(5, 4), nn.BatchNorm1d(4), nn.Linear(4, 3))
        never[2].bias.data[2] = -1000
        twos = torch.full((130,), 2)
        yield f"never right of {n}", never, x, y % 2, x_val, twos, 3, 0.1, batch_size
    for k in (4, 6, 8):  # the best epoch is the fourth
        yield f"rise and fall {k}", *rise_and_fall(rng), k, 0.02, 16
    yield "channels", *with_channels(rng), 3, 0.1, 5
    x, x_val = numbered(9, 4, rng), -numbered(2100, 4, rng)
    y, y_val = torch.tensor(rng.integers(0, 3, 9)), torch.tensor(rng.integers(0, 3, 2100))
    yield "many", linear(rng.normal(size=(4, 3))), x, y, x_val, y_val, 3, 0.2, 4


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

    Three answers: was the old file there all along, did the error come out, and what became of the old file?
    """
    old, whole, really_save, told, fate = path.read_bytes(), [], torch.save, False, ""

    def half_save(obj, f, *arguments, **options):
        buffer = io.BytesIO()
        really_save(obj, buffer, *arguments, **options)
        there = path.exists()
        half = buffer.getvalue()[: len(buffer.getvalue()) // 2]
        if hasattr(f, "write"):
            f.write(half), f.flush()
        else:
            Path(f).write_bytes(half)
        whole.append(path.exists() and path.read_bytes() == old)
        nonlocal fate
        fate = "" if whole[-1] else "overwritten" if there else "moved away"
        raise OSError("no space left on device")

    torch.save = half_save
    try:
        save_checkpoint(path, *state)
    except OSError:
        told = True
        whole.append(path.exists() and path.read_bytes() == old)
        fate = fate or ("" if whole[-1] else "replaced by half a file")
    finally:
        torch.save = really_save
    if not whole:  # it saved by another way, which never saw a full disk
        path.write_bytes(old)
    return all(whole), told or not whole, fate


def _watcher():
    watched, done = None, []

    def audit(event, arguments):
        """Python calls this before it opens, deletes or renames a file."""
        if watched is None or event not in ("open", "os.remove", "os.rename"):
            return
        if event == "os.rename" and os.fspath(arguments[1]) == watched:
            home, came_from = (Path(os.fspath(file)).parent.resolve() for file in (watched, arguments[0]))
            done.extend([] if home in (came_from, *came_from.parents) else ["another folder"])
        if isinstance(arguments[0], str | Path) and os.fspath(arguments[0]) == watched:
            writes = event == "open" and set(arguments[1] or "r") & set("wax+")
            done.extend(["opened for writing"] if writes else [])
            done.extend({"os.remove": ["deleted"], "os.rename": ["renamed"]}.get(event, []))

    def save_watched(save_checkpoint, path, *state):
        """save_checkpoint(path, …) over an older file: what was done to that one, but for a rename onto it.

        "another folder": the rename came from outside of path's folder, which may be another disk.
        """
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
    """``load_checkpoint`` of bad files: (code in one of two ran; the third, cut off, was loaded)."""
    trap, torn, loaded = path.with_name("trap"), path.with_name("torn"), []
    plain, surprise = path.with_name("plain"), {"model": Surprise(path.with_name("ran"))}
    torch.save(surprise, trap)
    plain.write_bytes(pickle.dumps(surprise, protocol=2))  # as no torch.save writes it
    torn.write_bytes(path.read_bytes()[:1000])
    for file in (trap, plain, torn):
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


def crash_and_resume(save_checkpoint, load_checkpoint):
    """Digits in 8 pixels: a training crashes after epoch 2 and goes on to epoch 4. The bits of one that didn't?"""
    x, y = digits(500)
    x, y = F.adaptive_avg_pool2d(x, (2, 4)).flatten(1), y % 3  # (500, 8), (500,)
    whole = train_on(*new_training(0), x, y, 4)
    with tempfile.TemporaryDirectory() as folder:
        path, training = Path(folder) / "run.pt", new_training(0)
        train_on(*training, x, y, 2, lambda epoch: save_checkpoint(path, *training, epoch))
        training = new_training(9)  # all is new, as after a crash
        epoch = load_checkpoint(path, *training)
        weights = sum(p.nbytes for p in training[0].parameters())
        state = torch.get_rng_state().nbytes
        print(f"{path.stat().st_size:,} bytes on disk, for {weights:,} of weights")
        print(f"({weights:,} of momentum, {state:,} for the state of each of the two generators)")
    losses = train_on(*training, x, y, 4 - epoch, first=epoch)
    print(f"{len(losses)} steps after the crash: equal bits:", torch.equal(losses, whole[-len(losses) :]))


def why_not_opened(path):
    """The first sentence of torch.load's complaint, or nothing."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one names a file of the course
            torch.load(path, weights_only=True)
        return ""
    except Exception as error:
        kinds = re.findall(r"GLOBAL (\S+)", str(error))
        more = f", since it holds a {kinds[0]}" if kinds else ""
        return (str(error).split(".")[0][:120] or type(error).__name__) + more


fixed(__name__)
