"""The visible checks of lab 12: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

from collections import Counter

import numpy as np
import onnx
from onnx import helper, numpy_helper

from utils.ch12 import lab
from utils.ch12.design import BadChoices, Batches, built, camera_images, checked, quantized
from utils.checks import check

FIRST = "10 of each digit, 25 a batch"


def changed(x: np.ndarray, known: dict[bytes, int]) -> str:
    """What may have become of an image that isn't one of the known."""
    for factor, words in (
        (256, "divided by 256"),
        (255 * 255, "divided by 255 though nothing in it is above 1"),
    ):
        levels = np.round(factor * np.float64(x))
        if levels.max() <= 255 and levels.astype(np.uint8).tobytes() in known:
            return f": it was {words}"
    for grey in (np.frombuffer(key, np.uint8) for key in known):
        if np.allclose(np.where(grey > 1, grey / 255, grey), x.ravel(), atol=2e-3):
            return (
                ": its pixels of grey level 1 were left at 1. An image is raw as a whole, not pixel by pixel"
            )
        if np.allclose(grey / max(int(grey.max()), 1), x.ravel(), atol=2e-3):
            return ": it was divided by its own maximum"
    return ""


def copied(keys: list[bytes], images: np.ndarray, sorted_ones: bool) -> str:
    """How images came to be taken twice, where that can be told."""
    ways = {}  # grey levels: as what they came, in 0 … 1 or raw
    for image in images:
        grey = image if image.max() > 1 else 255 * image
        ways.setdefault(np.round(grey).astype(np.uint8).tobytes(), set()).add(image.tobytes())
    more = {key: n for key, n in Counter(keys).items() if n > 1}
    if all(n <= len(ways[key]) for key, n in more.items()):
        return f": {len(more)} came as an image and as its raw copy"
    return "" if sorted_ones else ": copies needn't stand side by side"


@check("12-reader")
def check_reader(that, Reader):
    def cost(batches):
        int8 = lab.accuracy(quantized(cnn_file, Batches(np.concatenate(batches).astype(np.float32))))
        words = f". Calibrated so, int8 gets {int8:.1f}% right, and fp32 {fp32:.1f}%"
        return words if fp32 - int8 >= 0.5 else ""

    def expect(images, labels, known, per_label, size, now):
        try:
            reader = Reader(images, labels, per_label, size)
        except Exception as error:
            again = now != FIRST and "Error" in type(error).__name__
            if again and not isinstance(error, NotImplementedError):
                words = f"{now}: the first Reader was made, a second one raises {error!r:.80}"
                that(False, f"{words}. Does something of the first stay on the class, or outside it?", 3)
            raise
        batches = lab.read(reader)
        some = len(batches) > 0
        that(some, f"{now}: get_next returns None at once; it should return a batch", 3)
        for x in batches:
            array = isinstance(x, np.ndarray)
            words = (
                f"{now}: a batch is a dict with an array under 'x', and nothing else; yours is a {x!s:.80}"
            )
            that(array, words, 3)
            fine = x.ndim == 4 and x.shape[1:] == (1, 28, 28) and x.dtype == np.float32
            words = f"{now}: a batch is float32 {(size, 1, 28, 28)}; yours is {x.dtype} {x.shape}"
            that(fine, words, 3)
        that(len(batches) < 100, f"{now}: get_next goes on for ever; after the last it returns None", 3)
        ended = all(reader.get_next() is None for _ in range(5))
        that(ended, f"{now}: after its None, get_next goes on; it shouldn't", 3)
        x = np.concatenate(batches)
        if x.max() > 1:
            words = f"{now}: images reach up to {x.max():.4g}, where the network is fed 0 … 1"
            that(False, f"{words}{cost(batches)}", 2)
        found, keys = lab.grey_levels(x, known)
        if -1 in found:
            k = found.index(-1)
            words = f"{now}: of those you return, image {k} is none of the collection, divided by 255 where it is raw"
            said = f"Its least and largest are {x[k].min():.4g} and {x[k].max():.4g}{changed(x[k], known)}"
            that(False, f"{words}. {said}", 2)
        if len(set(keys)) < len(keys):
            why = copied(keys, images, images is sorted_ones[0])
            that(
                False,
                f"{now}: of the {len(keys)} images {len(set(keys))} differ, and no two may be alike{why}",
                2,
            )
        count = np.bincount(found, minlength=10)
        if (count != per_label).any():
            words = (
                f"{now}: of the digits 0 to 9 there are {count.tolist()}, and {per_label} of each are asked"
            )
            if count.max() <= per_label and per_label == 16:
                words += ". There are just enough: two images that differ must not have one key"
            that(False, words, 3)
        sizes = [len(x) for x in batches]
        that(set(sizes) == {size}, f"{now}: the batches' sizes are {sizes}; {size} each are asked", 3)
        for read in (0, 1):
            reader.rewind()
            lab.read(reader, most=read)  # 0: at once again; 1: from the middle
            reader.rewind()
            again = [key for x in lab.read(reader) for key in lab.grey_levels(x, known)[1]]
            words = f"{now}: after rewind, {len(again)} images come, {len(set(again))} different ones;"
            that(sorted(again) == sorted(keys), f"{words} it should be the same {len(keys)} once more", 3)
        turns = lab.by_turns(reader, Reader(images, labels, per_label, size))
        again = [key for x in turns for key in lab.grey_levels(x, known)[1]]
        words = f"{now}: while a second Reader is read, too, the first returns {len(set(again))} different images,"
        that(sorted(again) == sorted(keys), f"{words} not its {len(keys)}: each has its own place", 3)

    cnn_file, _ = lab.cnn_files()
    fp32 = lab.accuracy(cnn_file)
    sorted_ones = lab.collection(np.random.default_rng(0), raw=(5, 7, 8, 9), faint=(0, 1, 2, 3))
    expect(*sorted_ones, 10, 25, FIRST)
    expect(*sorted_ones, 3, 10, "3 of each digit, 10 a batch")
    mixed = lab.collection(np.random.default_rng(1), raw=(0, 4, 6), faint=(0, 5, 9), shuffled=True)
    expect(*mixed, 12, 8, "a collection in no order, 12 of each digit, 8 a batch")
    expect(*mixed, 16, 4, "the same collection, all 16 of each digit, 4 a batch")


