"""Lab 03's checks of porting and resuming: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path

import numpy as np
import torch

from utils.ch03 import lab
from utils.ch03.check_training import check_bugs, check_fit
from utils.checks import check

__all__ = ["check_bugs", "check_fit", "check_port", "check_resume"]


@check("03-port")
def check_port(that, to_torch, to_keras):
    def there(sizes, rng):
        weights, h = [], rng.normal(size=(5, sizes[0])).astype(np.float32)
        x = torch.tensor(h)
        for m, n in zip(sizes, sizes[1:], strict=False):
            weights += [rng.normal(size=(m, n)).astype(np.float32), rng.normal(size=n).astype(np.float32)]
            h = (
                np.maximum(h, 0) @ weights[-2] + weights[-1]
                if len(weights) > 2
                else h @ weights[0] + weights[1]
            )
        given = [array.copy() for array in weights]
        state, of = to_torch(given), f"to_torch, layers {'-'.join(map(str, sizes))}"
        that(isinstance(state, dict), f"{of}: return a dict; you returned a {type(state).__name__}", 1)
        model = lab.mlp(*sizes)
        asked, got = list(model.state_dict()), list(state)
        that(asked == got, f"{of}: the keys should be {asked}; yours are {got}", 3)
        for key, tensor in model.state_dict().items():
            that(torch.is_tensor(state[key]), f"{of}: {key} should be a tensor", 2)
            shape, right = tuple(state[key].shape), tuple(tensor.shape)
            that(shape == right, f"{of}: {key} should have shape {right}; yours has {shape}", 1)
            that(state[key].dtype == torch.float32, f"{of}: {key} is {state[key].dtype}, not float32", 2)
        model.load_state_dict(state)
        far = np.abs(model(x).detach().numpy() - h).max() / np.abs(h).max()
        words = f"{of}: all shapes fit, and yet it computes something else than Keras"
        that(far < 1e-4, f"{words}. Is every kernel transposed, a square one, too? In the right order?", 1)
        same = len(given) == len(weights) and all(map(np.array_equal, given, weights))
        that(same, f"{of}: it changes the arrays that it was given", 2)
        for array in given:
            array[...] = 99
        moved = any((tensor == 99).any() for tensor in state.values())
        that(not moved, f"{of}: when Keras trains on, PyTorch's weights change too: return copies", 2)

    def back(sizes):
        state = {key: tensor.clone() for key, tensor in lab.mlp(*sizes).state_dict().items()}
        right = [np.array(tensor.tolist(), np.float32).T for tensor in state.values()]
        given = dict(state)
        got, of = to_keras(given), f"to_keras, layers {'-'.join(map(str, sizes))}"
        arrays = isinstance(got, list) and all(isinstance(array, np.ndarray) for array in got)
        that(arrays, f"{of}: return a list of NumPy arrays", 3)
        shapes, asked = [array.shape for array in got], [array.shape for array in right]
        that(shapes == asked, f"{of}: the shapes should be {asked}; yours are {shapes}", 1)
        that(all(array.dtype == np.float32 for array in got), f"{of}: the arrays should be float32", 2)
        for k, (a, b) in enumerate(zip(got, right, strict=True)):
            that(np.array_equal(a, b), f"{of}: array {k} has the right shape and other numbers", 1)
        kept = list(given) == list(state) and all(
            np.array_equal(tensor.numpy().T, array)
            for tensor, array in zip(state.values(), right, strict=True)
        )
        that(kept, f"{of}: it changes the state_dict that it was given", 2)
        for tensor in state.values():
            tensor.fill_(99)
        moved = any((array == 99).any() for array in got)
        that(not moved, f"{of}: when PyTorch trains on, Keras' arrays change too: return copies", 2)

    for sizes in [(4, 3, 2), (3, 3, 3), (5, 2), (4, 1, 3), (2, 3, 4, 5, 4, 3, 2, 2)]:
        there(sizes, np.random.default_rng(0))
        back(sizes)


def pieces(model, optimizer, generator):
    """Copies of all that a step depends on."""
    states = [copy.deepcopy(part.state_dict()) for part in (model, optimizer)]
    return [*states, generator.get_state(), torch.get_rng_state()]


def all_back(that, saved, model, optimizer, generator):
    """Is every piece what it was?"""
    for name, tensor in saved[0].items():
        words = f"the model's {name} is not what was saved"
        same = torch.equal(model.state_dict()[name], tensor)
        that(same, words + (": a statistic of batch norm" if "running" in name else ""), 2)
    now = optimizer.state_dict()
    rates = [group["lr"] for group in now["param_groups"]]
    right = [group["lr"] for group in saved[1]["param_groups"]]
    that(rates == right, f"the learning rate should be {right[0]:.4g}; after loading it is {rates[0]:.4g}", 2)
    buffers = saved[1]["state"]
    same = set(now["state"]) == set(buffers) and all(
        torch.equal(now["state"][k]["momentum_buffer"], buffers[k]["momentum_buffer"]) for k in buffers
    )
    that(same, "the optimizer's momentum is not what was saved", 2)
    that(torch.equal(generator.get_state(), saved[2]), "the generator's state is not what was saved", 1)
    same = torch.equal(torch.get_rng_state(), saved[3])
    that(same, "dropout will draw other masks: PyTorch's global generator is not as it was saved", 1)


@check("03-resume")
def check_resume(that, save_checkpoint, load_checkpoint):
    rng = np.random.default_rng(0)
    x, y = torch.tensor(rng.normal(size=(70, 8))).float(), torch.tensor(rng.integers(0, 3, 70))
    expected = lab.train_on(*lab.new_training(3), x, y, 5)  # never stopped, never saved
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "checkpoint.v1.pt"
        training = lab.new_training(3)
        losses = lab.train_on(*training, x, y, 2, lambda epoch: save_checkpoint(path, *training, epoch))
        that(path.is_file(), f"save_checkpoint wrote no file {path.name}", 3)
        that(torch.equal(losses, expected[:10]), "a training that saves after each epoch has other losses", 1)
        saved = pieces(*training)
        why = lab.why_not_opened(path)
        that(not why, f"torch.load with weights_only=True says: {why}. Save states, not objects", 2)
        losses = lab.train_on(*training, x, y, 3, first=2)
        that(torch.equal(losses, expected[10:]), "the training that goes on after a save has other losses", 1)
        safe, told = lab.save_on_full_disk(save_checkpoint, path, *training, 5)
        words = (
            "the disk filled up while saving, and the old checkpoint was gone: write to another name first"
        )
        that(safe, words, 3)
        that(told, "the disk filled up while saving, and nobody was told: let the error out", 1)
        ran, torn = lab.load_bad_files(load_checkpoint, path, *lab.new_training(4))
        that(not ran, "load_checkpoint ran code that stood in a file: say weights_only=True", 3)
        that(not torn, "load_checkpoint took a file that was cut off for a whole one: let the error out", 1)

        epoch, (model, optimizer, generator) = lab.in_new_objects(
            load_checkpoint, path, lab.new_training(8, lr=0.5)
        )
        that(epoch == 2, f"saved after epoch 2; load_checkpoint returned {epoch!r}", 3)
        all_back(that, saved, model, optimizer, generator)
        losses = lab.train_on(model, optimizer, generator, x, y, 3, first=2)
        step = int((losses != expected[10:]).int().argmax()) + 1
        words = f"everything looks restored, but the losses part at step {step}"
        that(torch.equal(losses, expected[10:]), words, 2)

        path, other = Path(folder) / "a", Path(folder) / "b"
        first, second = lab.new_training(1), lab.new_training(2)
        save_checkpoint(path, *second, 1)
        that(path.is_file(), "a path without a suffix: write to the very path given", 3)
        lab.train_on(*first, x, y, 1)
        done = lab.save_watched(save_checkpoint, path, *first, 4)  # over the old one
        words = f"the old file was {' and '.join(done)} before the new one had its name"
        that(not done, f"{words}: os.replace(part, path) does both at once", 3)
        save_checkpoint(other, *second, 7)
        then = lab.train_on(*first, x, y, 1)
        epoch, training = lab.in_new_objects(load_checkpoint, path, lab.new_training(9, lr=0.5))
        that(epoch == 4, f"two files, one written twice: epoch should be 4; yours is {epoch!r}", 3)
        that(
            torch.equal(lab.train_on(*training, x, y, 1), then),
            "a file written over an older one isn't resumed",
            2,
        )
