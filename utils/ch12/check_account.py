"""Lab 12's check of a file's bytes: which part is off, and where what is missing stands; what is left by strip."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import onnx
from onnx import helper, numpy_helper

from utils.ch12 import lab
from utils.ch12.graphs import cluttered
from utils.checks import check


def parcel() -> bytes:
    """A file in which each part's texts have a length of their own, so that sums tell.

    Names take 3, 6, 24, 48, 96, … bytes: the graph's, its input's, nodes' further outputs, the graph's output,
    nodes' first inputs, further ones, first outputs, initializers, nodes.
    """
    x, no, yes, table, ke, inside = "x" * 6, "no" * 12, "answer" * 8, "w" * 90, "k" * 76 + "é", "in" * 168
    stored = [numpy_helper.from_array(np.arange(6, dtype=np.float32), "v" * 590)]
    stored.append(helper.make_tensor(table, onnx.TensorProto.INT8, [5], [-1, -2, 3, 4, -5]))
    stored.append(numpy_helper.from_array(np.array([2, 3]), ke))  # int64
    stored.append(numpy_helper.from_array(np.float32(0.5), "s" * 10))  # a scalar is one number
    nodes = [helper.make_node("Split", [x, ke], [yes, no], "n" * 998 + "é", axis=0, num_outputs=2)]
    nodes.append(helper.make_node("Where", [table, table, no], [inside], "n" * 536))
    infos = [helper.make_tensor_value_info(n, onnx.TensorProto.FLOAT, ["n"]) for n in (x, yes, no, inside)]
    made = helper.make_graph(nodes, "ggg", infos[:1], infos[1:2], stored, value_info=infos[2:])
    model = helper.make_model(made)
    g = model.graph
    parts = (model, g, *g.node, g.initializer[0], g.initializer[2], g.input[0], g.output[0])
    for k, part in enumerate(parts):
        part.doc_string = "édddd" if k == 1 else "d" * 3 * 2**k
        part.metadata_props.add(key="ké", value="v" * (2**k + 2 * k))
        part.metadata_props.add(key="k" * 53 * 2**k, value="é")
    for k, attribute in enumerate(g.node[0].attribute):
        attribute.doc_string = "d" * 3 * 2 ** (8 + k)
    g.value_info[0].doc_string = "shapes count as a whole"
    return model.SerializeToString()


def holders(data: bytes) -> dict[str, dict[str, list]]:
    """{key: {where: texts, arrays or entries}} of all that is counted."""
    g = (model := onnx.load_from_string(data)).graph
    parts = {
        "the model": [model],
        "the graph": [g],
        "nodes": list(g.node),
        "initializers": list(g.initializer),
    }
    parts |= {"the graph's inputs": list(g.input), "the graph's outputs": list(g.output)}
    firsts = [attribute for n in g.node for attribute in n.attribute[:1]]
    others = [attribute for n in g.node for attribute in n.attribute[1:]]
    docs = {where: [part.doc_string for part in held] for where, held in parts.items()}
    names = {
        where: [part.name for part in held] for where, held in parts.items() if held[:1] not in ([model], [g])
    }
    for words, held in (("inputs", "input"), ("outputs", "output")):
        names[f"nodes' first {words}"] = [name for n in g.node for name in getattr(n, held)[:1]]
        names[f"nodes' further {words}"] = [name for n in g.node for name in getattr(n, held)[1:]]
    pairs = {where: [p for part in held for p in part.metadata_props] for where, held in parts.items()}
    arrays = {}
    for t in g.initializer:
        array = numpy_helper.to_array(t)
        arrays.setdefault("scalars" if array.ndim == 0 else f"{array.dtype} tensors", []).append(array)
    return {
        "docs": docs
        | {"nodes' first attributes": [a.doc_string for a in firsts]}
        | {"nodes' further attributes": [a.doc_string for a in others]},
        "metadata": {f"keys of {where}": [p.key for p in held] for where, held in pairs.items()}
        | {f"values of {where}": [p.value for p in held] for where, held in pairs.items()},
        "shapes": {f"entry {k}": [info] for k, info in enumerate(g.value_info)},
        "names": names,
        "numbers": arrays,
    }


def size(thing) -> int:
    """Bytes of a text, an array, or an entry."""
    if isinstance(thing, str):
        return len(thing.encode())
    return thing.nbytes if isinstance(thing, np.ndarray) else thing.ByteSize()


def not_asked(data: bytes) -> dict[str, dict[str, int]]:
    """{key: {a sentence: the bytes too many that it explains}} of what may be taken to belong to a key."""
    g = (model := onnx.load_from_string(data)).graph
    entries = [
        p for part in (model, g, *g.node, *g.initializer, *g.input, *g.output) for p in part.metadata_props
    ]
    lengths = sum(p.ByteSize() - size(p.key) - size(p.value) for p in entries)
    around = sum(t.ByteSize() - numpy_helper.to_array(t).nbytes for t in g.initializer)
    inside, once = list(g.value_info), [set(n.input) | set(n.output) for n in g.node]
    twice = [name for n in g.node for name in (*n.input, *n.output)]
    default = "An input that has an initializer, its default, is an input, too"
    defaults = [info for info in g.input if info.name in {t.name for t in g.initializer}]
    for name in (name for few in once for name in few):
        twice.remove(name)
    return {
        "docs": {
            "Those of value_info belong to shapes": sum(size(info.doc_string) for info in inside),
            default: -sum(size(info.doc_string) for info in defaults),
        },
        "metadata": {"Yours counts whole entries, tags and lengths, too; only the texts are asked": lengths},
        "shapes": {
            "The graph's inputs and outputs aren't in value_info": sum(map(size, (*g.input, *g.output)))
        },
        "names": {
            "The graph's own name isn't asked: it belongs to rest": size(g.name),
            "An op_type isn't a name, but structure: it belongs to rest": sum(
                size(n.op_type) for n in g.node
            ),
            "Those of value_info belong to shapes": sum(size(info.name) for info in inside),
            "A name counts each time, also where one node takes it twice": -sum(map(size, twice)),
            default: -sum(size(info.name) for info in defaults),
        },
        "numbers": {"That is the whole TensorProto, name and all; .nbytes of its array is asked": around},
    }


def where_off(held: dict[str, list], got: int, beyond: dict[str, int] | None = None) -> str:
    """What explains a wrong sum: what isn't asked, places left out, or counted twice, or characters for bytes."""
    bytes_of = {where: sum(map(size, things)) for where, things in held.items() if things}
    right, flat = sum(bytes_of.values()), [thing for things in held.values() for thing in things]
    for words, too_many in (beyond or {}).items():
        if got - right == too_many != 0:
            return words
    if flat and all(isinstance(thing, str) for thing in flat):
        if got == sum(map(len, flat)):
            return "Yours counts characters: é is one character and two bytes of UTF-8"
        if got == len("".join(dict.fromkeys(flat)).encode()):
            return "Yours counts a text once, however often it stands in the file"
    if flat and all(isinstance(thing, np.ndarray) for thing in flat):
        kinds = sorted({str(array.dtype) for array in flat})
        for each in (1, 2, 4, 8):
            if got == each * sum(array.size for array in flat) != right:
                return f"Yours takes {each} bytes for each number, and there are {', '.join(kinds)}"
        if got == sum(len(t.tobytes()) if t.ndim else 0 for t in flat):
            return "A scalar is one number, though its dims are empty"
    for kind in ("keys", "values"):
        if got == sum(count for where, count in bytes_of.items() if where.startswith(kind)):
            return f"Yours counts the {kind} alone"
    for words, off in (
        ("but for what it leaves out", right - got),
        ("but for what it counts twice", got - right),
        ("for one part alone", got),
    ):
        for n in (1, 2) if off == got else (1, 2, 3, 4, 6):
            for some in combinations(bytes_of, n) if off > 0 else ():
                if sum(bytes_of[where] for where in some) == off:
                    return f"Yours is right {words}: {', '.join(some)}"
    if flat and isinstance(flat[0], str) and 0 < right - got <= sum(size(text) - len(text) for text in flat):
        return "Does yours count some as characters? é is one character and two bytes of UTF-8"
    return "In it: " + ", ".join(f"{where} {count:,}" for where, count in bytes_of.items())


