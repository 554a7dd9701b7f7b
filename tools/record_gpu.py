"""Record an NVIDIA GPU for chapters 08 and 20, in about 8 minutes.

On a rented machine (Ubuntu with NVIDIA's driver) that has nothing of the course but a copy of this file:

    pip install torch numpy            # PyTorch 2.9 or newer, built for CUDA
    python3 record_gpu.py              # writes the folder ./recorded
    scp -r MACHINE:recorded utils/gpu/ # on your own machine, in the course's folder; then give the machine back

In the course's folder ``python -m tools.record_gpu`` writes utils/gpu/recorded itself. Lessons 08, 09, 20 and lab 20
read it when they run. To store what they then show, in the course's repository:

    python -m tools execute --fresh notebooks/08_*.ipynb notebooks/09_*.ipynb notebooks/20_*.ipynb solutions/20_*.ipynb

The folder has at most 3 MB: ``about.json`` (device, driver, versions, clocks, date, and what this GPU couldn't do),
trimmed traces, NAME.json.gz (names as in utils/gpu/made.py, which stands in for those that are missing),
``snapshot.json.gz`` (the allocator's history over three steps) and ``tables.json``: {table: {row: {column: [µs, …]}}},
all samples, by CUDA events. Nothing in it names host, user or path. It is written whole, at the end, or not at all:
Ctrl-C leaves everything as it was. What a GPU has no memory or no kernel for is left out, and named. One slice of a GPU
(MIG) is a device like any other, and is recorded under its own name. torch.compile needs a C compiler (gcc).
"""

from __future__ import annotations

import argparse
import datetime
import gc
import getpass
import gzip
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
    from torch.profiler import ProfilerActivity, profile, record_function
except (ImportError, OSError) as error:  # no PyTorch, or one whose libraries don't fit this machine
    if {"-h", "--help"} & set(sys.argv):
        sys.exit(print(__doc__))
    sys.exit(f"PyTorch can't be imported ({error}). Install it: pip install torch numpy")

COURSE = Path(__file__).resolve().parent.parent
PLACE = COURSE / "utils" / "gpu" / "recorded"  # where the course is; else ./recorded
OLDEST = (2, 9)  # of PyTorch: from then on fp32_precision says what fp32 products may do
MOST_SECONDS = 480  # after which no further row of a table is begun
MOST_BYTES = 3_000_000
DEVICE = "cuda"
STEPS, REPEATS = 3, 30  # in a trace; of what is timed, at most
A_ROW = 8.0  # seconds for the samples of one row, unless five take longer
SIZES, BATCH = {"narrow": 32, "wide": 512}, 4096  # maps of the first convolution; the large batch
SQUARE, WIDTHS, ROWS = (512, 1024, 2048, 4095, 4096, 8192), range(8184, 8201), (64, 256, 1024, 4096)
DTYPES = {"fp32": torch.float32, "tf32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
KINDS = (ON_GPU := {"kernel", "gpu_memcpy", "gpu_memset"}) | {"cpu_op", "user_annotation", "ac2g"}
KINDS |= {"cuda_runtime", "cuda_driver"}
ARGUMENTS = {"correlation", "stream", "device", "bytes", "grid", "block", "graph node id", "blocks per SM"}
ARGUMENTS |= {"est. achieved occupancy %"}


def training_step(maps: int, batch: int, kind: str = "fp32", item=False, change=nn.Sequential) -> Callable:
    """A step of the course's CNN with Adam on random images; another batch can be given in place of the kept one."""
    half = DTYPES[kind] if kind in ("bf16", "fp16") else torch.bfloat16
    torch.manual_seed(0)
    first = nn.Conv2d(1, maps, 3), nn.ReLU(), nn.MaxPool2d(2)
    second = nn.Conv2d(maps, 2 * maps, 3), nn.ReLU(), nn.MaxPool2d(2)
    model = change(nn.Sequential(*first, *second, nn.Flatten(), nn.Linear(50 * maps, 10)).to(DEVICE))
    kept, y = torch.rand(batch, 1, 28, 28, device=DEVICE), torch.randint(10, (batch,), device=DEVICE)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True, capturable=DEVICE == "cuda")

    def step(x: torch.Tensor = kept) -> torch.Tensor:
        optimizer.zero_grad()
        with torch.autocast(DEVICE, half, enabled=kind in ("bf16", "fp16")):
            loss = F.cross_entropy(model(x), y)
        if item:
            loss.item()
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def precision(kind: str) -> None:
    """fp32 products in TF32, on tensor cores, where ``kind`` is "tf32"; else on fp32 units."""
    how = "tf32" if kind == "tf32" else "ieee"
    torch.backends.cuda.matmul.fp32_precision = torch.backends.cudnn.conv.fp32_precision = how


