"""Chapter 07's studies over seeds: the race itself, what each change is worth, and schedules at equal examples."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import torch

from utils.ch07.race import FAST, NAIVE, ONE_CYCLE, PEER, Recipe, Run, gradients, in_part, race
from utils.data import load_mnist
from utils.making.bars import progress
from utils.models import recorded, write_study

RECORDED = {"race.json": "run_race", "rows.json": "run_rows", "schedules.json": "run_schedules"}

# Each row has one change more than the row above it.
ROWS = {
    "naive loop": NAIVE,
    "+ whole arrays": replace(NAIVE, arrays=True),
    "+ channels_last": replace(NAIVE, arrays=True, channels_last=True),
    "+ one-cycle, batch 256": replace(PEER, channels_last=True),
    "+ gradients and an MLP": FAST,
}
# One change alone, added to the naive loop; and the last recipe with one of its changes taken back.
ADDED = {
    "whole arrays": ROWS["+ whole arrays"],
    "channels_last": replace(NAIVE, channels_last=True),
    "one-cycle, batch 256": replace(NAIVE, **ONE_CYCLE),
    "gradients and an MLP": replace(NAIVE, inputs="gradients"),
}
REMOVED = {
    "whole arrays": replace(FAST, arrays=False),
    "channels_last": FAST,  # an MLP has no layout to choose
    "one-cycle, batch 256": replace(NAIVE, inputs="gradients", arrays=True),
    "gradients and an MLP": ROWS["+ one-cycle, batch 256"],
}
TURNS = 12  # of timing
# How often each way to learn is tried, and for at most how many epochs; the way to feed doesn't matter here.
TRIALS = {
    ("pixels", "constant"): (3, 4),
    ("pixels", "one-cycle"): (3, 1),
    ("gradients", "constant"): (4, 8),
    ("gradients", "one-cycle"): (8, 3),
}


def run_race(folder: Path) -> None:
    """The peer's recipe and ours, ten seeds each, by turns: three minutes and a half."""
    torch.set_num_threads(1)  # other programs may be at work: a second thread would wait for them
    found = {"peer": [], "ours": []}
    race(FAST, 0)  # the first run of a process reads the data
    for seed in range(10):
        for name, recipe in (("peer", PEER), ("ours", FAST)):
            progress(2 * seed + (name == "ours"), 20, name)
            found[name].append(race(recipe, 100 + seed))  # seeds that chose nothing
    write_study(folder / "race.json", found)


def run_rows(folder: Path) -> None:
    """How many epochs each way to learn needs, and how long an epoch takes each recipe: four minutes."""
    torch.set_num_threads(1)
    found = {}
    for k, (inputs, schedule) in enumerate(TRIALS):
        progress(k, len(TRIALS) + 2, f"{inputs}, {schedule}")
        found[f"{inputs}, {schedule}"] = _by_epochs(inputs, schedule)
    for name, times in _seconds().items():
        found[f"seconds: {name}"] = times
    write_study(folder / "rows.json", found)


def _by_epochs(inputs: str, schedule: str) -> list:
    """(seeds, epochs, 2): validation and test accuracy in % after 1, 2, … epochs."""
    seeds, most = TRIALS[inputs, schedule]
    start = replace(
        FAST if schedule == "one-cycle" else NAIVE, inputs=inputs, arrays=True, channels_last=True
    )
    if (inputs, schedule) == ("pixels", "one-cycle"):
        start = ROWS["+ one-cycle, batch 256"]
    if schedule == "constant":  # a longer run goes on where a shorter one stopped
        return [_curve(start, seed, most) for seed in range(seeds)]
    return [
        [race(replace(start, num_epochs=e), seed)[1:] for e in range(1, most + 1)] for seed in range(seeds)
    ]


def _curve(recipe: Recipe, seed: int, most: int) -> list:
    run, after = Run(recipe, seed), []
    run.prepare()
    for _ in range(most):
        run.epoch()
        after.append(run.accuracies())
    return after


