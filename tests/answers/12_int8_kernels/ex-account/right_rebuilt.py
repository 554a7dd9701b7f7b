def account(data):
    model = onnx.load_from_string(data)
    graph = model.graph
    size = {"docs": 0, "metadata": 0, "names": 0}

    def visit(part, named=True):
        size["docs"] += len(part.doc_string.encode())
        size["names"] += len(part.name.encode()) if named else 0
        for entry in getattr(part, "metadata_props", []):
            size["metadata"] += len((entry.key + entry.value).encode())

    visit(model, named=False)
    visit(graph, named=False)
    for part in (*graph.node, *graph.initializer, *graph.input, *graph.output):
        visit(part)
    for node in graph.node:
        size["names"] += len("".join([*node.input, *node.output]).encode())
        for attribute in node.attribute:
            visit(attribute, named=False)
    size["numbers"] = sum(numpy_helper.to_array(t).nbytes for t in graph.initializer)
    size["shapes"] = sum(v.ByteSize() for v in graph.value_info)
    return size | {"rest": len(data) - sum(size.values())}


def strip(data):
    old = onnx.load_from_string(data)
    ends = [i.name for i in [*old.graph.input, *old.graph.output]]
    numbers = {t.name: numpy_helper.to_array(t) for t in old.graph.initializer}
    names = sorted({n for node in old.graph.node for n in [*node.input, *node.output]} - {"", *ends})
    new = {name: f"{k:02d}" for k, name in enumerate(names)}

    def say(all_of):
        return [new.get(name, name) for name in all_of]

    nodes = []
    for node in old.graph.node:
        options = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        nodes.append(
            helper.make_node(node.op_type, say(node.input), say(node.output), domain=node.domain, **options)
        )
    ins, outs = (
        [onnx.ValueInfoProto(name=i.name, type=i.type) for i in some]
        for some in (old.graph.input, old.graph.output)
    )
    stored = [numpy_helper.from_array(v, new.get(n, n)) for n, v in numbers.items() if n in new or n in ends]
    graph = helper.make_graph(nodes, "g", ins, outs, stored)
    model = helper.make_model(graph, opset_imports=old.opset_import, ir_version=old.ir_version)
    return model.SerializeToString()