def small_graph(*rows) -> bytes:
    """A graph's file: of rows (op, name, inputs, outputs, attributes); names that begin with w are
    stored, as floats, or as integers if they begin with wi (int8), wu (uint8), wl (int64)."""
    nodes = [helper.make_node(op, i.split(" ") if i else [], o.split(), n, **a) for op, n, i, o, a in rows]
    names = {name for node in nodes for name in node.input if name.startswith("w")}
    kinds = {"wi": np.int8, "wu": np.uint8, "wl": np.int64}
    stored = [numpy_helper.from_array(kinds.get(n[:2], np.float32)(1), n) for n in sorted(names)]
    ends = [
        helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, None) for n in ("x", nodes[-1].output[0])
    ]
    graph = helper.make_graph(nodes, "small", ends[:1], ends[1:], stored)
    return helper.make_model(graph).SerializeToString()


SCALES, OUT, WEIGHTS = "w1 w2", "w7 w8", "w5 w1 w2"
SMALL = {  # by what they show: a graph, its nodes' kinds by their first letters, what is fused
    "a QGemm without y_scale": (
        small_graph(
            ("DequantizeLinear", "first", WEIGHTS, "k", {}),
            ("FusedConv", "second", "x k", "a", {"activation": "LeakyRelu", "activation_params": [0.1]}),
            ("QuantizeLinear", "conv", f"a {SCALES}", "b", {}),
            ("MaxPool", "in_float", "b", "c", {}),
            ("QGemm", "dense", f"c {SCALES} {WEIGHTS} w6", "d", {}),
            ("Relu", "after", "d", "y", {}),
        ),
        "sfciif",
        {"second": "LeakyRelu"},
    ),
    "two QGemm, one without bias, one with y_scale left out": (
        small_graph(
            ("QuantizeLinear", "q", f"x {SCALES}", "a", {}),
            ("QGemm", "dense1", f"a {SCALES} {WEIGHTS}  {OUT}", "b", {}),
            ("Split", "split", "b", "c d", {}),
            ("QGemm", "dense2", f"d {SCALES} {WEIGHTS} w6  ", "e", {}),
            ("QLinearAdd", "sum", f"c {OUT} b {OUT} {OUT}", "f", {}),
            ("DequantizeLinear", "back", f"f {OUT}", "g", {}),
            ("QuickGelu", "gelu", "g", "h", {}),
            ("Add", "end", "e h", "y", {}),
        ),
        "ciiiicff",
        {},
    ),
    "weights stored in floats, and rounded when the file is opened": (
        small_graph(
            ("QuantizeLinear", "round", f"w5 {SCALES}", "a", {}),
            ("Transpose", "turn", "a", "b", {}),
            ("DequantizeLinear", "back", f"b {SCALES}", "c", {}),
            ("FusedGemm", "dense", "x c w6", "y", {"activation": "Relu", "alpha": 1.0}),
        ),
        "sssf",
        {"dense": "Relu"},
    ),
    "QGemm with y_scale and without a zero point, a Relu of integers": (
        small_graph(
            ("QuantizeLinear", "q", f"x {SCALES}", "a", {}),
            ("QGemm", "dense1", f"a {SCALES} {WEIGHTS}  w7", "b", {}),
            ("Relu", "relu", "b", "c", {}),
            ("Flatten", "flat", "c", "d", {}),
            ("QGemm", "dense2", f"d {SCALES} {WEIGHTS} w6 w7 ", "e", {}),
            ("MaxPool", "pool", "e", "f", {}),
            ("QGemm", "dense3", f"f {SCALES} {WEIGHTS}", "g", {}),
            ("Relu", "end", "g", "y", {}),
        ),
        "ciiiiiif",
        {},
    ),
    "stored tensors, alone and beside others": (
        small_graph(
            ("Mul", "product", "w5 w6", "m", {}),
            ("Clip", "cut", "m  w7", "t", {}),
            ("Sub", "minus", "w6 x", "a", {}),
            ("Mul", "scaled", "t a", "b", {}),
            ("QuantizeLinear", "q", f"b {SCALES}", "c", {}),
            ("Gather", "pick", "a c", "y", {}),
        ),
        "ssffcf",
        {},
    ),
    "a stored tensor comes first": (
        small_graph(
            ("QuantizeLinear", "round", f"w5 {SCALES}", "k", {}),
            ("QuantizeLinear", "q", f"x {SCALES}", "a", {}),
            ("Gather", "pick", "wi5 a", "b", {}),
            ("Gather", "take", "wu5 a", "m", {}),
            ("Gather", "count", "wl5 a", "n", {}),
            ("Gather", "made", "k a", "p", {}),
            ("Gather", "choose", "w5 a", "c", {}),
            ("QLinearConcat", "join", f"{OUT} a {SCALES} b {SCALES}", "d", {}),
            ("Relu", "relu", "d", "e", {}),
            ("Relu", "end", "c", "y", {}),
        ),
        "sciiiifiif",
        {},
    ),
    "a node without inputs": (
        small_graph(
            ("Constant", "one", "", "k", {"value_float": 1.0}),
            ("Neg", "less", "k", "m", {}),
            ("Add", "sum", "x m", "y", {}),
        ),
        "ssf",
        {},
    ),
}


