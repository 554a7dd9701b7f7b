"""Lab 20's check of the queue: what a step and a graph take, and what usual mistakes give."""

from __future__ import annotations

import copy

import numpy as np

from utils.ch20.checking import ON_GPU, Suspects, in_case, is_number, near
from utils.ch20.lab import STEPS, step
from utils.checks import check

STEPS_SAID = {
    "launch-bound": "short kernels: the GPU waits for launches",
    "busy before": "short kernels; in the trace the GPU was still busy with what came before the step",
    "wide": "long kernels: launches wait in the queue",
    "falls behind": "kernels that the GPU gets behind with, step by step",
    "one kernel": "a single kernel",
    "copies": "a copy and a memset among the kernels",
    "slow graph": "a graph whose launch takes longer than its kernels",
    "one step": "one step only",
    "early launch": "a first launch that arrives before between_us has passed",
    "drawn": "a drawn step",
}


def queue(arrivals: list[float], durations: list[float], between: float, mistake: str = "") -> float:
    """When the last one ends: each starts once it has arrived, and ``between`` after the one before."""
    end = 0.0 if mistake == "between at the start" else None
    for arrival, duration in zip(arrivals, durations, strict=True):
        start = arrival if end is None or mistake == "no queue" else max(arrival, end + between)
        if mistake == "between after arrival" and end is not None:
            start = max(arrival, end) + between
        end = start + duration
    return float(end)


def predicted(events, steps: int, graph_us: float, between: float, mistake: str = "") -> tuple[float, float]:
    """(eager, graph), µs of so many steps; with a usual mistake in it."""
    complete = [e for e in events if e["ph"] == "X"]
    label = "gpu_user_annotation" if mistake == "the GPU's label" else "user_annotation"
    (span,) = (e for e in complete if e["cat"] == label)
    calls = {e["args"]["correlation"]: e for e in complete if e["cat"] == "cuda_runtime"}
    cats = ON_GPU[:1] if mistake == "kernels only" else ON_GPU
    gpu = sorted((e for e in complete if e["cat"] in cats), key=lambda e: e["ts"])
    launches = [calls[e["args"]["correlation"]] for e in gpu]
    if mistake == "by place":
        launches = sorted(calls.values(), key=lambda e: e["ts"])[: len(gpu)]
    if mistake == "not sorted":
        gpu = [e for e in complete if e["cat"] in cats]
        launches = [calls[e["args"]["correlation"]] for e in gpu]
    took, its_between = [e["dur"] for e in gpu], 0.0 if mistake == "no between" else between
    arrives = [e["ts"] + (0 if mistake == "starts" else e["dur"]) - span["ts"] for e in launches]
    if mistake == "as it happened":
        arrives = [e["ts"] - span["ts"] for e in gpu]
    elif mistake == "all calls":
        arrives = sorted(e["ts"] + e["dur"] - span["ts"] for e in calls.values())
    if mistake == "from the first launch":
        arrives = [a - (launches[0]["ts"] - span["ts"]) for a in arrives]
    if mistake == "from the first launch's end":
        arrives = [a - min(arrives) for a in arrives]
    elif mistake == "absolute":
        arrives = [a + span["ts"] for a in arrives]
    period = arrives[-1] if mistake == "period to the last launch" else span["dur"]
    arrives_all = [k * period + a for k in range(steps) for a in arrives][: steps * len(took)]
    eager = queue(arrives_all, took * steps, its_between, mistake)
    if mistake == "alone":
        eager = steps * queue(arrives, took, its_between)
    elif mistake == "emptied":
        eager = (steps - 1) * period + queue(arrives, took, its_between)
    elif mistake == "one step":
        eager = queue(arrives, took, its_between)
    elif mistake == "the CPU's time":
        eager = steps * span["dur"]
    elif mistake == "per step":
        eager /= steps
    elif mistake == "as recorded":
        eager = steps * (max(e["ts"] + e["dur"] for e in gpu) - span["ts"])
    one = sum(took) + its_between * (len(took) - 1)
    first = 0 if mistake == "first replay at 0" else 1
    arrives = [(k + first) * graph_us for k in range(steps) for _ in took]
    graph = queue(arrives, took * steps, its_between, mistake)
    if mistake == "per step":
        graph /= steps
    elif mistake == "emptied":
        graph = steps * graph_us + one
    elif mistake == "every launch waits":
        graph = steps * (graph_us + one)
    elif mistake == "a launch a node":
        graph = queue([(i + 1) * graph_us for i in range(steps * len(took))], took * steps, its_between)
    elif mistake == "sum alone":
        graph = steps * sum(took)
    elif mistake == "launched once":
        graph = queue([graph_us] * steps * len(took), took * steps, its_between)
    elif mistake == "none between replays":
        graph = max(graph_us * steps + one, graph_us + steps * one)
    elif mistake == "one step":
        graph = graph_us + one
    return eager, graph


