"""What lab 06 hands its answers: generated traces, modules that take pretend seconds, a loop to measure."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.profiler import ProfilerActivity, profile, record_function

from utils.checks import fixed
from utils.cnn.in_torch import mlp, small_cnn
from utils.data import load_mnist, shifted, tensors
from utils.plots import COLOURS
from utils.processes import without_stderr
from utils.timing import time_repeats

PEAK, BANDWIDTH = 100e9, 10e9  # FLOP/s and bytes/s of one core, round numbers of a laptop's size


def settings(model: nn.Module) -> list:
    """What belongs to the caller: parameters, what they learn, and each module's mode."""
    parameters = [(name, id(p), p.requires_grad) for name, p in model.named_parameters()]
    return [*parameters, *((name, module.training) for name, module in model.named_modules())]


# ---- exercise 1: layers -----------------------------------------------------------------------------


def tell_costs(cost: Callable, least_seconds: Callable, batch_size: int = 64) -> None:
    """Print what each layer of the course's CNN costs, at PEAK and BANDWIDTH, and what bounds it."""
    shape = (batch_size, 1, 28, 28)
    for layer in small_cnn():
        if not isinstance(layer, nn.ReLU | nn.Flatten):
            flops, moved = cost(layer, shape, 4)
            seconds = least_seconds(flops, moved, PEAK, BANDWIDTH)
            bound = "computing" if flops / PEAK > moved / BANDWIDTH else "moving"
            what = f"{type(layer).__name__:10} {flops / 1e6:6.1f} MFLOP {moved / 1e6:5.2f} MB"
            print(f"{what} {flops / moved:6.2f} FLOP/byte {1e6 * seconds:7.0f} µs, bound by {bound}")
        shape = tuple(layer(torch.zeros(shape)).shape)


# ---- exercise 2: traces ---------------------------------------------------------------------------

# Names that a phase can't be told by: a forward op with "Backward", one of the engine's without; one of autograd's.
FORWARD = (
    ("aten::linear", "aten::to", "StraightThroughBackward", "my autograd::engine"),
    ("aten::addmm", "aten::to", "autograd::saved_tensors", "Autograd::Engine"),
)
BACKWARD = (
    (
        "autograd::engine::evaluate_function: AddmmBackward0",
        "autograd::engine::evaluate_function: torch::autograd::AccumulateGrad",
        "autograd::engine::execute",
    ),
    ("aten::addmm", "aten::to", "aten::mm"),  # forward ops' names
)
INNER = ("aten::copy_", "aten::mm", "aten::to")


def op(name: str, ts: float, dur: float, thread: int = 1, process: int = 7, cat: str = "cpu_op") -> dict:
    """A complete event of a Chrome trace, as PyTorch's profiler writes it; times in µs."""
    return {"ph": "X", "cat": cat, "name": name, "pid": process, "tid": thread, "ts": ts, "dur": dur}


def mark(number: int, ts: float, dur: float) -> dict:
    """The event that the profiler writes around a step."""
    return op(f"ProfilerStep#{number}", ts, dur, cat="user_annotation")


def example_trace() -> dict:
    """One step: two ops forward, one of them nested; one backward, on a thread of its own; the update."""
    engine = "autograd::engine::evaluate_function: AddmmBackward0"
    events = [
        mark(0, 0, 100),
        op("aten::linear", 5, 30),
        op("aten::addmm", 10, 20),
        op("aten::copy_", 12, 5),
        op(engine, 40, 40, thread=2),
        op("aten::addmm", 45, 30, thread=2),
        op("aten::add_", 85, 10),
    ]
    return {"traceEvents": events}


