def png(content):
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()


def split(files, shares):
    edges = np.cumsum(list(shares.values()))
    parts = {}
    for name, content in files.items():
        u = int.from_bytes(hashlib.sha256(png(content)).digest()[:8], "big") / 2**64
        parts[name] = list(shares)[min(int(np.searchsorted(edges, u, side="right")), len(shares) - 1)]
    return parts


def clashes(files):
    classes = {}
    for name, content in files.items():
        classes.setdefault(png(content), set()).add(name.partition("/")[0])
    return sorted(name for name, content in files.items() if len(classes[png(content)]) > 1)
