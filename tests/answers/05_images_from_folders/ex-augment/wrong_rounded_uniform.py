def shifted(x, boxes, most, rng):
    moved = np.empty_like(x)
    index = np.arange(64)
    for i, (top, left, bottom, right) in enumerate(boxes):
        low, high = (max(-most, -top), max(-most, -left)), (min(most, 64 - bottom), min(most, 64 - right))
        down, across = (round(rng.uniform(a, b)) for a, b in zip(low, high))
        rows = np.clip(index - down, 0, 63)
        columns = np.clip(index - across, 0, 63)
        moved[i] = x[i][rows][:, columns]
    return moved


def survives(augment, boxes, rng):
    for _ in range(50):
        before = coordinates(len(boxes))
        after = augment(before.copy(), rng)
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
