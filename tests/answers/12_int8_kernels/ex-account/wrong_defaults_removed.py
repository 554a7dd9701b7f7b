def account(data):
    """{"numbers", "docs", "metadata", "shapes", "names", "rest"}: their bytes."""
    g = (model := onnx.load_from_string(data)).graph
    parts = [model, g, *g.node, *g.initializer, *g.input, *g.output]
    docs = parts + [attribute for n in g.node for attribute in n.attribute]
    names = [part.name for part in parts[2:]]
    names += [name for n in g.node for name in (*n.input, *n.output)]
    texts = {"docs": [part.doc_string for part in docs], "names": names}
    texts["metadata"] = [p.key + p.value for part in parts for p in part.metadata_props]
    found = {key: len("".join(texts[key]).encode()) for key in texts}
    found["numbers"] = sum(numpy_helper.to_array(t).nbytes for t in g.initializer)
    found["shapes"] = sum(info.ByteSize() for info in g.value_info)
    return found | {"rest": len(data) - sum(found.values())}


def strip(data):
    """The bytes of a model that computes the same, without what no run needs."""
    g = (model := onnx.load_from_string(data)).graph
    used = {name for n in g.node for name in n.input} | {i.name for i in g.output}
    for t in list(g.initializer):
        if t.name not in used:
            g.initializer.remove(t)
    for t in g.initializer:
        t.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(t), t.name))
    g.ClearField("value_info")
    inputs = [i for i in g.input if i.name not in {t.name for t in g.initializer}]
    del g.input[:]
    g.input.extend(inputs)
    attributes = [attribute for n in g.node for attribute in n.attribute]
    for part in (model, g, *g.node, *attributes, *g.input, *g.output):
        part.ClearField("doc_string")
    for part in (model, g, *g.node, *g.input, *g.output):
        part.ClearField("metadata_props")
    for n in g.node:
        n.ClearField("name")
    return model.SerializeToString()
