def shifted(x, boxes, most, rng):
    low = np.maximum(-most, -boxes[:, :2])
    high = np.minimum(most, 64 - boxes[:, 2:])
    down = rng.integers(low[:, 0], high[:, 0], endpoint=True)
    right = rng.integers(low[:, 1], high[:, 1], endpoint=True)
    moves = np.stack([down, right], axis=1)
    places, out = np.arange(64), x.copy()
    for i, (down, right) in enumerate(moves):
        out[i] = x[i][np.clip(places - down, 0, 63)][:, np.clip(places - right, 0, 63)]
    return out


def survives(augment, boxes, rng):
    for _ in range(50):
        before = coordinates(len(boxes))
        after = augment(before.copy(), rng)
        for i, (top, left, bottom, right) in enumerate(boxes):
            block = before[i, top:bottom, left:right]
            h, w = bottom - top, right - left
            starts = np.argwhere((after[i] == block[0, 0]).all(axis=-1))
            if not any(np.array_equal(after[i, r : r + h, c : c + w], block) for r, c in starts):
                return False
    return True
