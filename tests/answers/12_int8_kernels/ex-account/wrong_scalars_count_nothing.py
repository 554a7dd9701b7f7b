from string import ascii_lowercase


def utf8(s):
    return len(s.encode("utf-8"))


def account(data):
    """{"numbers", "docs", "metadata", "shapes", "names", "rest"}: bytes, which add up to len(data)."""
    model = onnx.load_from_string(data)
    g = model.graph
    ends = list(g.input) + list(g.output)
    out = {}
    out["numbers"] = sum(
        (len(t.dims) and int(np.prod(t.dims)))
        * np.dtype(helper.tensor_dtype_to_np_dtype(t.data_type)).itemsize
        for t in g.initializer
    )
    attributes = [a for n in g.node for a in n.attribute]
    out["docs"] = sum(utf8(m.doc_string) for m in [model, g, *g.node, *attributes, *g.initializer, *ends])
    out["metadata"] = sum(
        utf8(p.key) + utf8(p.value)
        for m in [model, g, *g.node, *g.initializer, *ends]
        for p in m.metadata_props
    )
    out["shapes"] = sum(v.ByteSize() for v in g.value_info)
    names = [m.name for m in [*g.node, *g.initializer, *ends]]
    names += [t for n in g.node for t in [*n.input, *n.output]]
    out["names"] = sum(map(utf8, names))
    out["rest"] = len(data) - sum(out.values())
    return out


def strip(data):
    """The bytes of a model that computes the same, without what running doesn't need."""
    model = onnx.load_from_string(data)
    g = model.graph
    attributes = [a for n in g.node for a in n.attribute]
    ends = list(g.input) + list(g.output)
    for m in [model, g, *g.node, *attributes, *g.initializer, *ends]:
        m.ClearField("doc_string")
    for m in [model, g, *g.node, *g.initializer, *ends]:
        m.ClearField("metadata_props")
    g.ClearField("value_info")
    for n in g.node:
        n.ClearField("name")
    outer = {v.name for v in ends}
    used = {t for n in g.node for t in n.input} | {v.name for v in g.output}
    keep = [
        numpy_helper.from_array(numpy_helper.to_array(t), t.name) for t in g.initializer if t.name in used
    ]
    g.ClearField("initializer")
    g.initializer.extend(keep)

    from itertools import product

    chars = ascii_lowercase + ascii_lowercase.upper()
    fresh = (n for n in [*chars, *("".join(p) for p in product(chars, chars))] if n not in outer)
    new = {"": ""} | {n: n for n in outer}

    def rename(n):
        if n not in new:
            new[n] = next(fresh)
        return new[n]

    for n in g.node:
        n.input[:] = [rename(t) for t in n.input]
        n.output[:] = [rename(t) for t in n.output]
    for t in g.initializer:
        t.name = rename(t.name)
    return model.SerializeToString()
