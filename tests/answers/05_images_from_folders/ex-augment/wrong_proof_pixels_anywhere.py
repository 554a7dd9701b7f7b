def shifted(x, boxes, most, rng):
    low = np.maximum(-most, -boxes[:, :2])
    high = np.minimum(most, 64 - boxes[:, 2:])
    moves = rng.integers(low, high + 1)
    places, out = np.arange(64), x.copy()
    for i, (down, right) in enumerate(moves):
        out[i] = x[i][np.clip(places - down, 0, 63)][:, np.clip(places - right, 0, 63)]
    return out


def survives(augment, boxes, rng):
    for _ in range(50):
        before = coordinates(len(boxes))
        after = augment(before.copy(), rng)
        for i, (top, left, bottom, right) in enumerate(boxes):
            code = after[i].reshape(-1, 3) @ [65536, 256, 1]
            if not np.isin(before[i, top:bottom, left:right].reshape(-1, 3) @ [65536, 256, 1], code).all():
                return False
    return True