def no_ops(ts: float, step_ts: float) -> list[dict]:
    """Events that are neither op, at ``ts``, nor step, at ``step_ts``, each but for one thing.

    Where no op is open, a step that is none adds to what is unseen.
    """
    almost = [{"name": "a", "cat": "cpu_op"}, {"name": "ProfilerStep#3", "cat": "user_annotation"}]
    place, step = {"pid": 7, "tid": 1, "ts": ts, "dur": 2}, {"pid": 7, "tid": 1, "ts": step_ts, "dur": 2}
    return [
        {**almost[0], **place},
        {**almost[0], **place, "ph": "b"},
        {"name": "a", "ph": "X", **place},
        *({"name": "a", "ph": "X", "cat": cat, **place} for cat in ("cpu_instant_event", "xla_op")),
        {**almost[1], **step, "ph": "i"},
        *({**almost[1], **step, "ph": "X", "name": name} for name in ("ProfilerStep", "my ProfilerStep#3")),
    ]


def _nested(rng: np.random.Generator, levels: tuple, start: int, place: tuple) -> tuple[list[dict], int]:
    """An op with ops inside it, and where it ends; gaps of 0 let a child begin or end with its parent."""
    end = start + int(rng.integers(0, 4))
    children: list[dict] = []
    for _ in range(int(rng.integers(0, 3)) if len(levels) > 1 else 0):
        more, end = _nested(rng, levels[1:], end, place)
        children += more
        end += int(rng.integers(0, 4))
    end = max(end, start + 1)
    return [op(str(rng.choice(levels[0])), start, end - start, *place), *children], end


def _row(rng, levels, start: int, count: int, place: tuple, gap: int) -> tuple[list[dict], int]:
    events = []
    for _ in range(count):
        more, start = _nested(rng, levels, start + int(rng.integers(0, gap)), place)
        events += more
    return events, start


def make_trace(seed, num_steps: int = 2, backward_thread: int = 2, unit: float = 1.0) -> dict:
    """A trace of ``num_steps`` training steps, in µs, made of whole numbers times ``unit``.

    Backward on ``backward_thread`` (1 is the main one), a loader in another process whose thread has the
    same number as the main one, an op before the first step and one that goes on after the last, events of
    other kinds, in no order but that of events with equal ts and dur.
    """
    rng = np.random.default_rng(seed)
    events, now, loaded = [op("aten::to", 2, 5)], 20, 0
    for number in range(num_steps):
        start = now
        forward, now = _row(rng, (*FORWARD, INNER), start, 4, (1, 7), 6)
        backward, now = _row(rng, (*BACKWARD, INNER), now + 3, 4, (backward_thread, 7), 4)
        update, now = _row(rng, (("aten::add_", "aten::to"),), now + 3, 2, (1, 7), 5)
        events += [*forward, *backward, *update]
        events.append(
            op("Optimizer.step#SGD.step", update[0]["ts"], now - update[0]["ts"], cat="user_annotation")
        )
        loads, loaded = _row(rng, (("aten::stack", "aten::to"), INNER), max(start + 5, loaded), 2, (1, 8), 20)
        now += int(rng.integers(8, 20))
        events += [*loads, mark(number + 9, start, now - start)]
        now += int(rng.integers(0, 6))
    events.append(op("aten::stack", now - 9, 20, 3, 8))
    events += [
        op("aten::to", 30, 9, 81, 7),
        op("aten::stack", 33, 4, 1, 78),
        *no_ops(40, 10),  # at 10 there is no op
    ]  # 7, 81 isn't 78, 1
    for event in events:
        event["ts"], event["dur"] = event["ts"] * unit, event["dur"] * unit
    events.append(op("PyTorch Profiler (0)", 0, 2 * now * unit, "PyTorch Profiler", "Spans", "Trace"))
    events.append(
        {"ph": "M", "name": "process_name", "pid": 7, "tid": 0, "ts": 0, "args": {"name": "python"}}
    )
    events.append(
        {"ph": "s", "cat": "fwdbwd", "name": "fwdbwd", "id": 1, "pid": 7, "tid": 1, "ts": 25 * unit}
    )
    return {"schemaVersion": 1, "traceEvents": _shuffled(rng, events)}