def elementwise(kind: str) -> Callable:
    """24 layers of tanh, forward and backward: no product."""
    x, model = torch.rand(BATCH, 2048, device=DEVICE, requires_grad=True), nn.Sequential(*[nn.Tanh()] * 24)

    def step() -> None:
        with torch.autocast(DEVICE, torch.bfloat16, enabled=kind == "bf16"):
            y = model(x)
        x.grad = None
        y.backward(torch.ones_like(y))

    return step


def layers(pieces: int) -> Callable:
    """384 rows through eight linear layers, in so many pieces one after the other."""
    model = nn.Sequential(*(nn.Linear(1024, 1024, bias=False) for _ in range(8))).to(DEVICE)
    parts = torch.rand(384, 1024, device=DEVICE).chunk(pieces)
    return torch.no_grad()(lambda: [model(part) for part in parts])


def copies(beside: bool, pinned: bool) -> Callable:
    """A step on a batch from the host: on the step's stream, or brought by a second one while the last one is used."""
    step, host = training_step(SIZES["narrow"], BATCH), torch.rand(BATCH, 1, 28, 28)
    host = host.pin_memory() if pinned else host
    if not beside:
        return lambda: step(host.to(DEVICE, non_blocking=pinned))
    stream, ready = torch.cuda.Stream(), []

    def run() -> None:
        torch.cuda.current_stream().wait_stream(stream)
        x = ready.pop() if ready else host.to(DEVICE)
        with torch.cuda.stream(stream):
            ready.append(host.to(DEVICE, non_blocking=True))
        x.record_stream(torch.cuda.current_stream())
        step(x)

    return run


def captured(step: Callable) -> Callable:
    """Its replay as a CUDA graph; warmed up on a stream of its own, as PyTorch's notes ask."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph, stream = torch.cuda.CUDAGraph(), torch.cuda.current_stream()
    try:
        with torch.cuda.graph(graph):
            step()
    except Exception:  # out of memory, say: the capture's stream may have stayed the current one
        torch.cuda.set_stream(stream)
        raise
    return graph.replay


def product(n: int, kind: str, rows: int = 0) -> Callable:
    a, b = (torch.randn(m, n, device=DEVICE).to(DTYPES[kind]) for m in (rows or n, n))
    return lambda: a @ b


def sparse(rows: int, n: int) -> Callable:
    """``rows`` vectors times 2:4 sparse weights (n, n)."""
    mask = torch.tensor([0, 0, 1, 1], device=DEVICE).tile(n, n // 4)
    weight = torch.sparse.to_sparse_semi_structured((torch.randn(n, n, device=DEVICE) * mask).half())
    x = torch.randn(rows, n, device=DEVICE).half()
    return lambda: F.linear(x, weight)


def traces() -> dict[str, Callable[[], Callable]]:
    """By each trace's name what makes the function that is traced."""
    found: dict[str, Callable[[], Callable]] = {}
    for size, maps in SIZES.items():
        for b in (32, BATCH):
            found[f"{size}_{b}_eager"] = lambda maps=maps, b=b: training_step(maps, b)
            found[f"{size}_{b}_graph"] = lambda maps=maps, b=b: captured(training_step(maps, b))
    found["narrow_32_item"] = lambda: training_step(SIZES["narrow"], 32, item=True)
    found |= {"copies_waiting": lambda: copies(False, False), "copies_beside": lambda: copies(True, True)}
    found |= {"copies_pageable": lambda: copies(True, False), "copies_pinned": lambda: copies(False, True)}
    found[f"wide_{BATCH}_amp"] = lambda: training_step(SIZES["wide"], BATCH, "bf16")
    for how, kind in (("eager", "fp32"), ("amp", "bf16")):
        found[f"elementwise_{BATCH}_{how}"] = lambda kind=kind: elementwise(kind)
    return found | {"pieces": lambda: captured(layers(3)), "whole": lambda: captured(layers(1))}


