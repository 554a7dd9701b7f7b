def read_graph(model):
    stored, whole = {t.name for t in model.graph.initializer}, set()
    found = {"stored": [], "conversions": [], "integer": [], "float": [], "fused": {}}
    for node in model.graph.node:
        op, inputs = node.op_type, [name for name in node.input if name]
        if inputs and set(inputs) <= stored:
            kind = "stored"
            stored |= set(node.output)
        elif op in ("QuantizeLinear", "DequantizeLinear"):
            kind = "conversions"
        else:
            kind = "integer" if any(name in whole for name in node.input[:1]) else "float"
        found[kind].append(node.name)
        for a in node.attribute:
            if a.name == "activation":
                found["fused"][node.name] = a.s.decode()
        if op == "QuantizeLinear" or op.startswith("QLinear"):
            ints = True
        elif op == "QGemm":
            ints = len(node.input) > 7 and node.input[7] != ""
        else:
            ints = op != "DequantizeLinear" and any(name in whole for name in node.input[:1])
        if ints:
            whole |= set(node.output)
    return found