def _shuffled(rng: np.random.Generator, events: list[dict]) -> list[dict]:
    """In random order; of twins, with one thread, ts and dur, the outer one stays in front."""
    order = rng.permutation(len(events)).tolist()
    twins: dict[tuple, list[int]] = {}
    for place, i in enumerate(order):
        twins.setdefault(tuple(events[i].get(key) for key in ("pid", "tid", "ts", "dur")), []).append(place)
    for places in twins.values():
        for place, i in zip(places, sorted(order[place] for place in places), strict=True):
            order[place] = i
    return [events[i] for i in order]


def record_trace(batch_size: int = 64) -> dict:
    """Three steps of the course's CNN on one thread, profiled now; a step works in NumPy, too."""
    model = small_cnn()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    images = load_mnist().x_train[:batch_size]
    _, y = tensors(images, load_mnist().y_train[:batch_size])
    with without_stderr(), profile(activities=[ProfilerActivity.CPU]) as profiler:
        for number in range(3):
            with record_function(f"ProfilerStep#{number}"):
                rolled = np.stack([np.roll(image, 1, axis=0) / 255 for image in images])  # no op of PyTorch's
                x = torch.from_numpy(rolled).float().view(-1, 1, 28, 28)
                optimizer.zero_grad()
                F.cross_entropy(model(x), y).backward()
                optimizer.step()
    with tempfile.TemporaryDirectory() as folder:
        profiler.export_chrome_trace(f"{folder}/trace.json")
        return json.loads(Path(folder, "trace.json").read_text(encoding="utf-8"))


def draw_trace(trace: dict) -> None:
    """Ops as bars over time, a band for each thread, nested ones below; steps in grey."""
    complete = [e for e in trace["traceEvents"] if e.get("cat") in ("cpu_op", "user_annotation")]
    threads = sorted({(e["pid"], e["tid"]) for e in complete})
    _, ax = plt.subplots(figsize=(9.5, 2.6))
    for event in complete:
        step = event["name"].startswith("ProfilerStep")
        around = [
            e
            for e in complete
            if e["cat"] == "cpu_op" and (e["pid"], e["tid"]) == (event["pid"], event["tid"])
        ]
        ends = event["ts"] + event["dur"]
        depth = sum(e is not event and e["ts"] <= event["ts"] and ends <= e["ts"] + e["dur"] for e in around)
        row = -1 if step else 3.4 * threads.index((event["pid"], event["tid"])) + depth
        colour = "#dddddd" if step else COLOURS[(5, 4, 3)[depth % 3]]
        ax.barh(row, event["dur"], left=event["ts"], height=0.9, color=colour, edgecolor="white")
        ax.text(event["ts"] + 0.5, row, event["name"].split(": ")[-1], va="center", fontsize=9)
    ax.set(xlabel="µs", yticks=[3.4 * i for i in range(len(threads))])
    ax.set_yticklabels([f"thread {thread}" for _, thread in threads])
    ax.set_title("Two threads work by turns, and for 20 µs none does")
    ax.invert_yaxis()
    plt.show()


def tell_trace(self_times: Callable, unseen: Callable) -> None:
    """Print the five names with the most time of their own in record_trace(), and what no op explains."""
    trace = record_trace()
    times = self_times(trace)
    for phase, name in sorted(times, key=times.get, reverse=True)[:5]:
        print(f"{times[phase, name] / 1e3:6.1f} ms  {phase:8}  {name}")
    print(f"{unseen(trace) / 1e3:6.1f} ms  in which no op ran: NumPy and Python")


# ---- exercise 3: modules and a clock ----------------------------------------------------------------


class PretendClock:
    """A clock that stands still until somebody lets time pass; ``looks`` counts who read it."""

    def __init__(self):
        self.now, self.looks = 50.0, 0

    def __call__(self) -> float:
        self.looks += 1
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


class Takes(nn.Module):
    """Takes so many pretend seconds of its own, half before and half after it calls ``inside``, in order."""

    def __init__(self, clock: PretendClock, seconds: float, **inside: nn.Module):
        super().__init__()
        self.clock, self.seconds = clock, seconds
        for name, module in inside.items():
            self.add_module(name, module)

    def forward(self, x):
        self.clock.passes(self.seconds / 2)
        for module in self.children():
            x = module(x)
        self.clock.passes(self.seconds / 2)
        return x + 1


