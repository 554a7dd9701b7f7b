"""Hand-made traces have the form of the profiler's, follow their queue model, and say what they are."""

import gzip
import json

import pytest

from utils.gpu import made, recording

ON_GPU = ("kernel", "gpu_memcpy", "gpu_memset")


def whole(trace):
    return [e for e in trace["traceEvents"] if e["ph"] == "X"]


def end(event):
    return event["ts"] + event["dur"]


@pytest.mark.parametrize("name", made.TRACES)
def test_form(name):
    """Fields as kineto writes them; each piece of GPU work has the one call that launched it, and begins after it."""
    trace = json.loads(json.dumps(made.trace(name)))
    assert trace["deviceProperties"][0]["name"].startswith("hand-made")
    calls = {e["args"]["correlation"]: e for e in whole(trace) if e["cat"] == "cuda_runtime"}
    assert len(calls) == sum(e["cat"] == "cuda_runtime" for e in whole(trace))
    for event in whole(trace):
        assert {"ph", "cat", "name", "pid", "tid", "ts", "dur", "args"} == set(event)
        assert event["ts"] >= 0 and event["dur"] >= 0
        assert (event["pid"] == 0) == (event["cat"] in ON_GPU)
        if event["cat"] in ON_GPU:
            assert event["tid"] == event["args"]["stream"]
            assert event["ts"] >= calls[event["args"]["correlation"]]["ts"] + made.LATENCY
            graph = calls[event["args"]["correlation"]]["name"] == "cudaGraphLaunch"
            assert bool(event["args"].get("graph node id")) == graph
    steps = [e["name"] for e in whole(trace) if e["cat"] == "user_annotation"]
    assert steps == ["step 0", "step 1", "step 2"]


@pytest.mark.parametrize("name", made.TRACES)
def test_flows_lead_from_calls_to_work(name):
    trace = made.trace(name)
    work = sorted((e["ts"], e["args"]["correlation"]) for e in whole(trace) if e["cat"] in ON_GPU)
    ends = sorted((e["ts"], e["id"]) for e in trace["traceEvents"] if e["ph"] == "f")
    assert work == ends
    assert sum(e["ph"] == "s" for e in trace["traceEvents"]) == len(ends)


@pytest.mark.parametrize("name", made.TRACES)
def test_streams_run_in_order_and_the_cpu_waits_for_the_end(name):
    events = whole(made.trace(name))
    for stream in {e["tid"] for e in events if e["cat"] in ON_GPU}:
        work = sorted((e for e in events if e["cat"] in ON_GPU and e["tid"] == stream), key=lambda e: e["ts"])
        for first, second in zip(work, work[1:], strict=False):
            assert second["ts"] >= end(first) + made.BETWEEN - 0.01
    last = max(end(e) for e in events if e["cat"] in ON_GPU)
    wait = next(e for e in events if e["name"] == "cudaDeviceSynchronize")
    assert end(wait) >= last


def test_the_same_seed_makes_the_same_bits_and_another_one_others():
    assert made.trace("narrow_32_eager") == made.trace("narrow_32_eager")
    assert made.trace("narrow_32_eager") != made.trace("narrow_32_eager", seed=1)
    with pytest.raises(KeyError, match="none of the traces"):
        made.trace("narrow_33_eager")


def test_a_graph_launches_the_kernels_of_the_eager_step_with_one_call_each():
    eager, graph = (whole(made.trace(f"narrow_32_{how}")) for how in ("eager", "graph"))
    names = [[e["name"] for e in events if e["cat"] == "kernel"] for events in (eager, graph)]
    assert names[0] == names[1]
    assert sum(e["name"] == "cudaGraphLaunch" for e in graph) == 3


def test_pageable_copies_make_the_cpu_wait_and_pinned_ones_do_not():
    for name, (beside, pinned) in made.COPIES.items():
        events = whole(made.trace(name))
        copies = [e for e in events if e["cat"] == "gpu_memcpy"]
        calls = {e["args"]["correlation"]: e for e in events if e["cat"] == "cuda_runtime"}
        assert len(copies) == 3 and {e["tid"] == made.SECOND for e in copies} == {beside}
        assert {"Pinned" in e["name"] for e in copies} == {pinned}
        assert {end(calls[e["args"]["correlation"]]) < end(e) for e in copies} == {pinned}


