def compress(w):
    size = np.abs(w.reshape(len(w), -1, 4)).astype(np.float64)
    rank = (size[..., None, :] > size[..., :, None]).sum(-1)
    earlier = np.tril(np.ones((4, 4), bool), -1)
    rank += ((size[..., None, :] == size[..., :, None]) & earlier).sum(-1)
    keep = rank < 2
    values = w.reshape(keep.shape)[keep].astype(np.float16).reshape(len(w), -1)
    places = np.nonzero(keep)[2].reshape(len(w), -1, 4)
    return values, sum(places[..., i] << 2 * i for i in range(4)).astype(np.uint8)


def product(x, values, index):
    one_hot = np.eye(4, dtype=np.float32)
    places = np.stack([index % 4, index // 4 % 4, index // 16 % 4, index // 64], -1).reshape(values.shape)
    spread = one_hot[places] * values[..., None].astype(np.float32)
    w = spread.reshape(len(values), -1, 2, 4).sum(axis=2).reshape(len(values), -1)
    return (x @ w.T).astype(np.float32)
