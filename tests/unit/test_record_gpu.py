"""The recorder of a GPU, on a CPU: CUDA's calls are patched, and what it writes is what chapters 08 and 20 read."""

import gzip
import json
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch

from tools import record_gpu as recorder
from tools.notebook_files import ROOT
from utils.gpu import made, recording


class Mark:
    def __init__(self, enable_timing=False):
        self.at = 0.0

    def record(self):
        self.at = time.perf_counter()

    def elapsed_time(self, other):
        return 1e3 * (other.at - self.at)


class Stream:
    def wait_stream(self, other):
        pass


class Graph:
    """Remembers the function that ran last, as a graph would its kernels."""

    def replay(self):
        pass


class Memory:
    """The allocator's history: two addresses, one of them freed, and an event that has none."""

    def _record_memory_history(self, enabled, **_):
        self.enabled = enabled

    def _snapshot(self):
        event = {"stream": 9, "frames": [{"filename": "/home/somebody/x.py"}], "pool_id": (0, 0)}
        rows = [("alloc", 5120, 512), ("alloc", 6144, 1024), ("free_completed", 6144, 1024)]
        history = [
            event | {"action": a, "addr": addr, "size": size, "time_us": 100 + i}
            for i, (a, addr, size) in enumerate(rows)
        ]
        return {"segments": [1], "device_traces": [[*history, {"action": "snapshot", "size": 0}]]}


@contextmanager
def nothing(*_, **__):
    yield


@pytest.fixture
def on_cpu(monkeypatch):
    """CUDA's calls do on the CPU what they can, at small sizes."""
    monkeypatch.setattr(recorder, "DEVICE", "cpu")
    monkeypatch.setattr(recorder, "SIZES", {"narrow": 2, "wide": 4})
    monkeypatch.setattr(recorder, "BATCH", 48)
    monkeypatch.setattr(recorder, "REPEATS", 2)
    monkeypatch.setattr(recorder, "SQUARE", (8, 16))
    monkeypatch.setattr(recorder, "WIDTHS", (8, 9))
    monkeypatch.setattr(recorder, "ROWS", (4, 64))
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    names = {"synchronize": nothing, "empty_cache": lambda: None, "Event": Mark, "Stream": Stream}
    names |= {"current_stream": Stream, "stream": nothing, "CUDAGraph": Graph, "graph": nothing}
    for name, fake in names.items():
        monkeypatch.setattr(torch.cuda, name, fake)
    monkeypatch.setattr(torch.cuda, "memory", Memory())
    monkeypatch.setattr(torch.Tensor, "record_stream", lambda self, stream: None)
    monkeypatch.setattr(torch.Tensor, "pin_memory", lambda self: self)
    monkeypatch.setattr(torch, "compile", lambda model: model)
    monkeypatch.setattr(recorder, "card", lambda: {"device": "a GPU", "date": "2026-11-29", "torch": "2.13"})


@pytest.fixture
def on_cpu_little(on_cpu, monkeypatch):
    """Two traces and no table: what is tested is what happens when one fails."""
    names = (f"elementwise_{recorder.BATCH}_eager", "pieces")
    makers = {name: make for name, make in recorder.traces().items() if name in names}
    monkeypatch.setattr(recorder, "traces", lambda: makers)
    monkeypatch.setattr(recorder, "cells", lambda: iter(()))
    monkeypatch.setattr(recorder, "compiled", lambda: {})


@pytest.fixture(scope="module")
def written_once(tmp_path_factory):
    return tmp_path_factory.mktemp("recording")


@pytest.fixture
def written(on_cpu, written_once, tmp_path, capsys):
    out, words = written_once / "recorded", written_once / "said"
    if not out.exists():
        recorder.record(out)
        words.write_text(capsys.readouterr().out)
    return Path(shutil.copytree(out, tmp_path / "recorded")), words.read_text().replace(
        str(out), str(tmp_path / "recorded")
    )


def test_all_traces_that_are_made_by_hand_are_recorded():
    assert set(recorder.traces()) == set(made.TRACES)


