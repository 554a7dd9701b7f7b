def shifted(x, boxes, most, rng):
    out = []
    for picture, (top, left, bottom, right) in zip(x, boxes):
        down = rng.integers(max(-most, -top), min(most, 64 - bottom), endpoint=True)
        across = rng.integers(max(-most, -left), min(most, 64 - right), endpoint=True)
        wide = np.pad(picture, ((most, most), (most, most), (0, 0)), mode="edge")
        out.append(wide[most - down : most - down + 64, most - across : most - across + 64])
    return np.array(out)


def survives(augment, boxes, rng):
    for _ in range(50):
        x = coordinates(len(boxes))
        kept = x.copy()
        after = augment(x, rng)
        for i, (t, f, b, r) in enumerate(boxes):
            if not found(kept[i, t:b, f:r], after[i]):
                return False
    return True


def found(block, picture):
    windows = np.lib.stride_tricks.sliding_window_view(picture[..., 0], block.shape[:2])
    for row, column in np.argwhere(windows[:, :, 0, 0] == block[0, 0, 0]):
        if (picture[row : row + len(block), column : column + block.shape[1]] == block).all():
            return True
    return False
