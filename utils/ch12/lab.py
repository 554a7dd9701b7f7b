"""What lab 12 hands its answers: collections of images, files to read and to strip, profiles, and trials."""

from __future__ import annotations

import tempfile
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime import GraphOptimizationLevel

from utils.ch12.design import Batches, built, camera_images, plain_cnn, quantized, skewed_cnn
from utils.ch12.profiles import load_profiles
from utils.checks import fixed
from utils.data import load_mnist, to_float
from utils.onnx_tools import open_session

ACCOUNTS = ("numbers", "docs", "metadata", "shapes", "names", "rest")
MODULES = MappingProxyType(  # of PyTorch, where an operation comes from
    {"Conv": "conv", "Relu": "activation", "MaxPool": "pooling", "Reshape": "flatten", "Gemm": "linear"}
)


@lru_cache(maxsize=1)
def validation() -> tuple[np.ndarray, np.ndarray]:
    """Images (5000, 1, 28, 28) and labels (5000,), read-only."""
    data = load_mnist()
    x_val = to_float(data.x_val)[:, None]
    x_val.flags.writeable = False
    return x_val, data.y_val


@lru_cache(maxsize=1)
def cnn_files() -> tuple[bytes, bytes]:
    """The CNN 32-64 as ONNX files' bytes: in fp32, with notes as PyTorch's exporter leaves them, and in int8."""
    model = onnx.load_from_string(plain_cnn(0))
    folder = "/home/you/.venv/lib/python3.11/site-packages/torch/nn/modules"
    for k, node in enumerate(model.graph.node):
        files = ("container", MODULES[node.op_type])
        lines = (f'File "{folder}/{file}.py", in forward' for file in files)
        node.metadata_props.add(key="pkg.torch.onnx.name_scopes", value=f"['', '{k}', '{node.name}']")
        node.metadata_props.add(key="pkg.torch.onnx.stack_trace", value="\n".join(lines))
    model.graph.value_info.extend(
        helper.make_tensor_value_info(node.output[0], onnx.TensorProto.FLOAT, None)
        for node in model.graph.node[:-1]
    )
    fp32 = model.SerializeToString()
    return fp32, quantized(fp32, Batches(to_float(load_mnist().x_train[:50])[:, None]))


def accuracy(model: bytes) -> float:
    """Accuracy on validation, in %, of an ONNX file's bytes."""
    x_val, y_val = validation()
    session = open_session(model)
    logits = [session.run(None, {"x": x})[0] for x in np.split(x_val, 50)]  # all at once take a gigabyte
    return 100 * float(np.mean(np.concatenate(logits).argmax(axis=1) == y_val))


# ---- exercise 1 ---------------------------------------------------------------------------------


def collection(rng: np.random.Generator, raw, faint, each=16, shuffled=False):
    """images (n, 28, 28), labels (n,), as the cameras left them, and {grey levels as bytes: digit}."""
    data, images, labels, known = load_mnist(), [], [], {}
    for digit in range(10):
        where = rng.permutation(np.flatnonzero(data.y_train[:20_000] == digit))[:each]
        grey = data.x_train[where].copy()
        grey[: each if digit in faint else 2] //= 10  # a weak lamp, or one that is warming up
        ink = data.x_train[where[3:5]] > 127
        grey[3], grey[4] = 2 * ink[0], 255 * ink[1]  # the dimmest raw image; one of only black and white
        grey[5] = np.concatenate([grey[6][:15], grey[6][:14:-1]])  # an image with as much ink as the next
        known |= {image.tobytes(): digit for image in grey}
        grey = np.concatenate([np.repeat(grey[:1], each, axis=0), grey])  # the button stuck
        x = to_float(grey)
        if digit in raw:
            x[1::2] = grey[1::2]
        images.append(x)
        labels.append(np.full(len(x), digit))
    images, labels = np.concatenate(images), np.concatenate(labels)
    order = rng.permutation(len(images)) if shuffled else np.arange(len(images))
    images, labels = images[order], labels[order]
    images.flags.writeable = labels.flags.writeable = False
    return images, labels, known


