def read_graph(model):
    WHOLE, REAL = 1, 2
    arrays = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
    held = {name: WHOLE if array.dtype.kind in "iu" else REAL for name, array in arrays.items()}
    stored = {"", *arrays}
    made = {"stored": [], "conversions": [], "integer": [], "float": [], "fused": {}}
    for node in model.graph.node:
        first = held.get(node.input[0], REAL) if node.input else REAL
        linear = node.op_type[:7] == "QLinear"
        if stored.issuperset(node.input):
            kind = "stored"
            stored.update(node.output)
        elif node.op_type in ("QuantizeLinear", "DequantizeLinear"):
            kind = "conversions"
        else:
            kind = "integer" if linear or first == WHOLE else "float"
        out = WHOLE if linear or node.op_type == "QuantizeLinear" else first
        if node.op_type == "DequantizeLinear":
            out = REAL
        if node.op_type == "QGemm":
            out = WHOLE if any(node.input[7:8]) else REAL
        made[kind].append(node.name)
        held.update(dict.fromkeys(node.output, out))
        for a in node.attribute:
            if a.name == "activation":
                made["fused"][node.name] = helper.get_attribute_value(a).decode("utf8")
    return made