def reason(model: onnx.ModelProto, node: onnx.NodeProto, kind: str) -> str:
    """Why a node is of this kind, by its first letter."""
    if kind == "s":
        return (
            "All that it takes is stored, or made of stored tensors alone"
            if node.input
            else "It takes nothing"
        )
    if kind == "c":
        return "What it converts isn't stored"
    if node.op_type.startswith("QLinear"):
        return "Its op begins with QLinear"
    first, holds = node.input[0], {"i": "integers", "f": "floats"}[kind]
    if first in (stored := {t.name: t for t in model.graph.initializer}):
        stored_as = numpy_helper.to_array(stored[first]).dtype
        return f"Its first input, {first!r}, is an initializer stored as {stored_as}, and another one isn't stored"
    made = next((n for n in model.graph.node if first in n.output), None)
    if made is None:
        return f"Its first input, {first!r}, is the graph's, and holds floats"
    by = f"{made.op_type} {made.name!r}"
    if made.op_type == "QGemm":
        by += f", {'with' if kind == 'i' else 'without'} y_scale among its {len(made.input)} inputs"
    begins = ". Its own op begins with Q, but not with QLinear" if node.op_type == "QuickGelu" else ""
    return f"Its first input, {first!r}, holds {holds}: {by} made it{begins}"


