"""The visible checks of lab 12: what is right, and what is wrong in a learner's own terms."""

from __future__ import annotations

import tempfile

import numpy as np
import onnx
from onnx import helper, numpy_helper
from onnxruntime import GraphOptimizationLevel

from utils.ch12 import lab
from utils.ch12.design import BadChoices, Batches, built, camera_images, checked, quantized
from utils.ch12.graphs import cluttered
from utils.checks import check
from utils.onnx_tools import open_session


@check("12-reader")
def check_reader(that, Reader):
    def cost(batches):
        int8 = lab.accuracy(quantized(cnn_file, Batches(np.concatenate(batches).astype(np.float32))))
        words = f". Calibrated so, int8 gets {int8:.1f}% right, and fp32 {fp32:.1f}%"
        return words if fp32 - int8 >= 0.5 else ""

    def expect(images, labels, known, per_label, size, now):
        reader = Reader(images, labels, per_label, size)
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
            words = f"{now}: image {k} is none of the collection, divided by 255 where it is raw"
            that(False, f"{words}. Its least and largest are {x[k].min():.4g} and {x[k].max():.4g}", 2)
        if len(set(keys)) < len(keys):
            that(False, f"{now}: of the {len(keys)} images {len(set(keys))} differ{cost(batches)}", 2)
        count = np.bincount(found, minlength=10)
        if (count != per_label).any():
            words = (
                f"{now}: of the digits 0 to 9 there are {count.tolist()}, and {per_label} of each are asked"
            )
            that(False, f"{words}{cost(batches)}", 3)
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
    expect(*sorted_ones, 10, 25, "10 of each digit, 25 a batch")
    expect(*sorted_ones, 3, 10, "3 of each digit, 10 a batch")
    mixed = lab.collection(np.random.default_rng(1), raw=(0, 4, 6), faint=(0, 5, 9), shuffled=True)
    expect(*mixed, 12, 8, "a collection in no order, 12 of each digit, 8 a batch")


def optimized(model: bytes) -> onnx.ModelProto:
    """What ONNX Runtime makes of a file's bytes when it opens it, without what depends on the processor."""
    with tempfile.TemporaryDirectory() as folder:
        options = {"graph_optimization_level": GraphOptimizationLevel.ORT_ENABLE_EXTENDED}
        open_session(model, optimized_model_filepath=f"{folder}/model.onnx", **options)
        return onnx.load(f"{folder}/model.onnx")


def small_graph(*rows) -> bytes:
    """A graph's file: of rows (op, name, inputs, outputs, attributes); names that begin with w are stored."""
    nodes = [helper.make_node(op, i.split(" ") if i else [], o.split(), n, **a) for op, n, i, o, a in rows]
    names = {name for node in nodes for name in node.input if name.startswith("w")}
    stored = [numpy_helper.from_array(np.float32(1), name) for name in sorted(names)]
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
            ("Add", "end", "e g", "y", {}),
        ),
        "ciiiicf",
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
            that(words[kind] == mine, said, 2)
        strange = got[1] != fused
        that(not strange, f"{now}: fused are {fused}; yours says {got[1]}", 2)

    cnn_file, int8 = lab.cnn_files()
    relu = {"conv1": "Relu", "conv2": "Relu"}
    expect(onnx.load_from_string(cnn_file), "f" * 8, {}, "the fp32 file")
    expect(optimized(cnn_file), "f" * 6, relu, "the fp32 file as ONNX Runtime runs it")
    expect(optimized(int8), "ciiiiiic", {}, "the int8 file as ONNX Runtime runs it")
    for now, (file, kinds, fused) in SMALL.items():
        expect(onnx.load_from_string(file), kinds, fused, now)
    expect(onnx.load_from_string(int8), "ssssss" + "cc" + "fcc" * 6, {}, "the int8 file, as it is on disk")


