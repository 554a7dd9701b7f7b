import struct
from itertools import accumulate


def pixels(content):
    with Image.open(io.BytesIO(content)) as image:
        return np.ascontiguousarray(image.convert("RGB"), dtype=np.uint8)


def split(files, shares):
    edges = list(zip(shares, accumulate(shares.values())))

    def part(content):
        (first,) = struct.unpack(">Q", hashlib.sha256(pixels(content)).digest()[:8])
        return next((name for name, edge in edges if first < edge * 2**64), edges[-1][0])

    return {name: part(content) for name, content in files.items()}


def clashes(files):
    found = set()
    for one in files:
        for other in files:
            apart = one.partition("/")[0] != other.partition("/")[0]
            if apart and np.array_equal(pixels(files[one]), pixels(files[other])):
                found.add(one)
    return sorted(found)
