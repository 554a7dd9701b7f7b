from collections import defaultdict


def number(content):
    pixels = tf.io.decode_png(content, channels=3).numpy()
    return int(hashlib.sha256(pixels.tobytes()).hexdigest()[:16], 16)


def split(files, shares):
    parts, names = {}, list(shares)
    for name in sorted(files):
        left = number(files[name]) / float(1 << 64)
        for part in names[:-1]:
            left -= shares[part]
            if left < 0:
                break
        else:
            part = names[-1]
        parts[name] = part
    return parts


def clashes(files):
    where = defaultdict(set)
    for name in files:
        where[number(files[name])].add(Path(name).parent.name)
    return [name for name in sorted(files) if len(where[number(files[name])]) >= 2]