def cells() -> Iterator[tuple[str, str, str, Callable[[], Callable]]]:
    """(table, row, column, what makes the function that is timed)."""
    for kind in DTYPES:
        for n in SQUARE:
            yield "products", str(n), kind, lambda n=n, kind=kind: product(n, kind)
        for size, b in ((size, b) for size in SIZES for b in (32, BATCH)):
            make = lambda m=SIZES[size], b=b, kind=kind: training_step(m, b, kind)  # noqa: E731
            yield "steps", f"{size}_{b}", kind, make
    for n in WIDTHS:
        yield "widths", str(n), "bf16", lambda n=n: product(n, "bf16")
    for rows, n in ((rows, max(ROWS)) for rows in ROWS):
        yield "2:4 sparse", f"{rows}x{n}", "dense", lambda rows=rows, n=n: product(n, "fp16", rows)
        yield "2:4 sparse", f"{rows}x{n}", "sparse", lambda rows=rows, n=n: sparse(rows, n)


def traced(run: Callable) -> dict:
    """The profiler's trace of STEPS calls, trimmed."""
    for _ in range(3):
        run()
    torch.cuda.synchronize()
    kinds = [ProfilerActivity.CPU] + [ProfilerActivity.CUDA] * (DEVICE == "cuda")
    with profile(activities=kinds) as seen:
        for number in range(STEPS):
            with record_function(f"step {number}"):
                run()
        torch.cuda.synchronize()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "trace.json")
        seen.export_chrome_trace(str(path))
        return trimmed(json.loads(path.read_text(encoding="utf-8")))


def trimmed(trace: dict) -> dict:
    """Only what is used: times from 0, CPU threads 1, 2, … of process 1, the GPU process 0."""
    events = [e for e in trace["traceEvents"] if e.get("cat") in KINDS and e.get("ph") in ("X", "s", "f")]
    zero, threads, kept = min(e["ts"] for e in events), {}, []
    gpus = {e["pid"] for e in events if e["cat"] in ON_GPU}
    for event in sorted(events, key=lambda e: e["ts"]):
        gpu = event["pid"] in gpus
        new = {k: event[k] for k in ("ph", "cat", "id", "bp", "dur") if k in event}
        new |= {"name": str(event["name"])[:120], "pid": 0 if gpu else 1, "ts": round(event["ts"] - zero, 3)}
        new["tid"] = event["tid"] if gpu else threads.setdefault(event["tid"], 1 + len(threads))
        if event["ph"] == "X":
            new["args"] = {k: v for k, v in event.get("args", {}).items() if k in ARGUMENTS}
        kept.append(new)
    used = ("id", "name", "numSms", "totalGlobalMem")
    devices = [{k: d[k] for k in used if k in d} for d in trace.get("deviceProperties", [])[:1]]
    return {"schemaVersion": 1, "deviceProperties": devices, "traceEvents": kept}


def snapshot() -> dict:
    """The allocator's history over the making of a network and three steps; addresses and times from 0."""
    torch.cuda.memory._record_memory_history("all", context=None, max_entries=100_000)
    try:
        step = training_step(SIZES["narrow"], BATCH)
        for _ in range(3):
            step()
        history = [e for e in torch.cuda.memory._snapshot()["device_traces"][0] if "addr" in e]
    finally:
        torch.cuda.memory._record_memory_history(None)
    start, address = history[0].get("time_us", 0), min(e["addr"] for e in history)
    kept = [{k: e[k] for k in ("action", "addr", "size", "time_us") if k in e} for e in history]
    for e in kept:
        e |= {
            "addr": e["addr"] - address,
            "time_us": e.get("time_us", start) - start,
            "stream": 0,
            "frames": [],
        }
    return {"segments": [], "device_traces": [kept]}


def timed(run: Callable) -> list[float]:
    """µs of each of up to REPEATS calls on the GPU, by CUDA events; five more go before."""
    for _ in range(4):
        run()
    torch.cuda.synchronize()
    start = time.perf_counter()
    run()
    torch.cuda.synchronize()
    repeats = min(REPEATS, max(5, int(A_ROW / (time.perf_counter() - start + 1e-9))))
    marks = [torch.cuda.Event(enable_timing=True) for _ in range(repeats + 1)]
    marks[0].record()
    for mark in marks[1:]:
        run(), mark.record()
    torch.cuda.synchronize()
    return [round(1e3 * a.elapsed_time(b), 2) for a, b in zip(marks, marks[1:], strict=False)]


