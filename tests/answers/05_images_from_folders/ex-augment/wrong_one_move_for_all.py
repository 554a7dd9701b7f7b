def shifted(x, boxes, most, rng):
    low = np.maximum(-most, -boxes[:, :2]).max(axis=0)
    high = np.minimum(most, 64 - boxes[:, 2:]).min(axis=0)
    down, over = rng.integers(low, high + 1)
    idx = np.arange(64)
    return x[:, np.clip(idx - down, 0, 63)][:, :, np.clip(idx - over, 0, 63)]


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
