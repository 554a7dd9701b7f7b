def read_graph(model):
    STORED, WHOLE, REAL = 0, 1, 2
    held = {"x": REAL, "": STORED} | {i.name: STORED for i in model.graph.initializer}
    made = {"stored": [], "conversions": [], "integer": [], "float": [], "fused": {}}
    for node in model.graph.node:
        first = held.get(node.input[0], REAL) if node.input else STORED
        if all(held[i] == STORED for i in node.input):
            kind, out = "stored", STORED
        elif node.op_type == "QuantizeLinear":
            kind, out = "conversions", WHOLE
        elif node.op_type == "DequantizeLinear":
            kind, out = "conversions", REAL
        else:
            kind = "integer" if first == WHOLE else "float"
            out = first
            if node.op_type[:7] == "QLinear":
                out = WHOLE
            if node.op_type == "QGemm":
                out = WHOLE if any(node.input[7:8]) else REAL
        made[kind].append(node.name)
        held.update(dict.fromkeys(node.output, out))
        for a in node.attribute:
            if a.name == "activation":
                made["fused"][node.name] = helper.get_attribute_value(a).decode("utf8")
    return made