def compiled() -> dict[str, list[float]]:
    """A training step at batch 32: eager, compiled, and the µs of the compiled one's first call."""
    step, fast = training_step(SIZES["narrow"], 32), training_step(SIZES["narrow"], 32, change=torch.compile)
    start = time.perf_counter()
    fast()
    torch.cuda.synchronize()
    first = [round(1e6 * (time.perf_counter() - start))]
    return {"eager": timed(step), "compiled": timed(fast), "first call": first}


def asked_of_driver(*fields: str) -> dict[str, str]:
    """What nvidia-smi says of this device (of the whole card, if this is a slice of one); {} where it can't."""
    it = torch.cuda.get_device_properties(0)
    for which in (f"GPU-{getattr(it, 'uuid', 0)}", "0"):
        command = ["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader", f"--id={which}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=30)
            return dict(zip(fields, done.stdout.strip().splitlines()[0].split(", "), strict=True))
        except (OSError, subprocess.SubprocessError, ValueError, IndexError):
            continue
    return {}


def card() -> dict:
    """The device and what drives it; clocks are taken while it computes."""
    it, today = torch.cuda.get_device_properties(0), datetime.date.today().isoformat()
    found = {"device": it.name, "multiprocessors": it.multi_processor_count, "memory": it.total_memory}
    found |= {
        "slice": "MIG" in it.name,
        "torch": torch.__version__,
        "cuda": torch.version.cuda,
        "date": today,
    }
    busy = product(min(4096, max(SQUARE)), "fp32")
    for _ in range(400):
        busy()  # launched, and still running while nvidia-smi looks
    found |= asked_of_driver("driver_version", "clocks.sm", "clocks.max.sm", "power.limit")
    torch.cuda.synchronize()
    return found | {"cudnn": torch.backends.cudnn.version()}


def record(out: Path) -> None:
    """Write the folder: as much as this GPU can do."""
    about, start = card() | {"left_out": {}}, time.perf_counter()

    def attempt(name: str, make: Callable):
        seconds = time.perf_counter() - start
        print(f"{seconds:5.0f} s  {name}", flush=True)
        try:
            if seconds > MOST_SECONDS:
                raise TimeoutError(f"{MOST_SECONDS} s have passed")
            return make()
        except Exception as error:  # no memory, no compiler, no kernel
            print(f"        left out: {str(error).splitlines()[0] if str(error) else type(error).__name__}")
            about["left_out"][name] = type(error).__name__  # its words may name a path: only its kind is kept
        finally:
            gc.collect()
            torch.cuda.empty_cache()
        still_there(name)
        return None

    attempt("the profiler's own start", lambda: traced(lambda: torch.ones(1, device=DEVICE) + 1))
    precision("fp32")
    files = {name: attempt(name, lambda make=make: traced(make())) for name, make in traces().items()}
    files["snapshot"] = attempt("snapshot", snapshot)
    tables: dict = {}
    for table, row, column, make in cells():
        precision(column)
        samples = attempt(f"{table} {row} {column}", lambda make=make: timed(make()))
        tables.setdefault(table, {}).setdefault(row, {}).update({column: samples} if samples else {})
    precision("fp32")
    tables["compile"] = {"narrow_32": attempt("compile", compiled) or {}}  # last: it may take a minute
    about["seconds"] = round(time.perf_counter() - start)
    texts = {f"{name}.json.gz": json.dumps(content) for name, content in files.items() if content}
    write(out, texts | {"tables.json": json.dumps(tables), "about.json": json.dumps(about, indent=1)})
    if about["left_out"]:
        print(f"Left out, {len(about['left_out'])} of it: {', '.join(about['left_out'])}.")


def still_there(name: str) -> None:
    """After an error: whether the GPU can go on at all (some errors end every later call of this process)."""
    try:
        torch.cuda.synchronize()
        torch.ones(1, device=DEVICE).add(1)
    except Exception as error:
        sys.exit(
            f"After {name} the GPU answers no call any more ({error}). Nothing was written; start again."
        )


def private() -> set[str]:
    """Words that no file may hold: host, user, folders. Those of a container without a user are fewer."""
    found = {platform.node(), os.environ.get("USER", ""), str(Path.cwd())}
    for ask in (getpass.getuser, lambda: str(Path.home())):
        try:
            found.add(ask())
        except (KeyError, OSError, RuntimeError, ImportError):
            continue
    return {word for word in found - {"root", "/root"} if len(word) > 3}


def write(out: Path, texts: dict[str, str]) -> None:
    """All files or none; says so where one names this host, its user or a path, or where all are too large."""
    out = out.absolute()
    out.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as folder:
        new, old = Path(folder, "new"), Path(folder, "old")
        new.mkdir()
        for name, text in texts.items():
            raw = gzip.compress(text.encode(), mtime=0) if name.endswith(".gz") else text.encode()
            size += (new / name).write_bytes(raw)
            for word in (word for word in private() if word in text):
                print(f"Look at {name} before you publish it: it holds {word!r}.")
        if out.exists():
            out.rename(old)
        try:
            new.rename(out)
        except BaseException:
            if old.exists():
                old.rename(out)
            raise
    print(f"{size:,} bytes in {out}" + ("" if size <= MOST_BYTES else f": more than {MOST_BYTES:,}"))


def unfit(out: Path) -> str:
    """Why nothing can be recorded here, in a sentence or two; "" if it can. Before anything takes its time."""
    version = tuple(int(part) for part in torch.__version__.split("+")[0].split(".")[:2])
    if version < OLDEST:
        return f"This is PyTorch {torch.__version__}; {OLDEST[0]}.{OLDEST[1]} or newer is needed: pip install -U torch"
    if not torch.cuda.is_available():
        if getattr(torch.version, "hip", None):
            return "This PyTorch is built for AMD's ROCm: the chapter needs an NVIDIA GPU."
        why = "nvidia-smi should list a GPU; if it doesn't, the driver is missing or too old for this PyTorch"
        if not torch.version.cuda:
            why = f"this PyTorch ({torch.__version__}) is built without CUDA: pip install --force-reinstall torch"
        return f"PyTorch sees no CUDA GPU here: {why}."
    try:
        torch.ones(1, device=DEVICE).add(1)
        torch.cuda.synchronize()
    except Exception as error:
        said = str(error).splitlines()[0]
        return f"The GPU can't run a kernel ({said}). If it is newer than this PyTorch: pip install -U torch"
    if out.exists() and (not out.is_dir() or (any(out.iterdir()) and not (out / "about.json").exists())):
        return f"{out} is there, and is no recording: give another folder."
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.absolute().parent):
            pass
    except OSError as error:
        return f"{out.absolute().parent} can't be written to ({error.strerror}): give another folder."
    free = shutil.disk_usage(out.absolute().parent).free
    return f"Only {free / 1e6:.0f} MB are free for {out}: 50 are needed." if free < 50e6 else ""


