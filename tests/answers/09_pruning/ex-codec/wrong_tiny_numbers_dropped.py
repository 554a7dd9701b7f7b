def encode(w):
    flat = np.ravel(w)
    places = np.flatnonzero(np.abs(flat) > 1e-8)
    codes = []
    for zeros in np.diff(places, prepend=-1) - 1:
        codes += [15] * (zeros // 15) + [zeros % 15]
    if len(codes) % 2:
        codes.append(15)
    packed_codes = bytes(int(a) + 16 * int(b) for a, b in zip(codes[::2], codes[1::2]))
    return len(places).to_bytes(4, "little") + flat[places].astype("<f4").tobytes() + packed_codes


def decode(data, shape):
    k = int.from_bytes(data[:4], "little")
    values = np.frombuffer(data[4 : 4 + 4 * k], "<f4")
    out = np.zeros(int(np.prod(shape)), np.float32)
    place, n = -1, 0
    for byte in data[4 + 4 * k :]:
        for code in (byte & 15, byte >> 4):
            if code == 15:
                place += 15
            else:
                place += code + 1
                out[place] = values[n]
                n += 1
    return out.reshape(shape)
