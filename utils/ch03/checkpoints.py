"""What a checkpoint has to withstand in lab 03: a full disk, broken and hostile files, a new process."""

from __future__ import annotations

import copy
import io
import os
import sys
from pathlib import Path

import torch


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


AUDIT = {"path": None, "done": []}


def _audit(event, arguments, audit=AUDIT):
    """Python calls this before it opens, deletes or renames a file."""
    if audit["path"] is None or event not in ("open", "os.remove", "os.rename"):
        return
    if os.fspath(arguments[0]) == audit["path"] if isinstance(arguments[0], str | Path) else False:
        writes = event == "open" and set(arguments[1] or "r") & set("wax+")
        audit["done"] += ["opened for writing"] if writes else []
        audit["done"] += {"os.remove": ["deleted"], "os.rename": ["renamed"]}.get(event, [])


sys.addaudithook(_audit)


def save_watched(save_checkpoint, path, *state):
    """save_checkpoint(path, …) over an older file: what was done to that one, but for a rename onto it."""
    AUDIT["path"], AUDIT["done"] = str(path), []
    try:
        save_checkpoint(path, *state)
    finally:
        AUDIT["path"] = None
    return AUDIT["done"]


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


def why_not_opened(path):
    """The first sentence of torch.load's complaint, or nothing."""
    try:
        torch.load(path, weights_only=True)
        return ""
    except Exception as error:
        return str(error).split(".")[0][:120] or type(error).__name__