def unseen() -> str:
    """Why the profiler would record no kernel, in a sentence; "" if it sees them."""
    events = traced(lambda: torch.ones(1, device=DEVICE) + 1)["traceEvents"]
    if any(e["cat"] == "kernel" for e in events):
        return ""
    return (
        "The profiler sees no kernel (CUPTI isn't at work here): close other profilers, leave Nsight; in a container "
        "ask for one that may profile."
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="record_gpu", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    default = PLACE if (COURSE / "utils" / "gpu" / "made.py").exists() else Path("recorded")
    parser.add_argument("folder", nargs="?", type=Path, default=default, help=f"what to write: {default}")
    out = parser.parse_args().folder
    if why := unfit(out) or unseen():
        sys.exit(why)
    free, total = torch.cuda.mem_get_info()
    print(
        f"{torch.cuda.get_device_name()}, torch {torch.__version__}; about 8 minutes. Ctrl-C writes nothing."
    )
    if free < 0.9 * total:
        print(
            f"Another program holds {(total - free) / 1e9:.1f} GB of this GPU: times will be wrong. End it first."
        )
    try:
        record(out)
    except KeyboardInterrupt:
        sys.exit("Stopped: nothing was written, and what was there before is as it was.")
    except OSError as error:
        sys.exit(f"{out} couldn't be written ({error.strerror}): what was there before is as it was.")


if __name__ == "__main__":
    main()
