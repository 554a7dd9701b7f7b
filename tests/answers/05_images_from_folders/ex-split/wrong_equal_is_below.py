def split(files, shares):
    parts = {}
    names = list(shares)
    for name, content in files.items():
        image = Image.open(io.BytesIO(content)).convert("RGB")
        digest = hashlib.sha256(np.asarray(image).tobytes()).digest()
        u = int.from_bytes(digest[:8], "big") / 2**64
        edge = 0
        for part in names:
            edge += shares[part]
            if u <= edge:
                parts[name] = part
                break
        else:
            parts[name] = names[-1]
    return parts


def clashes(files):
    groups = {}
    for name, content in files.items():
        image = Image.open(io.BytesIO(content)).convert("RGB")
        groups.setdefault((image.size, image.tobytes()), []).append(name)
    found = []
    for members in groups.values():
        if len({m.split("/")[0] for m in members}) > 1:
            found.extend(members)
    return sorted(found)
