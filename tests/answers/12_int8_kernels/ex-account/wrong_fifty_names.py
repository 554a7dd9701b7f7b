from string import ascii_lowercase


def account(data):
    model = onnx.load_from_string(data)
    g, size = model.graph, lambda text: len(text.encode())
    parts = [model, g, *g.node, *g.initializer, *g.input, *g.output]
    got = {
        "numbers": sum(numpy_helper.to_array(t).nbytes for t in g.initializer),
        "docs": sum(size(p.doc_string) for p in [*parts, *(a for n in g.node for a in n.attribute)]),
        "metadata": sum(size(m.key) + size(m.value) for p in parts for m in p.metadata_props),
        "shapes": sum(v.ByteSize() for v in g.value_info),
        "names": sum(size(s) for n in g.node for s in (n.name, *n.input, *n.output))
        + sum(size(p.name) for p in (*g.initializer, *g.input, *g.output)),
    }
    return got | {"rest": len(data) - sum(got.values())}


def strip(data):
    model = onnx.load_from_string(data)
    g = model.graph
    for part in (model, g, *g.node, *g.initializer, *g.input, *g.output):
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    g.ClearField("value_info")
    for node in g.node:
        node.ClearField("name")
        for a in node.attribute:
            a.ClearField("doc_string")
    used = {name for n in g.node for name in n.input} | {o.name for o in g.output}
    ends = {i.name for i in (*g.input, *g.output)}
    new = {name: name for name in ends} | {"": ""}
    short = iter([a + b for a in "ab" for b in ascii_lowercase])
    kept = [t for t in g.initializer if t.name in used]
    for name in [t.name for t in kept] + [o for n in g.node for o in n.output]:
        if name not in new:
            new[name] = next(s for s in short if s not in ends)
    fresh = [numpy_helper.from_array(numpy_helper.to_array(t), new[t.name]) for t in kept]
    del g.initializer[:]
    g.initializer.extend(fresh)
    for node in g.node:
        node.input[:] = [new[name] for name in node.input]
        node.output[:] = [new[name] for name in node.output]
    return model.SerializeToString()