def camera_shots() -> tuple[np.ndarray, np.ndarray]:
    """A collection to look at: images (n, 28, 28), labels (n,)."""
    images, labels, _ = collection(np.random.default_rng(0), raw=(5, 7, 8, 9), faint=(0, 1, 2, 3))
    return images, labels


def what_hurts(Reader, images, labels):
    """Print the CNN's accuracy on validation after calibrations: by this reader, and with one fault each."""
    cnn_file, _ = cnn_files()
    fine = np.where(images.max(axis=(1, 2), keepdims=True) > 1, images / np.float32(255), images)
    dim = np.argsort(fine.max(axis=(1, 2)), kind="stable")[:100]
    rng = np.random.default_rng(0)
    print(f"fp32: {accuracy(cnn_file):.2f}%. In int8, calibrated")
    print(f"  by your reader: {accuracy(quantized(cnn_file, Reader(images, labels))):.2f}%")
    for words, x in (
        ("on all images as they came, raw ones among them", images),
        ("on one image of one digit, a hundred copies", np.repeat(fine[-1:], 100, axis=0)),
        ("on the first hundred, divided: few digits, many copies", fine[:100]),
        ("on the hundred dimmest, divided", fine[dim]),
        ("on a hundred drawn, each by its own maximum", fine / fine.max(axis=(1, 2), keepdims=True)),
    ):
        x = x if len(x) == 100 else x[rng.permutation(len(x))[:100]]
        print(f"  {words}: {accuracy(quantized(cnn_file, Batches(x[:, None]))):.2f}%")


def read(reader, most=100):
    """What get_next returns until it returns None, or a hundred times."""
    batches = []
    while len(batches) < most and (batch := reader.get_next()) is not None:
        fine = isinstance(batch, dict) and isinstance(batch.get("x"), np.ndarray) and len(batch) == 1
        said = type(batch).__name__
        if isinstance(batch, dict):
            said = "dict {" + ", ".join(f"{k!r}: {type(v).__name__}" for k, v in batch.items()) + "}"
        batches.append(batch["x"].copy() if fine else said)
    return batches


def by_turns(one, other):
    """All that one returns, while the other is read, too."""
    one.rewind()
    start = read(one, 1)
    read(other, 1)
    return start + read(one)


def grey_levels(x, known):
    """For each image of a batch its digit (−1 for one that isn't in the collection), and its grey levels."""
    x = np.asarray(x, np.float64).reshape(-1, 28, 28)
    grey = [np.round(255 * image).clip(0, 255).astype(np.uint8) for image in x]
    close = [np.abs(255 * image - g).max() < 0.01 for image, g in zip(x, grey, strict=True)]
    keys = [g.tobytes() for g in grey]
    return [known.get(k, -1) if fits else -1 for k, fits in zip(keys, close, strict=True)], keys


# ---- exercise 2 ---------------------------------------------------------------------------------


def kinds(got, model):
    """(kinds of all nodes in the graph's order, {name: activation}) of an answer, or what is wrong with it."""
    lists = ("stored", "conversions", "integer", "float")
    if not isinstance(got, dict):
        return f"return a dict with the keys {', '.join(lists)}, fused; yours is {got!r:.60}"
    if wrong := [key for key in (*lists, "fused") if key not in got]:
        return f"the dict's key {wrong[0]!r} is missing"
    if wrong := [key for key in got if key not in (*lists, "fused")]:
        return f"the dict has a key {wrong[0]!r}, which isn't asked for"
    if not isinstance(got["fused"], dict):
        return f"'fused' is a dict, {{name: activation}}; yours is {got['fused']!r:.60}"
    if wrong := [kind for kind in lists if not isinstance(got[kind], list | tuple | set)]:
        return f"{wrong[0]!r} is a list of names; yours is {got[wrong[0]]!r:.60}"
    flat = [(str(name), kind) for kind in lists for name in got[kind]]  # a name put in twice counts twice
    found = {name: [kind for n, kind in flat if n == name] for name in node_names(model)}
    if wrong := sorted({name for name, _ in flat} - set(found)):
        return f"{wrong[0]!r:.60} is no node's name"
    return [" and ".join(kinds) or "none of them" for kinds in found.values()], dict(got["fused"])


