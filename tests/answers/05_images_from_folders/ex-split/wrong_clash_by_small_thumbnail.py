def pixels(content):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def split(files, shares):
    edges = np.cumsum(list(shares.values()))
    parts = {}
    for name, content in files.items():
        u = int.from_bytes(hashlib.sha256(pixels(content).tobytes()).digest()[:8], "big") / 2**64
        k = min(int(np.searchsorted(edges, u, side="right")), len(edges) - 1)
        parts[name] = list(shares)[k]
    return parts


def clashes(files):
    groups = {}
    for name, content in files.items():
        groups.setdefault(Image.open(io.BytesIO(content)).convert("RGB").resize((4, 4)).tobytes(), []).append(
            name
        )
    found = []
    for names in groups.values():
        if len({name.split("/")[0] for name in names}) > 1:
            found += names
    return sorted(found)