class Calls(Takes):
    """As Takes, but it calls modules that you name, wherever in the model they hang."""

    def __init__(self, clock: PretendClock, seconds: float, calls: Callable, **inside: nn.Module):
        super().__init__(clock, seconds, **inside)
        self.calls = calls

    def forward(self, x):
        self.clock.passes(self.seconds)
        for module in self.calls(self):
            x = module(x)
        return x


class Adds(Takes):
    """Takes its seconds, and adds its two inputs."""

    def forward(self, x, y):
        return super().forward(x) + y


class Keeps(Takes):
    """Calls a module of two inputs, and keeps what it returned last, to be compared with what the caller gets."""

    def __init__(self, clock: PretendClock, seconds: float, **inside: nn.Module):
        super().__init__(clock, seconds, **inside)
        self.weight = nn.Parameter(torch.ones(()))

    def forward(self, x):
        self.clock.passes(self.seconds)
        self.last = self.weight * self.adds(x, 2 * x)
        return self.last


def awkward_models(rng: np.random.Generator, clock: PretendClock) -> dict[str, nn.Module]:
    """A module of two inputs; modules that take no time, in eval mode; one module under two names."""
    some = [float(rng.uniform(0.1, 1)) for _ in range(4)]
    shared = Takes(clock, some[3])
    return {
        "two inputs": Keeps(clock, some[0], adds=Adds(clock, some[1])),
        "no time": Takes(clock, 0.0, a=Takes(clock, some[2]), b=Takes(clock, 0.0)).eval(),
        "two names": Calls(clock, 0.5, lambda m: [m.a, m.again], a=shared, again=shared),
    }


def observed(model: nn.Module) -> list:
    """What a run sees of its surroundings: whether gradients are kept, and ``settings``."""
    return [torch.is_grad_enabled(), torch.is_inference_mode_enabled(), settings(model)]


class Stop(BaseException):
    """Ends a run as Ctrl-C does: it is no Exception."""


class Breaks(nn.Module):
    """A module that raises what it is given."""

    def __init__(self, error: BaseException):
        super().__init__()
        self.error = error

    def forward(self, x):
        raise self.error


def num_hooks(model: nn.Module) -> int:
    """How many forward hooks hang on the model's modules, or on all; a replaced ``forward`` counts as one."""
    everywhere = nn.modules.module._global_forward_hooks, nn.modules.module._global_forward_pre_hooks
    there = (
        len(m._forward_hooks) + len(m._forward_pre_hooks) + ("forward" in vars(m)) for m in model.modules()
    )
    return sum(map(len, everywhere)) + sum(there)


def tell_modules(time_modules: Callable) -> None:
    """Print what each module of the course's CNN takes in nine forward passes at batch 64, now."""
    model, x = small_cnn(), torch.zeros(64, 1, 28, 28)
    model(x)  # warm
    for name, row in time_modules(model, lambda: [model(x) for _ in range(9)], time.perf_counter).items():
        calls, total, own = row
        kind = type(model.get_submodule(name)).__name__
        print(f"{name:2} {kind:10} {calls} calls {1e3 * total:6.1f} ms, {1e3 * own:6.1f} of its own")


# ---- exercise 4: a loop, and what its lines take ------------------------------------------------------

LAPS = ("scale", "draw", "shift", "tensor", "forward", "loss", "count")
LAPS += ("backward", "update", "log", "validate", "save", "report")
MODEL_LAPS = ("forward", "loss", "count", "backward", "update", "validate")