def test_the_folder_holds_all_and_is_small(written):
    folder, said = written
    names = {f"{name}.json.gz" for name in recorder.traces()} | {"snapshot.json.gz"}
    assert {path.name for path in folder.iterdir()} == names | {"about.json", "tables.json"}
    assert f"bytes in {folder}" in said
    assert sum(path.stat().st_size for path in folder.iterdir()) < recorder.MOST_BYTES


def test_what_the_cpu_can_is_timed_with_all_samples_and_the_rest_is_named(written):
    folder, said = written
    tables = json.loads((folder / "tables.json").read_text())
    about = json.loads((folder / "about.json").read_text())
    assert about["device"] == "a GPU"
    assert set(tables) == {"products", "steps", "widths", "2:4 sparse", "compile"}
    assert set(tables["products"]["8"]) == {"fp32", "tf32", "bf16", "fp16"}
    assert set(tables["steps"]) == {"narrow_32", "narrow_48", "wide_32", "wide_48"}
    assert all(len(samples) == 2 for row in tables["products"].values() for samples in row.values())
    assert set(tables["compile"]["narrow_32"]) == {"eager", "compiled", "first call"}
    # CPUs have no 2:4 sparsity; the message, which might hold a path, is only printed.
    assert {"2:4 sparse 4x64 sparse", "2:4 sparse 64x64 sparse"} <= set(about["left_out"])
    assert all(" " not in kind for kind in about["left_out"].values())
    assert "left out:" in said


def test_lessons_read_it(written, monkeypatch):
    folder, _ = written
    assert recording.said() == "hand-made, no GPU measured"
    monkeypatch.setattr(recording, "FOLDER", folder)
    assert recording.said().startswith("recorded on a GPU, 2026-11-29; hand-made: elementwise_4096, ")
    assert recording.is_recorded("narrow_32_eager") and not recording.is_recorded("nothing")
    assert recording.tables()["products"]["8"]["fp32"] > 0
    events = recording.trace("narrow_32_eager")["traceEvents"]
    assert [e["name"] for e in events if e["name"].startswith("step ")] == ["step 0", "step 1", "step 2"]
    assert {"cpu_op", "user_annotation"} == {e["cat"] for e in events}
    assert min(e["ts"] for e in events) == 0
    # What isn't there is made by hand, as before.
    assert recording.trace("narrow_4096_eager") == made.trace("narrow_4096_eager")
    assert [e["addr"] for e in recording.snapshot()["device_traces"][0]] == [0, 1024, 1024]


def test_a_snapshot_keeps_no_frames_and_counts_from_zero(on_cpu):
    history = recorder.snapshot()["device_traces"][0]
    assert history[2] == {
        "action": "free_completed",
        "addr": 1024,
        "size": 1024,
        "time_us": 2,
        "stream": 0,
        "frames": [],
    }
    assert torch.cuda.memory.enabled is None


def real(trace: dict) -> dict:
    """A trace as kineto writes it: large times and numbers of processes, more arguments, events that nobody needs."""
    events = []
    for event in trace["traceEvents"]:
        event = event | {"ts": event["ts"] + 88437691101.719}
        if event["pid"] == 1:
            event |= {"pid": 392793, "tid": 392793}
        if event["ph"] == "X":
            more = {"cbid": 211, "External id": 3, "context": 1, "Python file": "/home/somebody/train.py"}
            event["args"] = event["args"] | more
        events.append(event)
    extra = {
        "ph": "X",
        "cat": "cuda_sync",
        "name": "Stream Sync",
        "pid": 0,
        "tid": 7,
        "ts": 1,
        "dur": 2,
        "args": {},
    }
    span = {
        "ph": "X",
        "cat": "Trace",
        "name": "PyTorch Profiler (0)",
        "pid": "Spans",
        "tid": "PyTorch",
        "ts": 1,
    }
    memory = {
        "ph": "i",
        "cat": "cpu_instant_event",
        "name": "[memory]",
        "pid": 392793,
        "tid": 392793,
        "ts": 1,
    }
    device = trace["deviceProperties"][0] | {"computeMajor": 9}
    return trace | {"deviceProperties": [device] * 8, "traceEvents": [extra, *reversed(events), span, memory]}