def test_a_kernel_takes_the_roofline_of_the_multiprocessors_that_it_fills():
    whole_gpu = made.Kernel("k", flops=30e6 * 100, bytes=0, blocks=made.SMS)
    half = made.Kernel("k", flops=30e6 * 100, bytes=0, blocks=made.SMS // 2)
    assert whole_gpu.us() == pytest.approx(100) and half.us() == pytest.approx(200)
    assert made.Kernel("k", 30e6 * 100, 0, made.SMS, tensor=True).us() == pytest.approx(10)
    assert made.Kernel("k", 1, 1, 1).us() == made.LEAST


def test_the_step_has_the_flops_of_the_cnn():
    """Products of forward, both backward ones of the second convolution and the linear layer, one of the first."""
    products = [k for _, _, ks in made.cnn_step(1, 32) for k in ks if "sgemm" in k.name]
    one, two, last = 2 * 32 * 676 * 32 * 9, 2 * 32 * 121 * 64 * 288, 2 * 32 * 1600 * 10
    assert sum(k.flops for k in products) == 2 * one + 3 * two + 3 * last


def test_half_precision_casts_only_where_there_is_a_product():
    half = [k for _, _, ks in made.cnn_step(1, 32, half=True) for k in ks]
    assert all(k.tensor for k in half if "gemm" in k.name or k.name.startswith("conv"))
    assert sum("cast" in k.name for k in half) == 3
    assert made.mlp_of_elementwise(half=True) == made.mlp_of_elementwise()


def test_the_snapshot_frees_what_it_allocated_once_and_keeps_weights_and_moments():
    history = made.snapshot(batch=8, steps=2)["device_traces"][0]
    assert [e["time_us"] for e in history] == sorted(e["time_us"] for e in history)
    alive, asked = {}, set()
    for event in history:
        assert event["size"] % 512 == 0
        if event["action"] == "alloc":
            assert event["addr"] not in alive
            alive[event["addr"]] = event["size"]
        elif event["action"] == "free_requested":
            asked.add(event["addr"])
        else:
            assert event["addr"] in asked and alive.pop(event["addr"]) == event["size"]
    parameters = [288, 32, 18432, 64, 16000, 10]
    rounded = [-(-4 * n // 512) * 512 for n in parameters]
    assert sum(alive.values()) == 3 * sum(rounded)  # and Adam's two moments


@pytest.mark.parametrize(
    ("kernel", "on_them"),
    [
        ("sm80_xmma_gemm_f16f16_f16f32_f32_tn_n_tilesize128x64x64", True),
        ("ampere_bf16_s16816gemm_bf16_128x128_ldg8_f2f_stages_32x5_tn", True),
        ("nvjet_hsh_128x256_64x4_2x1_v_bz_coopA_TNN", True),
        ("conv2_fprop_bf16_tensorop_128x128", True),
        ("ampere_sgemm_128x64_nn", False),
        ("sm80_xmma_fprop_implicit_gemm_f32f32_f32f32_f32_nchwkcrs_nchw_simt_small_batch", False),
        ("conv2_fprop_sgemm_128x128", False),
        ("void at::native::vectorized_elementwise_kernel<4, at::native::tanh_kernel>", False),
    ],
)
def test_tensor_cores_by_a_kernels_name(kernel, on_them):
    assert recording.on_tensor_cores(kernel) is on_them


def test_without_a_recording_all_is_said_to_be_hand_made():
    assert recording.about() is None and recording.tables() is None
    assert recording.said() == "hand-made, no GPU measured"
    assert not recording.is_recorded("snapshot")
    assert recording.snapshot() == made.snapshot()
    assert recording.trace("whole") == made.trace("whole")


def test_what_a_model_says_of_hand_made_traces_is_so_by_construction(monkeypatch, tmp_path):
    monkeypatch.setattr(recording, "FOLDER", tmp_path)
    assert recording.agreeing("whole", "pieces") == "hand-made traces, so by construction"
    (tmp_path / "about.json").write_text('{"device": "a GPU", "date": "2026-12-01"}')
    for name in made.TRACES:
        (tmp_path / f"{name}.json.gz").write_bytes(b"")
    assert recording.agreeing(*made.TRACES) == recording.said() == "recorded on a GPU, 2026-12-01"


def test_what_is_compared_is_recorded_together_or_hand_made_together(monkeypatch, tmp_path):
    monkeypatch.setattr(recording, "FOLDER", tmp_path)
    (tmp_path / "about.json").write_text('{"device": "a GPU", "date": "2026-12-01"}')
    for name in [name for name in made.TRACES if name not in ("wide_4096_graph", "pieces")]:
        (tmp_path / f"{name}.json.gz").write_bytes(gzip.compress(b'{"recorded": true}'))
    assert recording.trace("narrow_4096_eager") == {"recorded": True}
    for name in ("wide_4096_eager", "wide_4096_amp", "whole"):
        assert recording.trace(name) == made.trace(name) and not recording.is_recorded(name)
    assert recording.said() == "recorded on a GPU, 2026-12-01; hand-made: layers, wide_4096"
    assert recording.agreeing("narrow_32_eager", "wide_4096_eager") == "hand-made traces, so by construction"


@pytest.mark.parametrize(
    ("kernel", "it_is"),
    [
        ("sm80_xmma_wgrad_implicit_gemm_indexed_f32f32_f32f32_f32_nhwckrsc_nhwc_simt_t1r1s1", True),
        ("void cudnn::cnn::wgrad_alg0_engine<float, 512, 6, 5, 3, 3, 3, false, 512>", True),
        ("nvjet_hsh_128x256_64x4_2x1_v_bz_coopA_TNN", True),
        ("void cudnn::ops::nchwToNhwcKernel<float, float, float, false, true>", False),
        ("void at::native::vectorized_elementwise_kernel<4, at::native::tanh_kernel>", False),
    ],
)
def test_products_by_a_kernels_name(kernel, it_is):
    assert recording.is_product(kernel) is it_is
