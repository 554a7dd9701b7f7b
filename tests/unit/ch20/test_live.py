"""What lesson 20 measures, on this CPU and, with CUDA's calls patched, as on a GPU."""

import json
from contextlib import contextmanager

import matplotlib.pyplot as plt
import pytest
import torch

from tools.notebook_files import ROOT
from utils import claims
from utils.ch20 import drawing, live
from utils.ch20.recorder import Recorder
from utils.cnn.in_torch import small_cnn
from utils.gpu import made


@contextmanager
def nothing(*_):
    yield


class Stream:
    def wait_stream(self, other):
        pass


class Graph:
    """A replay reads what was captured: here it counts."""

    replays = 0

    def replay(self):
        Graph.replays += 1


def lessons_cuda_graph():
    """The function that the lesson shows, and its cell that uses it."""
    lesson = json.loads((ROOT / "notebooks" / "20_gpu_profiling.ipynb").read_text(encoding="utf-8"))
    source = next("".join(c["source"]) for c in lesson["cells"] if c["id"] == "cuda-graph")
    names = {"torch": torch, "on_cuda": False, "training_step": live.training_step}
    exec(source, names)
    return names["cuda_graph"], source


@pytest.fixture
def as_on_a_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    fakes = {"synchronize": lambda: None, "Stream": Stream, "current_stream": Stream, "stream": nothing}
    for name, fake in (fakes | {"CUDAGraph": Graph, "graph": nothing}).items():
        monkeypatch.setattr(torch.cuda, name, fake)


def test_its_own_width_is_the_courses_cnn():
    ours, theirs = live.cnn(32), small_cnn()
    assert [p.shape for p in ours.parameters()] == [p.shape for p in theirs.parameters()]


def test_steps_with_the_same_start_give_the_same_losses_that_fall():
    one, two = live.training_step(4, 16), live.training_step(4, 16)
    losses = [(one().item(), two().item()) for _ in range(20)]
    assert all(a == b for a, b in losses)
    assert losses[-1][0] < losses[0][0]


def test_a_profile_has_steps_operators_and_memory():
    events = live.profiled(live.training_step(2, 4), steps=2, profile_memory=True)["traceEvents"]
    assert [e["name"] for e in events if e.get("name", "").startswith("step ")] == ["step 0", "step 1"]
    assert any(e["name"] == "[memory]" and e["args"]["Device Type"] == 0 for e in events)


def test_without_a_gpu_nothing_is_measured_and_claims_say_where_they_hold(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert live.measured_on_gpu(None) is None
    claims.claim("20-x", "It is {}", None, at_least=2, only_if=live.on_gpu())
    assert "where there is a GPU" in capsys.readouterr().out


def test_with_one_all_is_measured_and_claims_judge(monkeypatch, as_on_a_gpu):
    real = live.training_step
    monkeypatch.setattr(live, "training_step", lambda maps, batch, device: real(2, 4))
    found = live.measured_on_gpu(lessons_cuda_graph()[0], pairs=11)
    assert set(found) == {"stopwatch", "32", "wide"}
    assert 0 < found["stopwatch"] <= 1
    assert found["32"] > 1 and found["wide"] > 1  # a replay does nothing here
    assert Graph.replays > 20
    with pytest.raises(claims.ClaimFailed):
        claims.claim("20-x", "It is {}", 1.0, at_least=2, only_if=live.on_gpu())


def test_the_lessons_graph_warms_up_aside_captures_once_and_copies_each_batch_in(
    monkeypatch, as_on_a_gpu, capsys
):
    where, seen = [], []

    @contextmanager
    def inside(it, *_):
        where.append(type(it).__name__)
        yield
        where.pop()

    monkeypatch.setattr(torch.cuda, "stream", inside)
    monkeypatch.setattr(torch.cuda, "graph", inside)
    monkeypatch.setattr(Graph, "replay", lambda self: seen.append(float(given[0].sum())))
    given, real = [], torch.rand
    monkeypatch.setattr(torch, "rand", lambda *size, device: given.append(real(*size)) or given[0])

    def training_step(maps, batch, device, x):
        assert (device, x is given[0]) == ("cuda", True)

        def step():
            seen.append(where[-1])
            return torch.tensor(2.0)

        return step

    _, source = lessons_cuda_graph()
    exec(source, {"torch": torch, "on_cuda": True, "training_step": training_step})
    assert seen[:4] == ["Stream"] * 3 + ["Graph"] and len(set(seen[4:])) == 3
    assert capsys.readouterr().out.count("loss 2.000") == 3


@pytest.mark.parametrize("warm_up", [0, 1])
def test_what_is_captured_trains_as_eager_does_once_warmed_up(warm_up):
    step, twin = live.training_step(4, 8), live.training_step(4, 8)
    for _ in range(warm_up):
        step(), twin()
    with Recorder() as graph:
        loss = step()
    twin()
    same = []
    for _ in range(3):
        graph.replay()
        same.append(torch.allclose(loss, twin()))
    assert all(same) is bool(warm_up)


def test_a_step_on_given_images_has_the_same_start():
    x = torch.rand(4, 1, 28, 28)
    one, two = live.training_step(2, 4, x=x), live.training_step(2, 4, x=x.clone())
    assert one().item() == two().item() != live.training_step(2, 4)().item()


def test_on_a_gpu_the_optimizer_counts_there(monkeypatch):
    asked = {}
    monkeypatch.setattr(live, "cnn", lambda maps: torch.nn.Linear(2, 2))
    monkeypatch.setattr(torch.nn.Module, "to", lambda self, device: self)
    monkeypatch.setattr(torch, "rand", lambda *size, **_: torch.zeros(*size))
    monkeypatch.setattr(torch, "randint", lambda high, size, device: torch.zeros(size))
    monkeypatch.setattr(torch.optim, "Adam", lambda parameters, lr, **how: asked.update(how))
    live.training_step(32, 4, "cuda")
    assert asked == {"fused": True, "capturable": True}


@pytest.mark.parametrize("name", ["narrow_32_eager", "narrow_32_item", "copies_beside", "whole"])
def test_lanes_draw_a_row_for_the_cpu_and_one_a_stream(name):
    _, ax = plt.subplots()
    trace = made.trace(name)
    drawing.lanes(ax, trace, start=0, length=500, arrows=2)
    drawing.explain(ax)
    streams = {e["tid"] for e in trace["traceEvents"] if e["ph"] == "X" and e["pid"] == 0}
    assert len(ax.get_yticks()) == 1 + len(streams)
    assert ax.patches
    plt.close("all")


def test_calls_that_wait_look_otherwise():
    def call(name, dur):
        return {"cat": "cuda_runtime", "name": name, "dur": dur}

    assert drawing.look(call("cudaLaunchKernel", 5)) == "call that launches"
    assert drawing.look(call("cudaStreamSynchronize", 5)) == "call that waits"
    assert drawing.look(call("cudaMemcpyAsync", 5)) == "call that launches"
    assert drawing.look(call("cudaMemcpyAsync", 500)) == "call that waits"
    assert drawing.look({"cat": "ac2g", "name": "ac2g", "dur": 0}) == ""