@pytest.mark.parametrize("name", ["narrow_32_item", "narrow_32_graph", "copies_beside"])
def test_a_real_trace_is_trimmed_to_the_form_of_the_hand_made_ones(name):
    hand_made = made.trace(name)
    small = recorder.trimmed(real(hand_made))
    assert "/home" not in json.dumps(small)
    assert small["deviceProperties"] == hand_made["deviceProperties"]
    whole = [e for e in hand_made["traceEvents"] if e["ph"] != "M"]
    zero = min(e["ts"] for e in whole)

    def key(event):
        return (
            event["ph"],
            event["name"],
            event["pid"],
            event["tid"],
            json.dumps(event.get("args"), sort_keys=True),
        )

    assert sorted(map(key, small["traceEvents"])) == sorted(map(key, whole))
    times = [sorted(e["ts"] for e in events) for events in (small["traceEvents"], whole)]
    assert times[0] == pytest.approx([ts - zero for ts in times[1]], abs=0.002)


@pytest.mark.parametrize("there", [False, True])
def test_chapter_08_reads_its_rates_from_it(written, monkeypatch, capsys, there):
    folder, _ = written
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    if there:
        table = {str(n): {k: [2e-6 * n**3 / 50] for k in ("fp32", "bf16")} for n in (512, 4095, 4096)}
        (folder / "tables.json").write_text(json.dumps({"products": table}))
        monkeypatch.setattr(recording, "FOLDER", folder)
    lesson = json.loads((ROOT / "notebooks" / "08_mixed_precision.ipynb").read_text(encoding="utf-8"))
    cell = next("".join(c["source"]) for c in lesson["cells"] if c["id"] == "gpu")
    exec(cell, {"torch": torch, "np": np})
    said = capsys.readouterr().out
    if there:
        assert "recorded on a GPU, 2026-11-29" in said and ", 4096²: TFLOP/s fp32 50, bf16 50" in said
    else:
        assert said == "No GPU here: this cell measured nothing.\n"


@pytest.mark.parametrize("name", ["narrow_32_eager", "wide_32_graph", "copies_waiting"])
def test_the_lessons_parser_reads_recorded_and_hand_made_traces_alike(name):
    lesson = json.loads((ROOT / "notebooks" / "20_gpu_profiling.ipynb").read_text(encoding="utf-8"))
    sources = {cell["id"]: "".join(cell["source"]) for cell in lesson["cells"]}
    names: dict = {"np": np}
    exec(sources["kernels"], names)
    found = [
        names["kernels"](trace) for trace in (recorder.trimmed(real(made.trace(name))), made.trace(name))
    ]
    assert list(found[0]["name"]) == list(found[1]["name"]) and len(found[0]["name"]) > 50
    spans = [names["report"](one)[:2] for one in found]
    assert spans[0] == pytest.approx(spans[1], rel=1e-4)


def test_files_are_the_same_bits_for_the_same_content(tmp_path):
    for folder in ("a", "b"):
        recorder.write(tmp_path / folder, {"x.json.gz": json.dumps({"y": 1})})
    first, second = ((tmp_path / folder / "x.json.gz").read_bytes() for folder in ("a", "b"))
    assert first == second and json.loads(gzip.decompress(first)) == {"y": 1}


def test_names_of_the_host_and_too_many_bytes_are_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(recorder.platform, "node", lambda: "rented-17")
    monkeypatch.setattr(recorder, "MOST_BYTES", 3)
    recorder.write(tmp_path, {"x.json": '{"y": "rented-17"}', "z.json": "{}"})
    said = capsys.readouterr().out
    assert "Look at x.json" in said and "z.json" not in said and "more than 3" in said


class Properties:
    name, multi_processor_count, total_memory, uuid = "NVIDIA H100", 132, 85e9, "5f3e"


@pytest.fixture
def a_card(monkeypatch):
    """A GPU of which nvidia-smi says what a test puts into the list."""
    monkeypatch.setattr(recorder, "DEVICE", "cpu")
    monkeypatch.setattr(recorder, "SQUARE", (8,))
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda device: Properties)
    said = []

    def run(command, **_):
        answer = said.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return type("Done", (), {"stdout": answer})

    monkeypatch.setattr(recorder.subprocess, "run", run)
    return said