def pretend_profile(seed) -> dict:
    """Made-up measurements of the loop of exercise 4, in ms a step, as its task describes them."""
    rng = np.random.default_rng(seed)
    ms = {lap: float(rng.uniform(0.5, 4)) for lap in LAPS}
    ms["count"] = ms["forward"] + float(rng.uniform(0.2, 0.6))
    ms["log"] = float(rng.uniform(0.01, 0.05))
    every = int(rng.integers(4, 25))
    return {
        "ms": ms,
        "num_steps": int(rng.integers(20, 60)) * every,
        "every": every,
        "shift at once": float(rng.uniform(0.1, 0.4)) * ms["shift"],
        "float32": float(rng.uniform(0.35, 0.8)),
    }


def _mended(x, y, x_val, y_val, model, num_steps, every, lap, save, report) -> None:
    """Exercise 4's loop without its six wastes."""
    rng, losses, right = np.random.default_rng(0), [], 0
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    pixels = np.float32(x / 255)  # (n, 28, 28)
    for step in range(num_steps):
        chosen = rng.integers(0, len(x), 64)
        batch, target = torch.from_numpy(shifted(pixels[chosen], rng)), y[chosen]
        logits = model(batch)
        loss = F.cross_entropy(logits, target)
        right += (logits.argmax(dim=1) == target).sum().item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if (step + 1) % every == 0:
            with torch.no_grad():
                accuracy = (model(x_val).argmax(dim=1) == y_val).float().mean()
            save(model)
            report(step, np.mean(losses[-every:]), right, accuracy.item())


def measure_loop(loop: Callable, num_steps: int = 60, every: int = 20) -> tuple[dict, float]:
    """A profile of the loop on this machine, and the ms of a step with all six wastes mended."""
    data = load_mnist()
    x, (_, y) = data.x_train[:2000], tensors(data.x_train[:2000], data.y_train[:2000])
    x_val, y_val = tensors(data.x_val[:300], data.y_val[:300])

    def run(which: Callable, dtype: torch.dtype) -> tuple[dict[str, float], float]:
        torch.manual_seed(0)
        model, ms, last = mlp(256).to(dtype), dict.fromkeys(LAPS, 0.0), time.perf_counter()

        def lap(name: str) -> None:
            nonlocal last
            now = time.perf_counter()
            ms[name], last = ms[name] + 1e3 * (now - last) / num_steps, now

        with tempfile.TemporaryDirectory() as folder:
            start = last = time.perf_counter()
            which(
                x, y, x_val.to(dtype), y_val, model, num_steps, every, lap,
                lambda model: torch.save(model.state_dict(), f"{folder}/model.pt"),
                lambda *_: None,
            )  # fmt: skip
        return ms, 1e3 * (time.perf_counter() - start) / num_steps

    run(loop, torch.float64)  # warm
    ms, _ = run(loop, torch.float64)
    _, mended = run(_mended, torch.float32)
    return {
        "ms": ms, "num_steps": num_steps, "every": every,
        "shift at once": _ms_of(lambda: shifted(x[:64] / 255, np.random.default_rng(0))),
        "float32": _model_ms(torch.float32) / _model_ms(torch.float64),
    }, mended  # fmt: skip


def tell_wastes(predict: Callable, loop: Callable) -> None:
    """Print what the loop's wastes cost on this machine, and the prediction beside the measurement."""
    p, mended = measure_loop(loop)
    savings, after = predict(p)
    for name, saved in sorted(savings.items(), key=lambda item: -item[1]):
        print(f"{name:9} {p['ms'][name]:7.2f} ms a step; mending it alone saves {saved:7.2f}")
    total, added = sum(p["ms"].values()), sum(savings.values())
    print(f"{total:.2f} ms a step; all six mended: {after:.2f} predicted, {mended:.2f} measured")
    print(f"The six savings, added, are {added:.2f} ms, and would leave {total - added:.2f}.")


def _ms_of(call: Callable) -> float:
    return 1e3 * float(np.median(time_repeats(call)))


def _model_ms(dtype: torch.dtype) -> float:
    """One training step of the loop's network by itself."""
    model, x, y = mlp(256).to(dtype), torch.rand(64, 784, dtype=dtype), torch.zeros(64, dtype=torch.long)
    return _ms_of(lambda: F.cross_entropy(model(x), y).backward())


fixed(__name__)
