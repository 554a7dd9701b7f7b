"""Chapter 12's recording: three networks in fp32 and in int8, node by node, on a 2-core rented machine.

``python -m utils.ch12.profiles`` records anew. It was done on an AVX-512 processor with VNNI. Each pair
is recorded several times. Kept is one whose profiles and whose measured ratio agree, and of these the one
that took least time in all: the least disturbed. (Two threads beside any other load say nothing, so that the
pair of two threads comes from more recordings: the one of least time in which fp32's second convolution
was faster on two threads than on one.)
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np

from utils.onnx_tools import node_times

FILE = Path(__file__).with_suffix(".json")
PAIRS = (("mlp_1024", 1), ("cnn_32_64", 1), ("cnn_32_64", 2))
BATCH, RUNS, TRIES = 64, 25, 7
CONV = {"cnn_32_64": {"conv1": 26 * 26 * 9 * 32, "conv2": 11 * 11 * 9 * 32 * 64, "dense1": 1600 * 10}}
MACS = CONV | {"mlp_1024": {"dense1": 784 * 1024, "dense2": 1024 * 1024, "dense3": 1024 * 10}}
KINDS = {
    "Conv": "conv",
    "QLinearConv": "conv",
    "MaxPool": "pool",
    "NhwcMaxPool": "pool",
    "Reshape": "flatten",
}
KINDS |= dict.fromkeys(("Gemm", "FusedGemm", "QGemm"), "dense")
KINDS |= {"QuantizeLinear": "quantize", "DequantizeLinear": "dequantize", "Transpose": "transpose"}


def load_profiles() -> dict[str, dict]:
    """Of each pair, by name: ``fp32`` and ``int8``, the rows of a profile; ``macs`` of a layer; ``measured``.

    A row is one node: ``{"layer": "conv1", "op": "QLinearConv", "us": [...]}``, microseconds of each run in
    order, the first one included. Layers of both files that do the same have the same name. ``measured`` is
    (median, low, high) of the ratio fp32 / int8 without a profiler, by :func:`utils.timing.compare`.
    """
    return json.loads(FILE.read_text())


def record(name: str, threads: int) -> dict:
    """The pair's rows and its ratio, measured here."""
    from utils.ch12.design import Batches, quantized
    from utils.ch12.models import onnx_file
    from utils.data import load_mnist, to_float
    from utils.onnx_tools import open_session
    from utils.timing import compare

    data = load_mnist()
    fp32 = onnx_file(name).read_bytes()
    int8 = quantized(fp32, Batches(to_float(data.x_train[:200])[:, None]))
    x = {"x": to_float(data.x_val[:BATCH])[:, None]}
    plain = [open_session(model, threads) for model in (int8, fp32)]
    ratio = compare(*[lambda s=s: s.run(None, x) for s in plain], pairs=122)
    pair = {"macs": {layer: BATCH * macs for layer, macs in MACS[name].items()}}
    pair["measured"] = [round(v, 2) for v in (ratio.median, ratio.low, ratio.high)]
    with tempfile.TemporaryDirectory() as folder:
        for kind, model in (("fp32", fp32), ("int8", int8)):
            prefix = f"{folder}/{kind}"
            session = open_session(model, threads, enable_profiling=True, profile_file_prefix=prefix)
            for _ in range(RUNS):
                session.run(None, x)
            pair[kind] = rows(json.loads(Path(session.end_profiling()).read_text()))
    return pair


def rows(trace: list[dict]) -> list[dict]:
    """Of a trace that ONNX Runtime wrote: one row a node, in the order in which they ran."""
    seen, found = Counter(), []
    for op, us in node_times(trace).values():
        kind = KINDS.get(op, op)
        seen[kind] += 1
        found.append({"layer": f"{kind}{seen[kind]}", "op": op, "us": us})
    return found


def disturbed(pair: dict) -> tuple[bool, float]:
    """Whether the profiles' ratio is far off the measured one, and the microseconds of both networks."""
    fp32, int8 = (sum(float(np.median(row["us"])) for row in pair[kind]) for kind in ("fp32", "int8"))
    return abs(np.log(fp32 / int8 / pair["measured"][0])) > 0.25, fp32 + int8


if __name__ == "__main__":
    pairs = {
        f"{name}, {threads} thread{'s' * (threads > 1)}": min(
            (record(name, threads) for _ in range(TRIES)), key=disturbed
        )
        for name, threads in PAIRS
    }
    FILE.write_text(json.dumps(pairs, separators=(",", ":")).replace('],"int8"', '],\n"int8"') + "\n")
    for title, pair in pairs.items():
        print(title, pair["measured"])
        for kind in ("fp32", "int8"):
            print("  ", kind, {row["layer"]: float(np.median(row["us"])) for row in pair[kind]})