@check("12-account")
def check_account(that, account, strip):
    def expect_parts(file, now):
        held = holders(file)
        right = {key: sum(size(it) for things in held[key].values() for it in things) for key in held}
        got = account(file)
        good = isinstance(got, dict) and set(got) == set(lab.ACCOUNTS)
        keys = ", ".join(lab.ACCOUNTS)
        that(good, f"account: return a dict with the keys {keys}; yours is {got!r:.100}", 3)
        for key in lab.ACCOUNTS:
            words = f"account: whole numbers are asked; yours for {key} is {got[key]!r:.60}"
            that(isinstance(got[key], int | np.integer) and not isinstance(got[key], bool), words, 3)
        for key, value in right.items():
            if got[key] != value:
                words = f"account, {now}: {key} are {value:,} bytes; yours are {got[key]:,}"
                that(
                    False,
                    f"{words}. {where_off(held[key], int(got[key]), not_asked(file)[key])}",
                    3 if key in ("docs", "names") else 2,
                )
        total = sum(got.values())
        words = f"account, {now}: rest is what is left of the {len(file):,} bytes, {got['rest'] + len(file) - total:,}"
        that(total == len(file), f"{words}; yours is {got['rest']:,}", 2)

    def expect_stripped(file, x, now):
        ends, right = lab.run(file, x)
        small = strip(file)
        that(isinstance(small, bytes), f"strip returns bytes; yours is {type(small).__name__}", 2)
        kept = {t.name for t in onnx.load_from_string(file).graph.initializer}
        g = onnx.load_from_string(small).graph
        made = {t.name for t in g.initializer} | {name for n in g.node for name in n.output}
        lost = [info.name for info in g.output if info.name in kept - made]
        that(
            not lost,
            f"strip, {now}: its output {lost[:1]} is an initializer, which no node takes; it is used",
            2,
        )
        try:
            mine, got = lab.run(small, x)
        except Exception as error:
            that(False, f"strip, {now}: ONNX Runtime doesn't open what is left: {str(error)[-200:]}", 1)
        that(mine == ends, f"strip, {now}: inputs and outputs are {ends}; yours are {mine}", 3)
        off = max(float(np.abs(a - b).max()) for a, b in zip(got, right, strict=True))
        that(off < 1e-5, f"strip, {now}: the outputs have changed, by up to {off:.3g}", 1)
        for what, places in lab.left_where(small).items():
            words = f"strip, {now}: {what}: {len(places)} left, of {', '.join(dict.fromkeys(places)):.120}"
            if set(places) == {"initializers"} and len(places) < len(g.initializer):
                words += ", not all. (A list that shrinks while you go through it skips elements.)"
            that(not places, words, 2)

    cnn_file, int8_file = lab.cnn_files()
    expect_parts(parcel(), "a small file with something everywhere")
    expect_parts(cnn_file, "cnn_file")
    expect_parts(int8_file, "int8_file")
    expect_parts(
        cluttered(np.random.default_rng(0), default=True), "a drawn file whose bias is an input, too"
    )
    x_val = lab.validation()[0][:20]
    expect_stripped(cnn_file, x_val, "cnn_file")
    expect_stripped(int8_file, x_val, "int8_file")
    for k in range(3):
        x = np.random.default_rng(9).normal(size=(4, 6)).astype(np.float32)
        file = cluttered(np.random.default_rng(k), chain=30 * (k == 2), constant=k == 2, default=k == 1)
        expect_stripped(file, x, f"drawn file {k}")
