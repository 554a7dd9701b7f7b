"""Chapter 12's recording says what the lab says about it."""

import numpy as np

from utils.ch12.profiles import PAIRS, load_profiles, rows


def test_three_pairs_of_profiles():
    pairs = load_profiles()
    assert len(pairs) == len(PAIRS)
    for pair in pairs.values():
        for kind in ("fp32", "int8"):
            layers = [row["layer"] for row in pair[kind]]
            assert len(set(layers)) == len(layers) and set(pair["macs"]) <= set(layers)
            assert len({len(row["us"]) for row in pair[kind]}) == 1
        median, low, high = pair["measured"]
        assert low <= median <= high


def test_profiles_and_measured_ratios_agree():
    for pair in load_profiles().values():
        fp32, int8 = (sum(np.median(row["us"]) for row in pair[kind]) for kind in ("fp32", "int8"))
        assert abs(np.log(fp32 / int8 / pair["measured"][0])) < 0.25


def test_rows_of_a_trace():
    def event(name, op, us, cat="Node"):
        return {"cat": cat, "name": name, "dur": us, "args": {"op_name": op}}

    trace = [event("model_run", "", 9, "Session")]
    for us in (5, 3):
        trace += [event("a_kernel_time", "Conv", us), event("a_fence_before", "Conv", 1)]
        trace += [event("b_kernel_time", "QLinearConv", us + 1), event("c_kernel_time", "Relu", 2)]
    assert rows(trace) == [
        {"layer": "conv1", "op": "Conv", "us": [5, 3]},
        {"layer": "conv2", "op": "QLinearConv", "us": [6, 4]},
        {"layer": "Relu1", "op": "Relu", "us": [2, 2]},
    ]
