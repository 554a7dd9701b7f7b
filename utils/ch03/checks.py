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
        that(state is not None, f"{of}: it returns nothing: its last line should return the dict", 1)
        that(isinstance(state, dict), f"{of}: return a dict; you returned a {type(state).__name__}", 1)
        model = lab.mlp(*sizes)
        asked, got = list(model.state_dict()), list(state)
        more = ": they are left from the call before" if got[: len(asked)] == asked != got else ""
        more = ": one or more layers are missing" if got == asked[: len(got)] != asked else more
        that(asked == got, f"{of}: the keys should be {asked}; yours are {got}{more}", 3)
        for key, tensor in model.state_dict().items():
            that(torch.is_tensor(state[key]), f"{of}: {key} should be a tensor", 2)
            shape, right = tuple(state[key].shape), tuple(tensor.shape)
            that(shape == right, f"{of}: {key} should have shape {right}; yours has {shape}", 1)
            that(state[key].dtype == torch.float32, f"{of}: {key} is {state[key].dtype}, not float32", 2)
        for k, (key, array) in enumerate(zip(asked, weights, strict=True)):
            got, right = state[key].detach().numpy(), array.T
            if np.array_equal(got, right):
                continue
            others = [name for name, it in zip(asked, weights, strict=True) if np.array_equal(got, it.T)]
            usual = {
                "it is the kernel as it was: a square one is transposed, too": np.array_equal(got, array),
                f"it holds the numbers of {''.join(others[:1])}": bool(others),
                "the numbers are rounded": np.allclose(got, right, rtol=0.01, atol=0.01),
                "reshape keeps the order of the numbers: rows and columns have to change places": got.size
                and np.array_equal(got.ravel(), array.ravel()),
                "the same numbers in other places: it is a transpose, neither a rotation nor a reversal": (
                    np.array_equal(np.sort(got.ravel()), np.sort(array.ravel()))
                ),
            }
            words = next((f": {words}" for words, holds in usual.items() if holds), "")
            that(False, f"{of}: {key} has the right shape and other numbers than array {k}{words}", 1)
        model.load_state_dict(state)
        far = np.abs(model(x).detach().numpy() - h).max() / np.abs(h).max()
        that(far < 1e-4, f"{of}: all numbers fit, and yet it computes something else than Keras", 1)
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
        that(got is not None, f"{of}: it returns nothing: its last line should return the list", 1)
        that(isinstance(got, list), f"{of}: return a list; you returned a {type(got).__name__}", 1)
        kinds = sorted({type(array).__name__ for array in got} - {"ndarray"})
        that(not kinds, f"{of}: the list should hold NumPy arrays; yours holds {' and '.join(kinds)}", 3)
        shapes, asked = [array.shape for array in got], [array.shape for array in right]
        same = sorted(map(str, shapes)) == sorted(map(str, asked))
        more = ": a kernel before its bias, and the keys in the order they have, not sorted" if same else ""
        straight = shapes == [tuple(tensor.shape) for tensor in state.values()]
        more = ": a kernel is (in, out), so transpose" if straight else more
        that(shapes == asked, f"{of}: the shapes should be {asked}; yours are {shapes}{more}", 1)
        that(all(array.dtype == np.float32 for array in got), f"{of}: the arrays should be float32", 2)
        for k, (a, b) in enumerate(zip(got, right, strict=True)):
            usual = {
                ": a square kernel is transposed, too": np.array_equal(a, b.T),
                ": they are rounded": np.allclose(a, b, atol=0.01),
                ": reshape keeps their order; rows and columns have to change places": np.array_equal(
                    a.ravel(), b.T.ravel()
                ),
                ": the layers are in another order": any(np.array_equal(a, other) for other in right),
            }
            words = next((words for words, holds in usual.items() if holds), "")
            that(np.array_equal(a, b), f"{of}: array {k} has the right shape and other numbers{words}", 1)
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


def state_words(now, saved, before, other) -> str:
    """What a generator's state is, if it isn't the one saved."""
    if torch.equal(now, before):
        return (
            ": it is as it was before loading. Set the state of the very generator, to what get_state() gave"
        )
    return (
        ": it is the other generator's"
        if torch.equal(now, other)
        else ": a seed starts anew, a state goes on"
    )


