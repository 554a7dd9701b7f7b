import copy
import types

import numpy as np
import pytest

from utils.ch20 import design, lab
from utils.ch20.check_design import DESIGN_TOLD, best_plan, every_plan
from utils.ch20.check_faults import names_of
from utils.ch20.check_lanes import LANES_TOLD, lanes_of
from utils.ch20.check_peak import PEAK_TOLD, peak_of
from utils.ch20.check_predict import EAGER_TOLD, GRAPH_TOLD, predicted, queue
from utils.ch20.check_waits import WAITS_TOLD, waits_of
from utils.ch20.checking import gpu_events
from utils.gpu import made

SEEDS = range(8)


def test_what_a_verdict_depends_on_is_given():
    for module, name in [(design, "LAUNCH_US"), (design, "simulate"), (lab, "graphed_step"), (lab, "lanes")]:
        with pytest.raises(AttributeError, match="is given"):
            setattr(module, name, None)


# ---- each mistake is told by a case that is built in, whatever the seed ----------------------------

RIGHT = {  # exercise → kinds, what draws a case, what is right of it, the mistakes that checks name
    "lanes": (
        lab.LANES,
        lambda *a: (lab.lanes(*a),),
        lanes_of,
        [m for part in LANES_TOLD.values() for m in part],
    ),
    "waits": (lab.SYNCS, lambda *a: (lab.syncs(*a),), waits_of, WAITS_TOLD),
    "eager": (lab.STEPS, lab.step, lambda *a: predicted(*a)[0], EAGER_TOLD),
    "graph": (lab.STEPS, lab.step, lambda *a: predicted(*a)[1], GRAPH_TOLD),
    "peak": (lab.PEAKS, lambda *a: (lab.history(*a),), peak_of, PEAK_TOLD),
}


@pytest.mark.parametrize("exercise", RIGHT)
@pytest.mark.parametrize("seed", SEEDS)
def test_each_mistake_gives_another_answer_in_a_case_that_is_built_in(exercise, seed):
    kinds, drawn, right, mistakes = RIGHT[exercise]
    rng = np.random.default_rng(seed)
    cases = [drawn(rng, kind) for kind in kinds if kind != "drawn"]
    assert not [m for m in mistakes if all(right(*case) == right(*case, m) for case in cases)]


@pytest.mark.parametrize("seed", SEEDS)
def test_each_mistake_in_a_plan_gives_another_one(seed):
    rng = np.random.default_rng(seed)
    cases = []
    for kind in [kind for kind in design.KINDS if not kind.startswith("drawn")]:
        kernels, budget = design.problem(rng, kind)
        cases.append((every_plan(kernels), kernels, budget))
    assert not [m for m in DESIGN_TOLD if all(best_plan(*case) == best_plan(*case, m) for case in cases)]


# ---- traces --------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("kind", [*lab.LANES, *lab.SYNCS, *lab.STEPS])
def test_drawn_traces_could_be_real(kind, seed):
    """No two events of a stream overlap, each has its launch before it, operators nest."""
    draw = lab.lanes if kind in lab.LANES else lab.syncs if kind in lab.SYNCS else lambda *a: lab.step(*a)[0]
    events = draw(np.random.default_rng(seed), kind)
    gpu = [e for e in events if e.get("cat") in lab.NAMES]
    for stream in {e["args"]["stream"] for e in gpu}:
        spans = sorted((e["ts"], e["ts"] + e["dur"]) for e in gpu if e["args"]["stream"] == stream)
        assert all(one[1] <= two[0] for one, two in zip(spans, spans[1:], strict=False))
    calls = {e["args"]["correlation"]: e["ts"] for e in events if e.get("cat") == "cuda_runtime"}
    assert len(calls) == sum(e.get("cat") == "cuda_runtime" for e in events)
    assert all(calls[e["args"]["correlation"]] < e["ts"] for e in gpu)
    ops = [(e["ts"], e["ts"] + e["dur"]) for e in events if e.get("cat") == "cpu_op" and e["tid"] == lab.MAIN]
    assert all(b <= c or d <= a or (a <= c and d <= b) or (c <= a and b <= d) for a, b in ops for c, d in ops)


@pytest.mark.parametrize("seed", range(40))
def test_no_wait_ends_when_a_gpu_event_starts_or_ends(seed):
    rng = np.random.default_rng(seed)
    for kind in lab.SYNCS:
        events = lab.syncs(rng, kind)
        edges = {t for a, b, _ in gpu_events(events) for t in (a, b)}
        waits = [e for e in events if e["name"].endswith("Synchronize")]
        assert not edges & {e["ts"] + e["dur"] for e in waits}


