"""Lab 03's check of a checkpoint that resumes bit for bit."""

from __future__ import annotations

import copy
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import torch

from utils.ch03 import lab
from utils.checks import check


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
        else ": a seed starts anew, a state goes on, and what draws after it is set (a new layer does) moves it"
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
    is_number = not isinstance(got, str | dict | list | tuple | torch.Tensor)
    kind = type(got).__name__
    that(is_number, f"load_checkpoint should return the epoch, a number; yours returns a {kind}", 3)
    words = f"saved with epoch={right}; load_checkpoint returned {got!r}"
    usual = {
        1: ": return the very number",
        -1: ", the number of the save before: does each save replace the file?",
    }
    that(got == right, words + usual.get(got - right, ""), 3)


def unchanged_by_saving(that, save_checkpoint, path):
    """Saving must leave all that it saves as it was."""
    training = lab.new_training(5, lr=0.123456789)
    rng = np.random.default_rng(5)
    lab.train_on(*training, torch.tensor(rng.normal(size=(40, 8))).float(), torch.arange(40) % 3, 1)
    before = pieces(*training)
    save_checkpoint(path, *training, 1)
    after = pieces(*training)
    that(training[0].training, "save_checkpoint puts the model into evaluation mode, and leaves it there", 1)
    groups = [it[1]["param_groups"] for it in (before, after)]
    that(groups[0] == groups[1], "save_checkpoint changes the optimizer's rate, or another of its options", 1)
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
    twins = sum(file.read_bytes() == path.read_bytes() for file in path.parent.iterdir() if file.is_file())
    words = f"save_checkpoint(…/{path.name}) left {files}: one file is asked for"
    copied = ", and copying onto path isn't at once: os.replace(part, path) is" if twins > 1 else ""
    that(files == [path.name], words + copied, 3)
    training[0].eval()
    save_checkpoint(path, *training, 1)
    that(not training[0].training, "save_checkpoint puts the model into training mode: leave it as it is", 1)


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
        usual = "Save states, not objects"
        if not zipfile.is_zipfile(path):
            usual = "Write states, and write them with torch.save"
        elif "numpy" in why:
            usual = "Save tensors; dropout draws from PyTorch's generator, torch.get_rng_state(), not from NumPy's"
        that(not why, f"torch.load with weights_only=True says: {why}. {usual}", 2)
        losses = lab.train_on(*training, x, y, 3, first=2)
        that(torch.equal(losses, expected[10:]), "the training that goes on after a save has other losses", 1)
        safe, told, fate = lab.save_on_full_disk(save_checkpoint, path, *training, 5)
        usual = {
            "overwritten": "was overwritten: write to another name first",
            "moved away": "had another name by then, or none: leave it where it is until the new one is whole",
            "replaced by half a file": "was replaced by half a file: rename only if all is written (no finally)",
        }
        that(
            safe, f"the disk filled up while saving, and the old checkpoint {usual.get(fate, 'was gone')}", 3
        )
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
        words = "the new file was made in another folder, which may lie on another disk: there, no rename is at once"
        that("another folder" not in done, f"{words}. Make it beside path", 3)
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