def test_the_card_names_device_driver_and_clocks(a_card):
    a_card += ["580.82.07, 1980 MHz, 1980 MHz, 700.00 W\n"]
    card = recorder.card()
    assert card["device"] == "NVIDIA H100" and card["multiprocessors"] == 132 and not card["slice"]
    assert card["driver_version"] == "580.82.07" and card["clocks.sm"] == "1980 MHz"


@pytest.mark.parametrize(
    "answers",
    [
        [FileNotFoundError(), FileNotFoundError()],  # a container without it
        [
            subprocess.CalledProcessError(6, "nvidia-smi"),
            "580.82.07, [N/A], [N/A], 700.00 W",
        ],  # a slice's uuid
        [subprocess.TimeoutExpired("nvidia-smi", 30), ""],
    ],
)
def test_a_slice_or_a_missing_nvidia_smi_stops_nothing(a_card, monkeypatch, answers):
    monkeypatch.setattr(Properties, "name", "NVIDIA H100 80GB HBM3 MIG 1g.10gb")
    a_card += answers
    card = recorder.card()
    assert card["slice"] and card["device"].endswith("MIG 1g.10gb")
    assert card.get("driver_version") in (None, "580.82.07") and not a_card


# ---- what can be wrong on a rented machine ---------------------------------------------------------


@pytest.fixture
def fit(monkeypatch):
    """A machine on which all is well."""
    monkeypatch.setattr(recorder, "DEVICE", "cpu")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "synchronize", lambda: None)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (80e9, 80e9))
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "a GPU")


def test_all_is_well(fit, tmp_path):
    assert recorder.unfit(tmp_path / "new") == "" and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.setattr(torch, "__version__", "2.8.0+cu128"), "2.9 or newer"),
        (lambda m: m.setattr(torch.cuda, "is_available", lambda: False), "built without CUDA"),
        (
            lambda m: (
                m.setattr(torch.cuda, "is_available", lambda: False),
                m.setattr(torch.version, "cuda", "13.0"),
            ),
            "driver is missing or too old",
        ),
        (lambda m: m.setattr(recorder, "DEVICE", "cuda:77"), "can't run a kernel"),
        (
            lambda m: m.setattr(recorder.shutil, "disk_usage", lambda _: type("", (), {"free": 3e6})),
            "Only 3 MB",
        ),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_measured(fit, monkeypatch, tmp_path, change, words):
    change(monkeypatch)
    assert words in recorder.unfit(tmp_path / "new")
    monkeypatch.setattr(sys, "argv", ["record_gpu", str(tmp_path / "new")])
    with pytest.raises(SystemExit, match=words):
        recorder.main()
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_or_is_something_else_is_refused(fit, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    assert "is no recording" in recorder.unfit(tmp_path / "file")
    assert "is no recording" in recorder.unfit(tmp_path)  # a folder with other things in it
    denied = PermissionError(13, "Permission denied")
    monkeypatch.setattr(recorder.tempfile, "TemporaryDirectory", lambda **_: (_ for _ in ()).throw(denied))
    assert "can't be written to (Permission denied)" in recorder.unfit(tmp_path / "new")


def test_a_profiler_that_sees_no_kernel_is_told(fit, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["record_gpu", str(tmp_path / "new")])
    with pytest.raises(SystemExit, match="sees no kernel"):  # as here, on a CPU
        recorder.main()


def test_ctrl_c_and_a_full_disk_leave_what_was_there(fit, monkeypatch, tmp_path):
    out = tmp_path / "recorded"
    recorder.write(out, {"about.json": "{}"})
    monkeypatch.setattr(recorder, "unseen", lambda: "")
    monkeypatch.setattr(sys, "argv", ["record_gpu", str(out)])
    for error, words in ((KeyboardInterrupt(), "Stopped"), (OSError(28, "No space left"), "No space left")):

        def fails(*_, error=error):
            raise error

        monkeypatch.setattr(recorder, "record", fails)
        with pytest.raises(SystemExit, match=words):
            recorder.main()
        assert [path.name for path in tmp_path.iterdir()] == ["recorded"]
        assert (out / "about.json").read_text() == "{}"


def test_a_recording_is_replaced_whole_or_not_at_all(tmp_path, monkeypatch):
    out = tmp_path / "recorded"
    recorder.write(out, {"about.json": "1", "old.json": "1"})
    recorder.write(out, {"about.json": "2"})
    assert [path.name for path in out.iterdir()] == ["about.json"] and (out / "about.json").read_text() == "2"
    real = Path.rename

    def breaks(self, target):
        if self.name == "new":
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "rename", breaks)
    with pytest.raises(KeyboardInterrupt):
        recorder.write(out, {"about.json": "3"})
    assert (out / "about.json").read_text() == "2" and [path.name for path in tmp_path.iterdir()] == [
        "recorded"
    ]


