def shifted(x, boxes, most, rng):
    sides, places = [], np.arange(64)
    for axis in (0, 1):
        low = np.clip(-boxes[:, axis], -most, None)
        high = np.clip(64 - boxes[:, axis + 2], None, most)
        by = np.floor(rng.random(len(x)) * (high - low + 1)).astype(int) + low
        sides.append(np.clip(places - by[:, None], 0, 63))
    x = tf.gather(tf.constant(x), sides[0], axis=1, batch_dims=1)
    return tf.gather(x, sides[1], axis=2, batch_dims=1).numpy()


def survives(augment, boxes, rng):
    fine = True
    for _ in range(50):
        after = np.array(augment(coordinates(len(boxes)), rng)).astype(int)
        whole = (after * [4096, 64, 1]).sum(axis=-1) if len(boxes) <= 64 else None
        for i, (top, left, bottom, right) in enumerate(boxes):
            numbers = 4096 * np.arange(top, bottom)[:, None] + 64 * np.arange(left, right) + i
            h, w = numbers.shape
            rows, columns = np.nonzero(whole[i] == numbers[-1, -1])
            rows, columns = rows - h + 1, columns - w + 1
            fine &= any(
                r >= 0 and c >= 0 and np.array_equal(whole[i, r : r + h, c : c + w], numbers)
                for r, c in zip(rows, columns)
            )
    return bool(fine)
