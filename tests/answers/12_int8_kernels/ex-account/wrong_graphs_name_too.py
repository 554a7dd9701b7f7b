def account(data):
    model = onnx.load_from_string(data)
    g = model.graph

    def size(s):
        return len(s.encode())

    parts = [model, g, *g.node, *g.initializer, *g.input, *g.output]
    attributes = [a for n in g.node for a in n.attribute]
    out = {
        "numbers": sum(numpy_helper.to_array(t).nbytes for t in g.initializer),
        "docs": sum(size(p.doc_string) for p in parts + attributes),
        "metadata": sum(size(m.key) + size(m.value) for p in parts for m in p.metadata_props),
        "shapes": sum(v.ByteSize() for v in g.value_info),
        "names": sum(size(n.name) + sum(size(x) for x in [*n.input, *n.output]) for n in g.node)
        + sum(size(t.name) for t in [g, *g.initializer, *g.input, *g.output]),
    }
    out["rest"] = len(data) - sum(out.values())
    return out


def strip(data):
    model = onnx.load_from_string(data)
    g = model.graph
    used = {x for n in g.node for x in n.input} | {o.name for o in g.output}
    inits = [
        numpy_helper.from_array(numpy_helper.to_array(t), t.name) for t in g.initializer if t.name in used
    ]
    del g.initializer[:]
    g.initializer.extend(inits)
    del g.value_info[:]
    for p in [model, g, *g.node, *g.input, *g.output]:
        p.ClearField("doc_string")
        p.ClearField("metadata_props")
    for n in g.node:
        n.ClearField("name")
        for a in n.attribute:
            a.ClearField("doc_string")
    return model.SerializeToString()
