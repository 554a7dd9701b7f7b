def encode(w):
    flat = np.ravel(w)
    places, codes = np.flatnonzero(flat), []
    for zeros in (np.diff(places, prepend=-1) - 1).astype(np.uint8).tolist():
        codes += [15] * (zeros // 15) + [zeros % 15]
    codes += [15] * (len(codes) % 2)
    pairs = bytes(a + 16 * b for a, b in zip(codes[::2], codes[1::2], strict=True))
    return len(places).to_bytes(4, "little") + flat[places].astype("<f4").tobytes() + pairs


def decode(data, shape):
    k = int.from_bytes(data[:4], "little")
    values, pairs = np.split(np.frombuffer(data[4:], np.uint8), [4 * k])
    codes = np.stack([pairs & 15, pairs >> 4], axis=1).ravel().astype(int)
    places = np.cumsum(np.where(codes == 15, 15, codes + 1)) - 1
    w = np.zeros(np.prod(shape, dtype=int), np.float32)
    w[places[codes < 15]] = values.view("<f4")
    return w.reshape(shape)