@check("12-graph")
def check_graph(that, read_graph):
    def expect(model, kinds, fused, now):
        before, words = (
            model.SerializeToString(),
            {"s": "stored", "c": "conversions", "i": "integer", "f": "float"},
        )
        got = lab.kinds(read_graph(model), model)
        that(not isinstance(got, str), f"{now}: {got}", 2)
        that(
            model.SerializeToString() == before,
            f"{now}: the model has changed, which belongs to the caller",
            1,
        )
        for node, kind, mine in zip(model.graph.node, kinds, got[0], strict=True):
            takes = ", ".join(name or "''" for name in node.input) or "nothing"
            said = (
                f"{now}: {node.op_type} {node.name!r} takes {takes}. It is {words[kind]}; yours says {mine}"
            )
            that(words[kind] == mine, f"{said}. {reason(model, node, kind)}", 2)
        strange = got[1] != fused
        that(not strange, f"{now}: fused are {fused}, names and texts; yours says {got[1]}", 2)

    cnn_file, int8 = lab.cnn_files()
    relu = {"conv1": "Relu", "conv2": "Relu"}
    expect(onnx.load_from_string(cnn_file), "f" * 8, {}, "the fp32 file")
    expect(lab.as_run(cnn_file), "f" * 6, relu, "the fp32 file as ONNX Runtime runs it")
    expect(lab.as_run(int8), "ciiiiiic", {}, "the int8 file as ONNX Runtime runs it")
    for now, (file, kinds, fused) in SMALL.items():
        expect(onnx.load_from_string(file), kinds, fused, now)
    expect(onnx.load_from_string(int8), "ssssss" + "cc" + "fcc" * 6, {}, "the int8 file, as it is on disk")


@check("12-design")
def check_design(that, choices):
    got = choices()
    try:
        full = checked(got)
    except BadChoices as error:
        that(False, str(error), 1)
    that(checked(choices()) == full, "choices returns something else each time: decide", 1)
    x_val, shots = lab.validation()[0], camera_images()
    loud, weights = lab.largest("p1", x_val), lab.largest("w2", x_val)
    hot = [float(shots[full["images"]].max()), float(x_val.max())]
    file = built(full)
    right, left = lab.accuracy(file), full["float"]
    words = f"your choices make {len(file):,} bytes, and get {right:.2f}% of the validation images right"
    if len(file) > 40_000:
        sizes = {"conv2": 73_728, "dense": 64_000}
        large = [f"{n} alone has {sizes[n]:,} bytes of weights in float" for n in left if n in sizes]
        spent = f"{full['format']} spends {len(file) - 35_000:,} on scales, names and nodes"
        why = large[0] if large else spent
        that(False, f"{words}. There is room for 40,000: {why}", 3 if large else 2)
    if right < 96:
        step, small = loud.max() / 255, np.sort(loud)
        why = f"in p1, channels reach from {small[0]:.2g} to {small[-1]:,.0f}; one step of 8 bits is {step:.2g},"
        why = f"{why} and {np.mean(loud < step):.0%} of the channels are below it. Scales are set for"
        why = f"{why} everything from conv1 to gain1: which node makes these numbers large, and which undoes it?"
        that({"conv1", "gain1"} <= set(left), f"{words}. One reason: {why}", 2)
        why = f"conv2's weights reach {weights.max():.3g} in one channel,"
        why = f"{why} and {np.median(weights):.2g} in the middle one;"
        why = f"{why} one scale for all has steps of {weights.max() / 127:.2g}"
        that(full["per_channel"], f"{words}. One reason: {why}", 2)
        why = (
            f"pixels reach {hot[0]:,.0f} in calibration, and {hot[1]:.0f} on validation, and yours lets that"
        )
        cut = full["method"] == "Percentile" and full["percentile"] < 99.8
        that(hot[0] <= 1 or cut, f"{words}. One reason: {why} set ranges", 1)
        why = "Try fewer nodes in float, or other images"
        if full["method"] == "Percentile" and full["percentile"] < 99:
            why = f"A percentile of {full['percentile']:g} cuts off the largest values of every tensor"
        if {"relu1", "relu2"} & set(left):
            why = (
                "In float, a relu doesn't merge with its convolution: what lies below 0 takes up steps, too."
            )
            why = f"{why} Try fewer nodes in float"
        that(False, f"{words}; 96% are asked, and can be had. {why}", 3)
