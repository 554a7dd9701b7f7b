def read_graph(model):
    """{"stored", "conversions", "integer", "float": lists of node names, "fused": {name: activation}}."""
    found = {"stored": [], "conversions": [], "integer": [], "float": [], "fused": {}}
    stored, whole = {tensor.name for tensor in model.graph.initializer}, set()
    for node in model.graph.node:
        op, inputs = node.op_type, list(node.input)
        if {name for name in inputs if name} <= stored:
            found["stored"].append(node.name)
            stored.update(node.output) if op == "DequantizeLinear" else None
        elif op in ("QuantizeLinear", "DequantizeLinear"):
            found["conversions"].append(node.name)
        else:
            found["integer" if any(name in whole for name in inputs[:1]) else "float"].append(node.name)
        if op == "QGemm":
            makes = len(inputs) > 7 and inputs[7] != ""
        else:
            makes = (
                op == "QuantizeLinear"
                or op.startswith("QLinear")
                or any(name in whole for name in inputs[:1])
            )
        if makes and op != "DequantizeLinear":
            whole.update(node.output)
        for attribute in node.attribute:
            if attribute.name == "activation":
                found["fused"][node.name] = attribute.s.decode()
    return found
