"""Chapter 12's look at PyTorch's own int8 (PT2E, then inductor): ``python -m utils.ch12.pt2e cnn_32_64``.

In a process of its own, because torchao greets on stderr. Prints one line of JSON. Inductor writes C++ and
has it compiled: where there is no compiler, :func:`compiles` says so.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import sys
import sysconfig
import tempfile
import time
from pathlib import Path

from utils.claims import Condition

BATCH, CALIBRATION_BATCHES = 64, 4


def compiles() -> Condition:
    """Whether PyTorch can compile int8 kernels here: a processor of x86, a compiler, and ``Python.h``."""
    compiler = shutil.which(os.environ.get("CXX", "g++"))
    headers = Path(sysconfig.get_path("include"), "Python.h").exists()  # a package of its own on Debian
    return Condition(
        "where an x86 CPU, a C++ compiler and Python's headers are",
        bool(compiler) and headers and platform.machine().lower() in ("x86_64", "amd64"),
    )


def rounded(model, batches):
    """``model`` with observers, calibrated on ``batches``, then with int8 in their place."""
    import torch
    from torchao.quantization.pt2e.quantize_pt2e import convert_pt2e, prepare_pt2e
    from torchao.quantization.pt2e.quantizer import x86_inductor_quantizer as x86

    quantizer = x86.X86InductorQuantizer()
    quantizer.set_global(x86.get_default_x86_inductor_quantization_config())
    graph = torch.export.export(model, (batches[0],)).module()
    watched = prepare_pt2e(graph, quantizer)
    for x in batches:
        watched(x)
    return convert_pt2e(watched)


def main(name: str) -> None:
    import torch
    import torch._inductor.config

    from utils.ch12.models import load_int8_model
    from utils.ch12.speeds import gain
    from utils.data import load_mnist, tensors

    torch.set_num_threads(1)
    torch._inductor.config.freezing = True  # weights are constants: they can be packed beforehand
    data, model = load_mnist(), load_int8_model(name)
    count = BATCH * CALIBRATION_BATCHES
    x_train, _ = tensors(data.x_train[:count], data.y_train[:count])
    whole = len(data.x_test) // BATCH * BATCH
    x_test, y_test = tensors(data.x_test[:whole], data.y_test[:whole])
    x, found = x_test[:BATCH], {"seconds": {}, "accuracy": {}}
    with torch.no_grad():
        networks = {"fp32": model, "int8": rounded(model, x_train.split(BATCH))}
        runs = {}
        for kind, network in networks.items():
            start = time.perf_counter()
            runs[kind] = torch.compile(network)
            runs[kind](x)
            found["seconds"][kind] = time.perf_counter() - start
            right = [
                (runs[kind](a).argmax(dim=1) == b).sum().item()
                for a, b in zip(x_test.split(BATCH), y_test.split(BATCH), strict=True)
            ]
            found["accuracy"][kind] = 100 * sum(right) / whole
        for words, slow in (("over compiled fp32", runs["fp32"]), ("over eager", model)):
            ratio = gain(lambda: runs["int8"](x), lambda slow=slow: slow(x))
            found[words] = [ratio.median, ratio.low, ratio.high]
    print(json.dumps(found))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:  # else the second run would compile nothing, and seem fast
        os.environ["TORCHINDUCTOR_CACHE_DIR"] = cache
        main(sys.argv[1])