@check("12-profile")
def check_profile(that, predict, explain, scaling):
    def near(mine, right):
        number = isinstance(mine, int | float | np.number)  # None is none
        return number and bool(np.isclose(float(mine), right, rtol=1e-6, atol=1e-6))

    def expect_speed_up(times, macs, factor, right):
        got = predict(lab.profile(times), macs, factor)
        words = f"predict: {times} µs, {', '.join(macs)} to become {factor} times as fast: {right:.4g}×"
        that(near(got, right), f"{words}; yours is {got!r:.60}", 1)

    def expect_parts(a, b, factor, right, guilty):
        got = lab.explained(explain(lab.profile(a), lab.profile(b), factor))
        that(not isinstance(got, str), str(got), 2)
        now = f"explain: fp32 {a}, int8 {b}, factor {factor}"
        for key, mine, value in zip(
            ("speed_up", "saved", "lost", "removed", "added"), got[0], right, strict=True
        ):
            that(near(mine, value), f"{now}: {key} is {value:.5g}; yours is {mine:.5g}", 3)
        that(got[1] == guilty, f"{now}: guilty is {guilty}; yours is {got[1]}", 2)

    def expect_scaling(a, b, stuck, most):
        got = scaling(lab.profile(a), lab.profile(b))
        two = isinstance(got, tuple | list) and len(got) == 2
        two = two and isinstance(got[0], list | tuple | set | np.ndarray)
        that(two, f"scaling returns (stuck, most), a list and then a number; yours is {got!r:.60}", 3)
        now = f"scaling: one thread {a}, two threads {b}"
        right = sorted(map(str, got[0])) == stuck
        that(right, f"{now}: stuck are {stuck}; yours are {sorted(map(str, got[0]))}", 3)
        that(
            near(got[1], most),
            f"{now}: at most {most:.4g}× (a number, inf if none is stuck); yours is {got[1]!r:.60}",
            3,
        )

    expect_speed_up({"conv1": 60.0, "pool1": 30.0, "dense1": 20.0}, {"conv1": 9, "dense1": 1}, 4, 2.2)
    expect_speed_up({"dense1": 70.0, "mix1": 80.0, "dense2": 30.0}, {"mix1": 5, "dense2": 7}, 2, 180 / 125)
    expect_speed_up({"dense1": 800.0, "relu1": 200.0}, {"dense1": 10**6}, 2, 5 / 3)
    a = {"conv1": 100.0, "pool1": 50.0, "conv2": 400.0, "reorder1": 30.0}
    b = {"quantize1": 20.0, "conv1": 300.0, "pool1": 40.0, "conv2": 120.0}
    expect_parts(a, b, 4, (580 / 480, 290, 200, 30, 20), "conv1")
    expect_parts(a, b | {"conv1": 40.0}, 4, (580 / 220, 350, 0, 30, 20), "pool1")
    expect_parts(a, b | {"conv1": 20.0, "conv2": 190.0}, 4, (580 / 270, 300, 0, 30, 20), "conv2")
    expect_parts(
        {"dense1": 90.0}, {"dense1": 30.0, "quantize1": 50.0}, 3, (90 / 80, 60, 0, 0, 50), "quantize1"
    )
    many, int8 = lab.many_guilty()
    parts = (12740 / 3400, 9490, 65, 50, 135)
    for factor, guilty in ((2, "quantize1"), (3, "dense1"), (4, "conv1"), (8, "conv2")):
        expect_parts(many, int8, factor, parts, guilty)
    b = {"conv1": 70.0, "pool1": 50.0, "conv2": 210.0, "reorder1": 35.0}
    expect_scaling(a, b, ["pool1", "reorder1"], 580 / 80)
    two = {"dense1": 79.0, "conv1": 162.0, "pool1": 40.5}
    expect_scaling({"dense1": 100.0, "conv1": 200.0, "pool1": 50.0}, two, ["conv1", "pool1"], 1.4)
    expect_scaling({"dense1": 10.0}, {"dense1": 7.0}, [], np.inf)
    expect_scaling({"dense1": 10.0, "conv1": 1.0}, {"dense1": 8.5, "conv1": 1.2}, ["conv1", "dense1"], 1.0)