def all_back(that, saved, before, model, optimizer, generator):
    """Is every piece what it was? ``before``: what they were before loading."""
    for name, tensor in saved[0].items():
        words = f"the model's {name} is not what was saved"
        now = model.state_dict()[name]
        usual = ": a statistic of batch norm, which is no parameter" if "running" in name else ""
        usual = (
            ": it is as it was before loading" if torch.equal(now, before[0][name]) and not usual else usual
        )
        near = tensor.is_floating_point() and torch.allclose(now, tensor, atol=0.01) and not usual
        that(torch.equal(now, tensor), words + (": it is rounded; keep every bit" if near else usual), 2)
    now = optimizer.state_dict()
    rates = [group["lr"] for group in now["param_groups"]]
    right = [group["lr"] for group in saved[1]["param_groups"]]
    buffers, untouched = saved[1]["state"], rates != right and not now["state"]
    words = "the optimizer that you were given is as it was: load into that one, not into a new one"
    that(not untouched or not buffers, words, 2)
    that(rates == right, f"the learning rate should be {right[0]:.4g}; after loading it is {rates[0]:.4g}", 2)
    same = set(now["state"]) == set(buffers) and all(
        torch.equal(now["state"][k]["momentum_buffer"], buffers[k]["momentum_buffer"]) for k in buffers
    )
    that(same, "the optimizer's momentum is not what was saved", 2)
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    same = held == {id(parameter) for parameter in model.parameters()}
    words = "the model's parameters are others than the optimizer's, which has the old ones (assign=True?)"
    that(same, words, 2)
    order, dropout = generator.get_state(), torch.get_rng_state()
    words = "the state of generator, which draws the order, is not what was saved"
    that(torch.equal(order, saved[2]), words + state_words(order, saved[2], before[2], saved[3]), 1)
    words = "dropout will draw other masks: PyTorch's global generator is not as it was saved"
    that(torch.equal(dropout, saved[3]), words + state_words(dropout, saved[3], before[3], saved[2]), 1)


def epoch_is(that, got, right: int):
    """Did load_checkpoint return the number that save_checkpoint got?"""
    that(got is not None, "load_checkpoint returns nothing: its last line should return the epoch", 3)
    is_number = not isinstance(got, str | dict | list | tuple)
    kind = type(got).__name__
    that(is_number, f"load_checkpoint should return the epoch, a number; yours returns a {kind}", 3)
    words = f"saved with epoch={right}; load_checkpoint returned {got!r}"
    that(got == right, words + (": return the very number" if abs(got - right) == 1 else ""), 3)


def unchanged_by_saving(that, save_checkpoint, path):
    """Saving must leave all that it saves as it was."""
    training = lab.new_training(5)
    rng = np.random.default_rng(5)
    lab.train_on(*training, torch.tensor(rng.normal(size=(40, 8))).float(), torch.arange(40) % 3, 1)
    before = pieces(*training)
    save_checkpoint(path, *training, 1)
    after = pieces(*training)
    for name, tensor in before[0].items():
        that(torch.equal(after[0][name], tensor), f"save_checkpoint changes the model's {name}", 1)
    buffers = [[s["momentum_buffer"] for s in it[1]["state"].values()] for it in (before, after)]
    same = all(torch.equal(a, b) for a, b in zip(*buffers, strict=True))
    that(same, "save_checkpoint changes the optimizer's momentum", 1)
    that(torch.equal(before[2], after[2]), "save_checkpoint draws from generator, or sets its seed", 1)
    words = "save_checkpoint draws from PyTorch's global generator, or sets its seed"
    that(torch.equal(before[3], after[3]), words, 1)
    that(path.is_file(), f"save_checkpoint wrote no file {path.name}", 3)
    files = sorted(file.name for file in path.parent.iterdir())
    that(files == [path.name], f"save_checkpoint(…/{path.name}) left {files}: one file is asked for", 3)


@check("03-resume")
@torch.enable_grad()
def check_resume(that, save_checkpoint, load_checkpoint):
    rng = np.random.default_rng(0)
    x, y = torch.tensor(rng.normal(size=(70, 8))).float(), torch.tensor(rng.integers(0, 3, 70))
    expected = lab.train_on(*lab.new_training(3), x, y, 5)  # never stopped, never saved
    with tempfile.TemporaryDirectory() as folder:
        unchanged_by_saving(that, save_checkpoint, Path(folder) / "first.pt")
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
        words = "load_checkpoint was given a file that is cut off, and raised nothing: read it, and let its error out"
        that(not torn, words, 1)

        new = lab.new_training(8, lr=0.5)
        before = pieces(*new)
        epoch, (model, optimizer, generator) = lab.in_new_objects(load_checkpoint, path, new)
        epoch_is(that, epoch, 2)
        all_back(that, saved, before, model, optimizer, generator)
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