def test_examples_of_the_tasks():
    def kernel(ts, dur, stream, cat="kernel"):
        return {
            "ph": "X",
            "cat": cat,
            "name": "k",
            "ts": ts,
            "dur": dur,
            "tid": stream,
            "args": {"stream": stream},
        }

    events = [kernel(100, 10, 7), kernel(130, 10, 7), kernel(105, 15, 20, "gpu_memcpy")]
    assert lanes_of(events) == (0.75, [(120, 10)], 5)
    assert queue([20, 40, 70, 90], [5, 30, 5, 30], 1) == 120
    assert queue([10, 10, 20, 20], [5, 30, 5, 30], 1) == 83
    frames = {"conv": [{"name": "conv"}], "relu": [{"name": "relu"}]}
    history = [
        {"action": "alloc", "addr": 1, "size": 1000, "frames": frames["conv"]},
        {"action": "alloc", "addr": 2, "size": 500, "frames": frames["relu"]},
        {"action": "free_requested", "addr": 1, "size": 1000, "frames": []},
        {"action": "free_completed", "addr": 1, "size": 1000, "frames": []},
        {"action": "alloc", "addr": 1, "size": 1024, "frames": frames["conv"]},
    ]
    assert peak_of(history) == (1536, 1, {"conv": 1024, "relu": 512})
    two = [design.kernel("a", 20, 4), design.kernel("b", 20, 4)]
    assert best_plan(every_plan(two), two, 8) == [("a", 0), ("b", 1)]
    assert design.simulate(two, [("a", 0), ("b", 1)]) == (30, 8)
    assert best_plan(every_plan(two), two, 7) == []


@pytest.mark.parametrize("name", ["narrow_32", "wide_32", "wide_4096"])
def test_the_queue_predicts_the_lessons_traces(name):
    """Of a step in the middle, but for the latency that the made traces have and the exercise leaves out."""
    events = made.trace(f"{name}_eager")["traceEvents"]
    step = lab.one_step(events, "step 1")
    assert {e["cat"] for e in step} == {"user_annotation", "cpu_op", "cuda_runtime", "kernel"}
    eager, _ = predicted([e | {"args": e.get("args", {})} for e in step], 1, made.GRAPH_LAUNCH, made.BETWEEN)
    start = next(e for e in step if e["cat"] == "user_annotation")["ts"]
    busy = lanes_of(step)[0]
    spans = gpu_events(step)
    if name == "narrow_32":  # nothing is left from the step before
        assert eager == pytest.approx(spans[-1][1] - start - made.LATENCY, rel=0.01)
        assert busy < 0.5
    else:
        assert eager == pytest.approx(spans[-1][1] - spans[0][0], rel=0.05)
        assert busy > 0.9


# ---- memory --------------------------------------------------------------------------------------


def test_how_much_longer_a_trace_is_and_the_others_median_gap():
    def of(*spans):
        return {"traceEvents": [{"cat": "kernel", "ts": a, "dur": b - a} for a, b in spans] + [{"ph": "M"}]}

    said = lab.longer_than(of((40, 60), (10, 20)), of((0, 5), (6, 10), (13, 20), (25, 27)))
    assert said.startswith("in all 23 µs longer") and ": 3.0 µs" in said


def test_a_real_steps_allocations_add_up():
    import torch

    x = torch.rand(300, 300)
    events = lab.history_of(lambda: (x @ x).relu().sum())
    most, index, alive = peak_of(events)
    assert most >= 2 * 4 * 300 * 300 and events[index]["action"] == "alloc"
    assert {"aten::mm"} <= set(alive) and sum(alive.values()) == most


# ---- graphs --------------------------------------------------------------------------------------


