def account(data):
    m = onnx.load_from_string(data)
    g = m.graph
    total = dict.fromkeys(["numbers", "docs", "metadata", "shapes", "names"], 0)

    def size(text):
        return len(bytes(text, "utf-8"))

    for part in [m, g] + list(g.node) + list(g.initializer) + list(g.input) + list(g.output):
        total["docs"] += size(part.doc_string)
        for pair in part.metadata_props:
            total["metadata"] += size(pair.key) + size(pair.value)
        if part is not m and part is not g:
            total["names"] += size(part.name)
    for node in g.node:
        total["docs"] += sum(size(a.doc_string) for a in node.attribute)
        total["names"] += sum(map(size, node.input)) + sum(map(size, node.output))
    for t in g.initializer:
        total["numbers"] += int(np.prod(t.dims)) * helper.tensor_dtype_to_np_dtype(t.data_type).itemsize
    for v in g.value_info:
        total["shapes"] += len(v.SerializeToString())
    total["rest"] = len(data) - sum(total.values())
    return total


def strip(data):
    m = onnx.load_from_string(data)
    g = m.graph
    ends = {i.name for i in g.input} | {i.name for i in g.output}
    known = {"": ""}
    left = [a + b for a in "QRSTUVWXYZ" for b in "0123456789"]

    def rename(name):
        if name in ends:
            return name
        if name not in known:
            known[name] = left.pop()
        return known[name]

    needed = {n for node in g.node for n in node.input} | {i.name for i in g.output}
    tensors = list(g.initializer)
    del g.initializer[:], g.value_info[:]
    for t in tensors:
        if t.name in needed:
            g.initializer.append(numpy_helper.from_array(np.array(numpy_helper.to_array(t)), rename(t.name)))
    for part in [m, g, *g.node, *g.input, *g.output]:
        part.doc_string = ""
        del part.metadata_props[:]
    for node in g.node:
        node.name = ""
        for k, n in enumerate(node.input):
            node.input[k] = rename(n)
        for k, n in enumerate(node.output):
            node.output[k] = rename(n)
        for a in node.attribute:
            a.doc_string = ""
    return m.SerializeToString()
