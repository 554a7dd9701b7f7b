def split(files, shares):
    edges = np.cumsum(list(shares.values()))
    parts = {}
    for name, content in files.items():
        image = Image.open(io.BytesIO(content)).convert("RGB")
        u = int.from_bytes(hashlib.sha256(image.tobytes()).digest()[:8], "big") / 2**64
        k = min(int(np.searchsorted(edges, u, side="right")), len(edges) - 1)
        parts[name] = list(shares)[k]
    return parts


def clashes(files):
    groups = {}
    for name, content in files.items():
        key = Image.open(io.BytesIO(content)).convert("RGB").resize((4, 4), Image.Resampling.BOX).tobytes()
        groups.setdefault(key, []).append(name)
    found = []
    for names in groups.values():
        if len({name.split("/")[0] for name in names}) > 1:
            found += names
    return sorted(found)
