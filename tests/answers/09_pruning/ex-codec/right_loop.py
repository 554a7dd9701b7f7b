import struct


def encode(w):
    values, nibbles, zeros = [], [], 0
    for it in w.flatten().tolist():
        if it == 0:
            zeros += 1
            continue
        while zeros >= 15:
            nibbles.append(15)
            zeros -= 15
        nibbles.append(zeros)
        values.append(it)
        zeros = 0
    if len(nibbles) % 2:
        nibbles.append(15)
    out = bytearray(struct.pack(f"<I{len(values)}f", len(values), *values))
    for i in range(0, len(nibbles), 2):
        out.append(nibbles[i] | nibbles[i + 1] << 4)
    return bytes(out)


def decode(data, shape):
    (k,) = struct.unpack_from("<I", data)
    values = struct.unpack_from(f"<{k}f", data, 4)
    w, at, used = np.zeros(shape, np.float32), 0, 0
    flat = w.reshape(-1)
    for byte in data[4 + 4 * k :]:
        for code in (byte % 16, byte // 16):
            at += code
            if code < 15:
                flat[at] = values[used]
                used, at = used + 1, at + 1
    return w
