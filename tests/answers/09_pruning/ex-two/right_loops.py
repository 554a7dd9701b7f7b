def compress(w):
    rows, columns = w.shape
    values, index = np.empty((rows, columns // 2), np.float16), np.zeros((rows, columns // 8), np.uint8)
    for r in range(rows):
        for g in range(columns // 4):
            four = [abs(float(v)) for v in w[r, 4 * g : 4 * g + 4]]
            a, b = sorted(sorted(range(4), key=lambda i: (-four[i], i))[:2])
            values[r, 2 * g], values[r, 2 * g + 1] = w[r, 4 * g + a], w[r, 4 * g + b]
            index[r, g // 2] |= (a | b << 2) << (4 * (g % 2))
    return values, index


def product(x, values, index):
    out = np.zeros((len(x), len(values)), np.float32)
    for r in range(len(values)):
        for j in range(values.shape[1]):
            place = int(index[r, j // 4]) >> 2 * (j % 4) & 3
            out[:, r] += x[:, 4 * (j // 2) + place] * np.float32(values[r, j])
    return out
