from string import ascii_lowercase


def account(data):
    """{"numbers", "docs", "metadata", "shapes", "names", "rest"}: bytes, which add up to len(data)."""
    model = onnx.load_from_string(data)
    g = model.graph
    parts = [model, g, *g.node, *g.initializer, *g.input, *g.output]
    texts = {
        "docs": [part.doc_string for part in (*parts, *(a for n in g.node for a in n.attribute))],
        "metadata": [t for part in parts for p in part.metadata_props for t in (p.key, p.value)],
        "names": [part.name for part in parts[2:]] + [t for n in g.node for t in (*n.input, *n.output)],
    }
    found = {key: sum(len(text.encode()) for text in texts[key]) for key in texts}
    found["numbers"] = sum(t.ByteSize() for t in g.initializer)
    found["shapes"] = sum(info.ByteSize() for info in g.value_info)
    return found | {"rest": len(data) - sum(found.values())}


def strip(data):
    """The bytes of a model that computes the same, without what running doesn't need."""
    model = onnx.load_from_string(data)
    graph = model.graph
    used = {name for node in graph.node for name in node.input} | {end.name for end in graph.output}
    short = {"": ""} | {info.name: info.name for info in (*graph.input, *graph.output)}
    fresh = (a + b for a in ascii_lowercase for b in ascii_lowercase if a + b not in short)
    for name in [t.name for t in graph.initializer] + [n for node in graph.node for n in node.output]:
        short.setdefault(name, next(fresh))
    small = onnx.ModelProto(ir_version=model.ir_version, opset_import=model.opset_import)
    kept = [(short[t.name], numpy_helper.to_array(t)) for t in graph.initializer if t.name in used]
    small.graph.initializer.extend(numpy_helper.from_array(array, name) for name, array in kept)
    for node in graph.node:
        new = small.graph.node.add(op_type=node.op_type, domain=node.domain, attribute=node.attribute)
        new.input[:], new.output[:] = [[short[n] for n in names] for names in (node.input, node.output)]
        for attribute in new.attribute:
            attribute.ClearField("doc_string")
    small.graph.input.extend(onnx.ValueInfoProto(name=i.name, type=i.type) for i in graph.input)
    small.graph.output.extend(onnx.ValueInfoProto(name=i.name, type=i.type) for i in graph.output)
    return small.SerializeToString()
