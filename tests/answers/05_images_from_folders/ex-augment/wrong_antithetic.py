def shifted(x, boxes, most, rng):
    moved = np.empty_like(x)
    index = np.arange(64)
    signs = [1, -1]
    saved = None
    for i, (top, left, bottom, right) in enumerate(boxes):
        low, high = (max(-most, -top), max(-most, -left)), (min(most, 64 - bottom), min(most, 64 - right))
        if i % 2 == 0 or saved is None:
            down, across = saved = [rng.integers(a, b + 1) for a, b in zip(low, high)]
        else:
            down, across = (int(np.clip(-s, a, b)) for s, a, b in zip(saved, low, high))
            saved = None
        rows = np.clip(index - down, 0, 63)
        columns = np.clip(index - across, 0, 63)
        moved[i] = x[i][rows][:, columns]
    return moved


def survives(augment, boxes, rng):
    for _ in range(50):
        before = coordinates(len(boxes))
        after = augment(before.copy(), rng)
        signs = [1, -1]
    saved = None
    for i, (top, left, bottom, right) in enumerate(boxes):
        block = before[i, top:bottom, left:right]
        h, w = bottom - top, right - left
        ok = False
        for r, c in np.argwhere((after[i] == block[0, 0]).all(axis=-1)):
            if np.array_equal(after[i, r : r + h, c : c + w], block):
                ok = True
                break
        if not ok:
            return False
    return True
