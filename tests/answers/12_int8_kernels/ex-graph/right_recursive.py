def read_graph(model):
    graph = model.graph
    maker = {name: node for node in graph.node for name in node.output}
    initial = {i.name: numpy_helper.to_array(i).dtype for i in graph.initializer}

    def stored(name):
        if name in maker:
            return all(stored(n) for n in maker[name].input if n != "")
        return name in initial

    def whole(name):
        if name not in maker:
            return name in initial and np.issubdtype(initial[name], np.integer)
        node = maker[name]
        match node.op_type:
            case "QuantizeLinear":
                return True
            case "DequantizeLinear":
                return False
            case "QGemm":
                return len(node.input) >= 8 and bool(node.input[7])
        return node.op_type.startswith("QLinear") or whole(node.input[0])

    kinds = {"stored": set(), "conversions": set(), "integer": set(), "float": set()}
    for node in graph.node:
        if stored(node.output[0]):
            kinds["stored"].add(node.name)
        elif node.op_type in {"QuantizeLinear", "DequantizeLinear"}:
            kinds["conversions"].add(node.name)
        else:
            on_integers = node.op_type.startswith("QLinear") or whole(node.input[0])
            kinds["integer" if on_integers else "float"].add(node.name)
    fused = {n.name: str(a.s, "utf-8") for n in graph.node for a in n.attribute if a.name == "activation"}
    return kinds | {"fused": fused}