def parcel() -> bytes:
    """A file in which each part's texts have a length of their own: 1, 2, 4, … bytes, so that sums tell."""
    stored = [numpy_helper.from_array(np.arange(6, dtype=np.float32), "v")]
    stored.append(helper.make_tensor("w", onnx.TensorProto.INT8, [5], [-1, -2, 3, 4, -5]))
    stored.append(numpy_helper.from_array(np.array([2, 3]), "ké"))  # int64
    nodes = [helper.make_node("Split", ["x", "ké"], ["yes", "no"], "nodé", axis=0, num_outputs=2)]
    nodes.append(helper.make_node("Add", ["no", "no"], ["in"], "n"))
    x, yes, no, inside = (
        helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["n"])
        for name in ("x", "yes", "no", "in")
    )
    model = helper.make_model(helper.make_graph(nodes, "g", [x], [yes], stored, value_info=[no, inside]))
    g = model.graph
    parts = (model, g, *g.node, g.initializer[0], g.initializer[2], g.input[0], g.output[0])
    for k, part in enumerate(parts):
        part.doc_string = "é" if k == 1 else "d" * 2**k
        part.metadata_props.add(key="ké", value="v" * 2**k)
        part.metadata_props.add(key="k", value="é")
    for k, attribute in enumerate(g.node[0].attribute):
        attribute.doc_string = "d" * 2 ** (8 + k)
    g.value_info[0].doc_string = "shapes count as a whole"
    return model.SerializeToString()


@check("12-account")
def check_account(that, account, strip):
    def parts_of(file, now):
        got = account(file)
        good = isinstance(got, dict) and set(got) == set(lab.ACCOUNTS)
        that(
            good, f"account: return a dict with the keys {', '.join(lab.ACCOUNTS)}; yours is {got!r:.100}", 3
        )
        for key in lab.ACCOUNTS:
            words = f"account: whole numbers are asked; yours for {key} is {got[key]!r:.60}"
            that(isinstance(got[key], int | np.integer), words, 3)
        total = sum(got.values())
        words = f"account, {now}: the parts add up to {total:,}, and the file has {len(file):,} bytes"
        that(total == len(file), words, 2)
        return {key: int(got[key]) for key in lab.ACCOUNTS}

    def expect(file, x, now):
        ends, right = lab.run(file, x)
        small = strip(file)
        that(isinstance(small, bytes), f"strip returns bytes; yours is {type(small).__name__}", 2)
        try:
            mine, got = lab.run(small, x)
        except Exception as error:
            that(False, f"strip, {now}: ONNX Runtime doesn't open what is left: {str(error)[-200:]}", 1)
        that(mine == ends, f"strip, {now}: inputs and outputs are {ends}; yours are {mine}", 3)
        off = max(float(np.abs(a - b).max()) for a, b in zip(got, right, strict=True))
        that(off < 1e-5, f"strip, {now}: the outputs have changed, by up to {off:.3g}", 1)
        for what, count in lab.left_in(small).items():
            that(
                count == 0,
                f"strip, {now}: {what}: {count} left",
                3 if what.startswith(("doc", "names")) else 2,
            )

    got = parts_of(parcel(), "a small file")
    right = {"numbers": 45, "docs": 1023, "metadata": 303, "shapes": 59, "names": 30}
    where = "model and graph 1 + 2, nodes 4 + 8, initializers 16 + 32, input and output 64 + 128"
    said = {
        "numbers": "6 of float32, 5 of int8, 2 of int64, in whatever field they lie",
        "shapes": "two entries, whole",
        "docs": f"{where}, attributes 256 + 512",
        "metadata": f"{where}, in one value each; and 6 in the other texts of each",
        "names": "6 of nodes, 15 of what they take and give, 5 of initializers, 4 of the graph's ends",
    }
    for key, value in right.items():
        words = f"account, a small file: {key} are {value} bytes ({said[key]})"
        that(got[key] == value, f"{words}; yours are {got[key]}", 1 if key == "metadata" else 3)
    cnn_file, int8_file = lab.cnn_files()
    parts_of(cnn_file, "cnn_file")
    parts_of(int8_file, "int8_file")
    for k in range(3):
        file = cluttered(np.random.default_rng(k))
        expect(file, np.random.default_rng(9).normal(size=(4, 6)).astype(np.float32), f"drawn file {k}")
    x_val = lab.validation()[0][:20]
    expect(int8_file, x_val, "int8_file")
    expect(cnn_file, x_val, "cnn_file")


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
