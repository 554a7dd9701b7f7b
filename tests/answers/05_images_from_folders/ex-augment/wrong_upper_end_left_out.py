def shifted(x, boxes, most, rng):
    """New images (n, 64, 64, 3), each moved by up to most; no digit is cut."""
    out = np.empty_like(x)
    idx = np.arange(64)
    for i, (top, left, bottom, right) in enumerate(boxes):
        down = rng.integers(max(-most, -top), min(most, 64 - bottom))
        over = rng.integers(max(-most, -left), min(most, 64 - right))
        rows = np.clip(idx - down, 0, 63)
        cols = np.clip(idx - over, 0, 63)
        out[i] = x[i][rows][:, cols]
    return out


def survives(augment, boxes, rng):
    """True if augment(x, rng) leaves each digit whole, in its image, in 50 calls."""
    n = len(boxes)
    before = coordinates(n)
    for _ in range(50):
        after = augment(before.copy(), rng)
        for i, (top, left, bottom, right) in enumerate(boxes):
            block = before[i, top:bottom, left:right]
            h, w = block.shape[:2]
            found = False
            for r, c in np.argwhere((after[i] == block[0, 0]).all(axis=-1)):
                if np.array_equal(after[i, r : r + h, c : c + w], block):
                    found = True
                    break
            if not found:
                return False
    return True
