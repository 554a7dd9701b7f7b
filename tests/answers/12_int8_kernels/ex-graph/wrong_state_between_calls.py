FOUND = {"stored": [], "conversions": [], "integer": [], "float": [], "fused": {}}


def read_graph(model):
    """Of each node what it computes on.

    {"stored", "conversions", "integer", "float": lists of names of nodes,
    "fused": {name: activation}}
    """
    found = FOUND
    kinds = {t.name: numpy_helper.to_array(t).dtype.kind for t in model.graph.initializer}
    stored, whole = set(kinds), {name for name, kind in kinds.items() if kind in "iu"}
    for node in model.graph.node:
        op, inputs = node.op_type, list(node.input)
        first = inputs[0] if inputs else ""  # a Constant has none
        if {name for name in inputs if name} <= stored:
            found["stored"].append(node.name)
            stored.update(node.output)
        elif op in ("QuantizeLinear", "DequantizeLinear"):
            found["conversions"].append(node.name)
        else:
            on_integers = op.startswith("QLinear") or first in whole
            found["integer" if on_integers else "float"].append(node.name)
        if op == "QGemm":
            makes = len(inputs) > 7 and inputs[7] != ""
        else:
            makes = op == "QuantizeLinear" or op.startswith("QLinear") or first in whole
        if makes and op != "DequantizeLinear":
            whole.update(node.output)
        for attribute in node.attribute:
            if attribute.name == "activation":
                found["fused"][node.name] = attribute.s.decode()
    return found