EAGER_TOLD = {
    "as it happened": (
        "an arrival is the end of the call with the same correlation; the GPU event's own ts is what happened",
        1,
    ),
    "all calls": ("some calls launch nothing: find each GPU event's call by its correlation", 1),
    "by place": (
        "a kernel's launch is the cuda_runtime event with its correlation; others launch nothing",
        1,
    ),
    "not sorted": ("events stand in no order: the GPU runs in the order of its events' ts", 1),
    "absolute": ("times count from the start of the step's user_annotation: take its ts away", 1),
    "from the first launch's end": (
        "the clock begins with the step's user_annotation, before the first launch",
        2,
    ),
    "per step": ("the µs of all the steps together are asked, not those of one", 1),
    "starts": ("a kernel can start when its launch call has ended (ts + dur), not when it began", 2),
    "no queue": ("a kernel also waits for the one before it: the GPU runs one after the other", 1),
    "no between": ("between_us passes between one kernel's end and the next one's start", 2),
    "between after arrival": (
        "between_us counts from the end of the one before; a kernel that arrives later needn't wait for it",
        3,
    ),
    "kernels only": ("copies and memsets are launched, queued and run as kernels are", 1),
    "alone": (
        "the CPU doesn't wait for the GPU between steps: what the GPU is behind with goes on into the next step",
        2,
    ),
    "emptied": (
        "your queue is empty again where a step begins: what the GPU is behind with goes on into the next step",
        2,
    ),
    "between at the start": ("nothing ran before the first GPU event: it needn't wait for between_us", 2),
    "one step": ("that is one step; steps of them are asked", 1),
    "the CPU's time": ("that is the CPU's time; the end of the last kernel is asked", 1),
    "as recorded": (
        "that is the recorded step times the number of steps: the CPU doesn't wait for the GPU between steps",
        2,
    ),
    "from the first launch": ("the clock begins with the step's user_annotation, before the first launch", 2),
    "period to the last launch": ("a step takes the CPU the annotation's whole dur", 2),
    "the GPU's label": ("the CPU's label is the user_annotation; gpu_user_annotation is the GPU's", 2),
}
GRAPH_TOLD = {
    "no queue": ("a kernel also waits for the one before it: the GPU runs one after the other", 1),
    "per step": ("the µs of all the steps together are asked, not those of one", 1),
    "every launch waits": ("the CPU doesn't wait for a replay: it launches the next one meanwhile", 2),
    "a launch a node": ("one launch starts all kernels of a replay", 1),
    "sum alone": ("to the sum of durations come the launch and between_us", 2),
    "no between": ("between_us passes between one kernel's end and the next one's start, in a graph too", 2),
    "none between replays": (
        "between_us also passes from one replay's last kernel to the next one's first",
        3,
    ),
    "first replay at 0": (
        "replay k, from 0 on, is there at (k + 1) · graph_us: launching it takes that long",
        2,
    ),
    "launched once": ("each step needs a launch of its own, graph_us after the one before", 2),
    "kernels only": ("copies and memsets are in the graph too", 1),
    "emptied": ("your queue is empty again where a replay begins: each starts behind the one before it", 2),
    "between at the start": ("nothing ran before the first GPU event: it needn't wait for between_us", 2),
    "one step": ("that is one replay; steps of them are asked", 1),
}


@check("20-predict")
def check_predict(that, predict):
    rng, suspects = np.random.default_rng(203), {"eager": Suspects(EAGER_TOLD), "graph": Suspects(GRAPH_TOLD)}
    for kind in [*STEPS, *["drawn"] * 4]:
        events, *rest = step(rng, kind)
        right, given = predicted(events, *rest), copy.deepcopy(events)
        with in_case(STEPS_SAID[kind], "any cuda_runtime event may have launched it, whatever its name", int):
            got = predict(given, *rest)
        steps, graph_us, between = rest
        words = f"{STEPS_SAID[kind]} (steps={steps}, graph_us={graph_us}, between_us={between})"
        that(got is not None, f"{words}: nothing came back; is there a return?", 1)
        two = isinstance(got, list | tuple) and len(got) == 2 and all(is_number(it) for it in got)
        that(two, f"{words}: return two numbers, (eager, graph); yours is {got!r:.60}", 1)
        that(given == events, f"{words}: your code changed events, which belong to the caller", 1)
        swapped = near(got[0], right[1]) and near(got[1], right[0]) and not near(*right)
        that(not swapped, f"{words}: first eager, then graph; yours are swapped", 1)
        for place, name in enumerate(("eager", "graph")):
            mine, its = got[place], right[place]
            if near(mine, its):
                suspects[name].passed(lambda m: near(predicted(events, *rest, m)[place], its))  # noqa: B023
                continue
            both = f"{words}: {name} is {its:.10g} µs; yours {mine:.10g}"
            suspects[name].named(that, both, lambda m: near(mine, predicted(events, *rest, m)[place]))  # noqa: B023
            that(False, f"{both}. In it {_queue_said(events)}", 3)


def _queue_said(events) -> str:
    complete = [e for e in events if e["ph"] == "X"]
    start = next(e for e in complete if e["cat"] == "user_annotation")["ts"]
    ends = {
        e["args"]["correlation"]: e["ts"] + e["dur"] - start for e in complete if e["cat"] == "cuda_runtime"
    }
    gpu = sorted((e for e in complete if e["cat"] in ON_GPU), key=lambda e: e["ts"])
    said = [f"{ends[e['args']['correlation']]:g} ({e['dur']:g})" for e in gpu[:4]]
    return f"launches end, from the annotation's ts on, at {', '.join(said)}… (in brackets what the GPU then takes)"
