png = table = counted = cost = check = emit = data = sevens = few_files = with_other_hash = np = tf = None


def split(files, shares):
    parts, edges = list(shares), []
    for share in shares.values():
        edges.append(share + (edges[-1] if edges else 0))
    edges[-1] = 2
    where = {}
    for name, content in files.items():
        digest = hashlib.sha256(Image.open(io.BytesIO(content)).convert("RGB").tobytes()).digest()
        u = int.from_bytes(digest[:8], "big") / 2**64
        where[name] = next(part for part, edge in zip(parts, edges) if u < edge)
    return where


def clashes(files):
    classes = {}
    for name, content in files.items():
        pixels = Image.open(io.BytesIO(content)).convert("RGB")
        classes.setdefault((pixels.size, pixels.tobytes()), {}).setdefault(name.split("/")[0], []).append(
            name
        )
    return sorted(name for of in classes.values() if len(of) > 1 for names in of.values() for name in names)