def as_run(model: bytes) -> onnx.ModelProto:
    """What ONNX Runtime makes of a file's bytes when it opens it, without what depends on the processor."""
    with tempfile.TemporaryDirectory() as folder:
        options = {"graph_optimization_level": GraphOptimizationLevel.ORT_ENABLE_EXTENDED}
        open_session(model, optimized_model_filepath=f"{folder}/model.onnx", **options)
        return onnx.load(f"{folder}/model.onnx")


def node_names(model: onnx.ModelProto) -> list[str]:
    return [node.name for node in model.graph.node]


# ---- exercise 3 ---------------------------------------------------------------------------------


def medians(profile):
    """{layer: µs}: of each layer its median run."""
    return {row["layer"]: float(np.median(row["us"])) for row in profile}


def tell(predict, explain, scaling, guesses, factor=4):
    """Print what the three functions say about the recorded pairs, beside what was guessed."""
    profiles = load_profiles()
    for guess, (name, pair) in zip(guesses, profiles.items(), strict=True):
        got, median = explain(pair["fp32"], pair["int8"], factor), pair["measured"][0]
        words = f"predicted {predict(pair['fp32'], pair['macs'], factor):.2f}×, measured {median:.2f}×"
        print(
            f"{name}: you guessed {guess}×, {words}, by the profiles {got['speed_up']:.2f}×; guilty: {got['guilty']}"
        )
        parts = ", ".join(f"{key} {got[key]:,.0f}" for key in ("saved", "lost", "removed", "added"))
        print(f"    µs {parts}")
    for kind in ("fp32", "int8"):
        stuck, most = scaling(*(profiles[f"cnn_32_64, {n}"][kind] for n in ("1 thread", "2 threads")))
        print(f"{kind}, 1 to 2 threads: at most {most:.2f}×; stuck: {', '.join(stuck)}")


def profile(times, rng=None):
    """Rows of {layer: µs}: 11 runs around these medians, exactly met, the first runs slow ones."""
    rng = rng or np.random.default_rng(0)
    rows = []
    for layer, us in times.items():
        off = np.r_[0, np.sort(rng.uniform(0.01, 0.2, 5)), -np.sort(rng.uniform(0.01, 0.2, 5))]
        runs = us * (1 + rng.permutation(off))
        runs[np.argmax(runs)] *= 40  # other programs, a first run: a mean would be far off
        rows.append({"layer": layer, "op": layer.rstrip("0123456789"), "us": runs.tolist()})
    return [rows[k] for k in rng.permutation(len(rows))]


def many_guilty(names=("dense1", "conv1", "conv2"), scale=1):
    """A pair of which each factor of 2, 3, 4, 8 makes another layer guilty: their times, {layer: µs}."""
    a = dict(zip(names, (600.0, 2400.0, 9600.0), strict=True))
    b = dict(zip(names, (350.0, 860.0, 1900.0), strict=True))
    a |= {"pool1": 50.0, "pool2": 40.0, "reorder1": 30.0, "reorder2": 20.0}
    b |= {"pool1": 90.0, "pool2": 65.0, "quantize1": 100.0, "transpose1": 35.0}
    return tuple({name: us * scale for name, us in times.items()} for times in (a, b))


def explained(got):
    """An answer of explain as (numbers in order, guilty), or what is wrong with it."""
    keys = ("speed_up", "saved", "lost", "removed", "added")
    if not isinstance(got, dict) or set(got) != {*keys, "guilty"}:
        mine = f"has {', '.join(map(str, got))}" if isinstance(got, dict) else f"is {got!r:.60}"
        return f"explain returns a dict with the keys {', '.join(keys)}, guilty; yours {mine}"
    for key in keys:
        if not isinstance(got[key], int | float | np.number):
            return f"explain: {key} is a number; yours is {got[key]!r:.60}"
    return [float(got[key]) for key in keys], str(got["guilty"])


