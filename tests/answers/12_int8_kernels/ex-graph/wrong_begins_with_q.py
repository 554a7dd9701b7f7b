def read_graph(model):
    g = model.graph
    stored = {t.name for t in g.initializer}
    holds_int = {t.name for t in g.initializer if np.issubdtype(numpy_helper.to_array(t).dtype, np.integer)}
    result = {"stored": [], "conversions": [], "integer": [], "float": [], "fused": {}}
    for node in g.node:
        inputs = [n for n in node.input if n]
        op = node.op_type
        first = node.input[0] if node.input else None
        is_stored = all(n in stored for n in inputs)
        if is_stored:
            kind = "stored"
        elif op in ("QuantizeLinear", "DequantizeLinear"):
            kind = "conversions"
        elif op.startswith("Q") or first in holds_int:
            kind = "integer"
        else:
            kind = "float"
        result[kind].append(node.name)
        if is_stored:
            stored.update(node.output)
        if op == "QuantizeLinear" or op.startswith("QLinear"):
            out_int = True
        elif op == "DequantizeLinear":
            out_int = False
        elif op == "QGemm":
            out_int = len(node.input) > 7 and bool(node.input[7])
        else:
            out_int = first in holds_int
        if out_int:
            holds_int.update(node.output)
        for a in node.attribute:
            if a.name == "activation":
                result["fused"][node.name] = a.s.decode()
    return result