@pytest.mark.parametrize("early", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_steps_have_the_faults_they_are_called_by(early, seed):
    rng = np.random.default_rng(seed)
    for bits, _, ring, once, period in lab.kinds():
        step, faults = lab.graphed_step(rng, bits, early, ring, once, period), names_of(bits)
        notes = []
        for call in range(5):
            x, lr, w = rng.uniform(1, 2, step.n), 0.01 + 0.001 * call, step.weights()
            y = step(x, lr)
            notes.append((x, lr, w, y, y.copy(), step.weights()))
        mask = [y != 0 for *_, y, _ in notes]
        seen = {
            "stale input": any(not np.allclose(y, 2 * w * x * (y != 0)) for x, _, w, _, y, _ in notes[1:]),
            "fixed rate": any(not np.allclose(after, w - lr * y / w) for _, lr, w, _, y, after in notes[1:]),
            "same noise": any(np.array_equal(a, b) for a, b in zip(mask, mask[1:], strict=False)),
            "overwritten output": any(not np.array_equal(y, kept) for _, _, _, y, kept, _ in notes),
        }
        assert [name for name, it in seen.items() if it] == list(faults)
        assert not period or all(np.array_equal(a, b) for a, b in zip(mask, mask[2:], strict=False))
        if not early:  # the first call is right
            x, lr, w, _, y, after = notes[0]
            assert np.allclose(y, 2 * w * x * (y != 0)) and np.allclose(after, w - lr * y / w)


def reachable(it, depth: int = 6, seen: set | None = None) -> list:
    """Whole numbers, truth values and words that an answer reaches from what it is given."""
    seen = set() if seen is None else seen
    if id(it) in seen or not depth:
        return []
    seen.add(id(it))
    if isinstance(it, int | np.integer | str):
        return [it]
    if isinstance(it, dict | types.MappingProxyType):
        inside = [*it.values()]
    elif isinstance(it, list | tuple | set | frozenset):
        inside = [*it]
    elif isinstance(it, types.CellType):
        inside = [it.cell_contents]
    else:
        names = ("__closure__", "__defaults__", "__self__", "__func__", "__dict__", "gi_frame", "f_locals")
        inside = [getattr(it, name) for name in names if getattr(it, name, None) is not None]
        inside += [type(it).__call__] if callable(it) and not isinstance(it, type) else []
    return [one for part in inside for one in reachable(part, depth - 1, seen)]


def test_nothing_that_an_answer_is_given_says_which_bugs_a_step_has():
    """A bug's number or name: only functions of the call tell, as the step itself does."""
    by_bits: dict[tuple[int, bool], list] = {}
    for bits, early, ring, once, period in lab.kinds():
        if (ring, once, period) == (1, 0, 0):
            step = lab.graphed_step(np.random.default_rng(0), bits, early, ring)
            by_bits[bits, early] = sorted(map(str, reachable(step)))
    assert len(by_bits) > 5
    for early in (True, False):
        assert len({tuple(found) for (_, its), found in by_bits.items() if its == early}) == 1
    for make in lab.makers(np.random.default_rng(0)):
        found = reachable(make)
        assert not [it for it in found if isinstance(it, str) and it in lab.FAULTS]
        assert not [it for it in found if isinstance(it, int) and not isinstance(it, bool) and 3 < it < 16]


def test_a_step_wants_an_input_of_its_size():
    with pytest.raises(ValueError, match=r"x is \(\d+,\); yours is \(3,\)"):
        lab.graphed_step(np.random.default_rng(0))(np.ones(3), 0.1)


# ---- plans ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"a": 0}, "is a list of pairs"),
        (["a", "b"], "is a list of pairs"),
        ([("a", 0), ("c", 0)], "is a list of pairs"),
        ([("a", 0), ("b", 2)], "the stream is 0 or 1"),
        ([("a", True), ("b", 0)], "the stream is 0 or 1"),
        ([("a", 0), ("a", 1)], "more than once"),
        ([("a", 0)], "b isn't in the plan"),
    ],
)
def test_what_is_no_plan_is_told(plan, words):
    with pytest.raises(ValueError, match=words):
        design.simulate([design.kernel("a", 5, 1), design.kernel("b", 5, 1)], plan)


def test_a_plan_by_hand(capsys):
    kernels = [design.kernel("a", 20, 8), design.kernel("b", 4, 2, "a"), design.kernel("c", 30, 5)]
    plan = [("a", 0), ("c", 1), ("b", 0)]
    assert design.timeline(kernels, plan) == {"a": (5, 25, 29), "c": (10, 40, 40), "b": (25, 29, 40)}
    assert design.simulate(kernels, plan) == (40, 15)
    assert design.simulate(kernels, [("b", 0), ("a", 1), ("c", 1)]) is None
    assert design.try_out(kernels, plan) == (40, 15) and "40 µs, at most 15 MB" in capsys.readouterr().out
    assert design.try_out(kernels, [("b", 0), ("a", 1), ("c", 1)]) is None


@pytest.mark.parametrize("kind", design.KINDS)
def test_problems_are_drawn_anew_and_list_needs_first(kind):
    one, two = (design.problem(np.random.default_rng(seed), kind) for seed in (1, 2))
    assert one != two
    for kernels, budget in (one, two):
        names = [k["name"] for k in kernels]
        assert len(set(names)) == len(names) <= 6 and budget > 0
        assert all(set(k["needs"]) <= set(names[:i]) for i, k in enumerate(kernels))
        before = copy.deepcopy(kernels)
        every_plan(kernels[:2])
        assert kernels == before
