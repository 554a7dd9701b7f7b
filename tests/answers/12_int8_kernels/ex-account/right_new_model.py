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
    kept = [(numpy_helper.to_array(t), t.name) for t in g.initializer if t.name in used]
    del g.initializer[:], g.value_info[:]
    g.initializer.extend(numpy_helper.from_array(*pair) for pair in kept)
    attributes = [attribute for n in g.node for attribute in n.attribute]
    for part in (model, g, *g.node, *attributes, *g.input, *g.output):
        part.ClearField("doc_string")
    for part in (model, g, *g.node, *g.input, *g.output):
        part.ClearField("metadata_props")
    for n in g.node:
        n.ClearField("name")
    graph = helper.make_graph(list(g.node), g.name, list(g.input), list(g.output), list(g.initializer))
    made = helper.make_model(graph, opset_imports=list(model.opset_import), ir_version=model.ir_version)
    return made.SerializeToString()