def _seconds() -> dict[str, list]:
    """By recipe (turns, 2): seconds before and after training, seconds an epoch, from some of its steps."""
    recipes = {recipe_id(PEER): PEER}
    for group in (ROWS, ADDED, REMOVED):
        recipes |= {recipe_id(recipe): recipe for recipe in group.values()}
    times: dict[str, list] = {name: [] for name in recipes}
    for _ in range(TURNS):  # by turns: a slow minute slows them all
        for name, recipe in recipes.items():
            times[name].append(in_part(recipe, max(10, 4000 // recipe.batch_size)))
    return times


def recipe_id(recipe: Recipe) -> str:
    """What of a recipe decides its seconds an epoch, in words."""
    feeding = "arrays" if recipe.arrays else "samples"
    layout = "channels_last" if recipe.channels_last else "channels first"
    return ", ".join([recipe.inputs, feeding, layout, f"batch {recipe.batch_size}"])


# ---- schedules -----------------------------------------------------------------------------------

# A constant rate wants to be lower, and may have Adam's usual betas: those of the race were chosen for a schedule.
USUAL = "constant, usual betas"
RATES = {key: [0.00025, 0.0005, 0.001, 0.002] for key in ["constant", USUAL]}
RATES |= {
    key: [0.001, 0.002, 0.005, 0.01, 0.02] for key in ["step", "cosine", "one-cycle", "warm-up, linear"]
}
SEEDS, FRESH_SEEDS = 3, 12  # to choose a rate with, and other ones to compare with
BATCHES = {64: [0.00125, 0.0025, 0.005], 256: [0.0025, 0.005, 0.01], 512: [0.0025, 0.005, 0.01]}
BATCHES |= {2048: [0.02, 0.04, 0.08], 8192: [0.02, 0.04, 0.08]}


@cache
def _inputs() -> tuple:
    """Gradients and labels of a run, made once: only training differs between these runs."""
    data = load_mnist()
    return gradients(data.x_train), torch.tensor(data.y_train).long()


def train_once(recipe: Recipe, seed: int) -> tuple[Run, float]:
    """A run from gradients that were made before, and the seconds of its training."""
    run = Run(recipe, seed)
    run.prepare_from(*_inputs())
    start = time.perf_counter()
    for _ in range(recipe.num_epochs):
        run.epoch()
    return run, time.perf_counter() - start


def average_again(run: Run) -> None:
    """Batch norm's means and variances anew, each batch counted alike, with the weights as they are."""
    for layer in run.model.modules():
        if isinstance(layer, torch.nn.BatchNorm1d):
            layer.reset_running_stats()
            layer.momentum = None  # of all batches the plain mean
    run.model.train()
    with torch.no_grad():
        for some in run.x[:10_000].split(1000):
            run.model(some)


def run_schedules(folder: Path) -> None:
    """Each schedule at its best rate, chosen on validation, then on fresh seeds; batch sizes: five minutes."""
    torch.set_num_threads(1)
    found: dict[str, list] = {}
    for k, (name, rates) in enumerate(RATES.items()):
        progress(k, len(RATES) + 2, name)
        usual = {"schedule": "constant", "betas": NAIVE.betas}
        trial = replace(FAST, **usual if name == USUAL else {"schedule": name})
        tried = [[_accuracies(replace(trial, lr=lr), seed)[0] for seed in range(SEEDS)] for lr in rates]
        found[f"validation: {name}"] = tried  # (rates, seeds)
        best = replace(trial, lr=rates[int(np.argmax(np.mean(tried, axis=1)))])
        found[f"test: {name}"] = [_accuracies(best, 100 + seed)[1] for seed in range(FRESH_SEEDS)]
    for k, size in enumerate(BATCHES):
        progress(len(RATES) + 2 * k / len(BATCHES), len(RATES) + 2, f"batch {size}")
        found[f"batch {size}"] = _by_rate(size)
    write_study(folder / "schedules.json", found)


def _accuracies(recipe: Recipe, seed: int) -> tuple[float, float]:
    return train_once(recipe, seed)[0].accuracies()


def _by_rate(batch_size: int) -> list:
    """(rates, seeds, 5): seconds of training, accuracies before and after averaging batch norm's numbers again."""
    found = []
    for lr in BATCHES[batch_size]:
        recipe, rows = replace(FAST, batch_size=batch_size, lr=lr), []
        for seed in range(SEEDS):
            run, seconds = train_once(recipe, seed)
            before = run.accuracies()
            average_again(run)
            rows.append([seconds, *before, *run.accuracies()])
        found.append(rows)
    return found


def load_race(fresh: bool = False) -> dict[str, np.ndarray]:
    """``{"peer": (10, 3), "ours": (10, 3)}``: seconds, validation and test accuracy in %, a row a seed."""
    return recorded(__name__, "race.json", fresh)


def load_rows(fresh: bool = False) -> dict[str, np.ndarray]:
    """Accuracies by epoch ``(seeds, epochs, 2)`` and ``"seconds: …"`` ``(turns, 2)``; see ``run_rows``."""
    return recorded(__name__, "rows.json", fresh)


def load_schedules(fresh: bool = False) -> dict[str, np.ndarray]:
    """Accuracies of schedules and batch sizes; see ``run_schedules``."""
    return recorded(__name__, "schedules.json", fresh)


def seconds_to_target(rows: dict[str, np.ndarray], recipe: Recipe, target: float) -> tuple:
    """(epochs, seconds (turns,), test accuracy in %) of the fewest epochs that reach ``target`` on validation.

    Means over seeds; ValueError where no number of epochs that was tried does.
    """
    by_epochs = rows[f"{recipe.inputs}, {recipe.schedule}"].mean(axis=0)  # (epochs, 2)
    epochs = 1 + int(np.argmax(by_epochs[:, 0] >= target))
    if by_epochs[epochs - 1, 0] < target:
        raise ValueError(f"{recipe}: {by_epochs[:, 0].max():.2f}% at most")
    around, epoch = rows[f"seconds: {recipe_id(recipe)}"].T
    return epochs, around + epochs * epoch, by_epochs[epochs - 1, 1]
