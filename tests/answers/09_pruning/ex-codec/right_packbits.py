def encode(w):
    flat = np.ascontiguousarray(w, dtype=np.float32).reshape(-1)
    at = np.nonzero(flat)[0]
    gaps = np.diff(np.concatenate([[-1], at])) - 1
    counts = gaps // 15 + 1
    codes = np.full(int(counts.sum()), 15, np.uint8)
    if len(at):
        codes[np.cumsum(counts) - 1] = gaps % 15
    if codes.size & 1:
        codes = np.append(codes, np.uint8(15))
    joined = (codes[0::2] | (codes[1::2] << 4)).astype(np.uint8)
    return np.array([at.size], "<u4").tobytes() + flat[at].astype("<f4").tobytes() + joined.tobytes()


def decode(data, shape):
    (k,) = np.frombuffer(data, "<u4", 1)
    values = np.frombuffer(data, "<f4", int(k), offset=4)
    joined = np.frombuffer(data, np.uint8, offset=4 + 4 * int(k))
    out, at, nth = np.zeros(int(np.prod(shape)), np.float32), -1, 0
    for byte in joined:
        for code in (int(byte) & 0xF, int(byte) >> 4):
            if code == 15:
                at += 15
            else:
                at += code + 1
                out[at] = values[nth]
                nth += 1
    return out.reshape(shape)
