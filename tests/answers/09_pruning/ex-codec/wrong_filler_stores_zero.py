def encode(w):
    values, codes, zeros = [], [], 0
    for it in np.ravel(w).tolist():
        if it == 0:
            zeros += 1
            if zeros < 16:
                continue
            codes.append(15)
            values.append(0.0)
            zeros = 0
            continue
        codes.append(zeros)
        values.append(it)
        zeros = 0
    codes += [15] * (len(codes) % 2)
    pairs = bytes(a + 16 * b for a, b in zip(codes[::2], codes[1::2], strict=True))
    return len(values).to_bytes(4, "little") + np.array(values, "<f4").tobytes() + pairs


def decode(data, shape):
    k = int.from_bytes(data[:4], "little")
    values, pairs = np.split(np.frombuffer(data[4:], np.uint8), [4 * k])
    codes = np.stack([pairs & 15, pairs >> 4], axis=1).ravel().astype(int)
    places = np.cumsum(np.where(codes == 15, 15, codes + 1)) - 1
    w = np.zeros(np.prod(shape, dtype=int), np.float32)
    w[places[codes < 15]] = values.view("<f4")
    return w.reshape(shape)
