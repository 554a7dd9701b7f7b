def encode(w):
    digits, zeros, values = "", 0, b""
    for it in np.nditer(w, order="C", flags=["zerosize_ok"]):
        if float(it) == 0.0:
            zeros += 1
        else:
            digits += "f" * (zeros // 15) + f"{zeros % 15:x}"
            values += np.float32(it).tobytes()
            zeros = 0
    digits += "f" * (len(digits) % 2)
    swapped = "".join(b + a for a, b in zip(digits[::2], digits[1::2], strict=True))
    return np.uint32(len(values) // 4).tobytes() + values + bytes.fromhex(swapped)


def decode(data, shape):
    k = int(np.frombuffer(data[:4], np.uint32)[0])
    rest = data[4 + 4 * k :].hex()
    digits = [int(c, 16) for a, b in zip(rest[::2], rest[1::2], strict=True) for c in (b, a)]
    numbers = iter(np.frombuffer(data[4 : 4 + 4 * k], np.float32))
    flat = []
    for d in digits:
        flat += [0.0] * d
        if d != 15:
            flat.append(next(numbers))
    size = int(np.prod(shape))
    flat = (flat + [0.0] * size)[:size]
    return np.array(flat, dtype=np.float32).reshape(shape)