def test_out_of_memory_is_left_out_and_a_dead_gpu_ends_it(on_cpu_little, monkeypatch, tmp_path, capsys):
    def too_large(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 99 GiB.\nMore words")

    monkeypatch.setattr(recorder, "elementwise", too_large)
    recorder.record(tmp_path / "a")
    about = json.loads((tmp_path / "a" / "about.json").read_text())
    assert about["left_out"][f"elementwise_{recorder.BATCH}_eager"] == "OutOfMemoryError"
    assert "left out: CUDA out of memory. Tried to allocate 99 GiB.\n" in capsys.readouterr().out

    def dead():
        raise RuntimeError("CUDA error: an illegal memory access was encountered")

    monkeypatch.setattr(recorder, "snapshot", too_large)
    monkeypatch.setattr(recorder, "still_there", lambda name: dead() if name == "snapshot" else None)
    with pytest.raises(RuntimeError):
        recorder.record(tmp_path / "b")
    assert not (tmp_path / "b").exists()


def test_a_gpu_that_answers_no_more_is_told(monkeypatch):
    def dead():
        raise RuntimeError("CUDA error: unspecified launch failure")

    monkeypatch.setattr(torch.cuda, "synchronize", dead)
    with pytest.raises(SystemExit, match="After compile the GPU answers no call any more"):
        recorder.still_there("compile")


def test_after_eight_minutes_the_rest_is_left_out(on_cpu_little, monkeypatch, tmp_path):
    monkeypatch.setattr(recorder, "MOST_SECONDS", -1)
    recorder.record(tmp_path / "a")
    assert set(json.loads((tmp_path / "a" / "about.json").read_text())["left_out"].values()) == {
        "TimeoutError"
    }


def test_a_slow_step_gets_fewer_samples(on_cpu, monkeypatch):
    monkeypatch.setattr(recorder, "REPEATS", 30)
    monkeypatch.setattr(recorder, "A_ROW", 0.02)
    assert len(recorder.timed(lambda: time.sleep(0.002))) < 11
    assert len(recorder.timed(lambda: time.sleep(0.02))) == 5


@pytest.mark.parametrize("course", [False, True])
def test_help_teaches_and_names_the_folder(course, tmp_path):
    """As a copy on a bare machine, and in the course."""
    file = ROOT / "tools" / "record_gpu.py"
    if not course:
        file = Path(shutil.copy(file, tmp_path))
    done = subprocess.run([sys.executable, file, "--help"], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for words in ("pip install torch numpy", "scp", "tools execute --fresh", "Ctrl-C"):
        assert words in done.stdout
    assert ("utils/gpu/recorded" in done.stdout.rsplit("what to write", 1)[1]) is course


@pytest.mark.parametrize("help", [False, True])
def test_without_pytorch_a_sentence(tmp_path, help):
    (tmp_path / "torch.py").write_text("raise ImportError('no module')")
    file = shutil.copy(ROOT / "tools" / "record_gpu.py", tmp_path)
    command = [sys.executable, file] + ["--help"] * help
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, "Traceback" in done.stderr) == (0 if help else 1, False)
    assert "pip install torch numpy" in (done.stdout if help else done.stderr)


def test_tf32_is_used_where_asked_for_and_nowhere_else():
    before = torch.backends.cuda.matmul.fp32_precision, torch.backends.cudnn.conv.fp32_precision
    try:
        recorder.precision("tf32")
        assert torch.backends.cuda.matmul.fp32_precision == torch.backends.cudnn.conv.fp32_precision == "tf32"
        recorder.precision("bf16")
        assert torch.backends.cuda.matmul.fp32_precision == torch.backends.cudnn.conv.fp32_precision == "ieee"
    finally:
        torch.backends.cuda.matmul.fp32_precision, torch.backends.cudnn.conv.fp32_precision = before