def number(value) -> float:
    """A number as float, and anything else, such as a text, as NaN."""
    return float(value) if isinstance(value, int | float | np.number) else float("nan")


# ---- exercise 4 ---------------------------------------------------------------------------------


def left_where(file: bytes) -> dict[str, list[str]]:
    """What strip has left in a file: for each kind, of whom."""
    g = (model := onnx.load_from_string(file)).graph
    parts = [(model, "the model"), (g, "the graph")]
    for words, held in (
        ("nodes", g.node),
        ("initializers", g.initializer),
        ("inputs", g.input),
        ("outputs", g.output),
        ("value_info", g.value_info),
    ):
        parts += [(part, words) for part in held]
    attributes = [(attribute, "attributes of nodes") for n in g.node for attribute in n.attribute]
    taken = {name for n in g.node for name in n.input} | {info.name for info in g.output}
    return {
        "doc_string": [words for part, words in parts + attributes if part.doc_string],
        "metadata_props": [words for part, words in parts for _ in part.metadata_props],
        "value_info": ["the graph" for _ in g.value_info],
        "names of nodes": [n.op_type for n in g.node if n.name],
        "initializers that nothing uses": [t.name for t in g.initializer if t.name not in taken],
        "numbers outside of raw_data": [t.name for t in g.initializer if not t.HasField("raw_data")],
    }


def left_in(file: bytes) -> dict[str, int]:
    """What is left in a file, counted."""
    return {what: len(places) for what, places in left_where(file).items()}


def run(file: bytes, x: np.ndarray):
    """(names of inputs, outputs and inputs that have a default; outputs) of a model run on x."""
    session = open_session(file, log_severity_level=4)  # its errors are told by the check
    ends = (*session.get_inputs(), *session.get_outputs(), *session.get_overridable_initializers())
    ends = [end.name for end in ends]
    return ends, session.run(None, {ends[0]: x})


# ---- exercise 5 ---------------------------------------------------------------------------------


def try_choices(choices):
    """Print how large a file they make, and its accuracy on validation."""
    file = built(choices)
    print(f"{len(file):,} bytes; {accuracy(file):.2f}%")


def largest(name, x):
    """The largest magnitudes (channels,) of a tensor in the skewed CNN: a weight's, or an activation's on x."""
    model = onnx.load_from_string(skewed_cnn())
    stored = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    if name in stored:
        return np.abs(stored[name]).reshape(len(stored[name]), -1).max(axis=1)
    if name == "x":
        return np.abs(x).max(axis=(0, 2, 3))
    model.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    session = open_session(model.SerializeToString())
    values = [np.abs(session.run([name], {"x": part})[0]) for part in np.array_split(x, 20)]
    return np.max([value.max(axis=(0, *range(2, value.ndim))) for value in values], axis=0)


def look():
    """Print for each tensor the largest magnitude of its channels: of the loudest one, and of the middle one."""
    x_val, shots = validation()[0], camera_images()
    print(f"{'tensor':38}{'loudest':>9}{'middle':>9}   loudest in calibration")
    for name, words in (
        ("x", "x, the input"),
        ("p1", "p1, out of pool1, into gain1"),
        ("g1", "g1, out of gain1, into conv2"),
        ("f", "f, out of flatten, into dense"),
        ("y", "y, the logits"),
        ("w1", "w1, weights of conv1"),
        ("w2", "w2, weights of conv2"),
        ("w3", "w3, weights of dense"),
    ):
        each, seen = largest(name, x_val), largest(name, shots).max()
        last = "" if name.startswith("w") else f"{seen:9.4g}"
        print(f"{words:38}{each.max():9.4g}{np.median(each):9.4g}   {last}")


fixed(__name__)
