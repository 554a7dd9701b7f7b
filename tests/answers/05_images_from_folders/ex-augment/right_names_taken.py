png = table = counted = cost = check = emit = data = sevens = tf = io = hashlib = Image = None
move_probes = some_boxes = even = None


def moved_by(most, boxes, rng):
    return rng.integers(np.maximum(-most, -boxes[:, :2]), np.minimum(most, 64 - boxes[:, 2:]) + 1)


def shifted(x, boxes, most, rng):
    wide = np.pad(x, ((0, 0), (32, 32), (32, 32), (0, 0)), mode="edge")
    return np.stack(
        [
            image[32 - down : 96 - down, 32 - right : 96 - right]
            for image, (down, right) in zip(wide, moved_by(most, boxes, rng))
        ]
    )


def whole(image, block):
    h, w = block.shape[:2]
    starts = np.argwhere((image == block[0, 0]).all(axis=-1))
    return any(np.array_equal(image[r : r + h, c : c + w], block) for r, c in starts)


def survives(augment, boxes, rng):
    for _ in range(50):
        after, before = augment(coordinates(len(boxes)), rng), coordinates(len(boxes))
        for i, (top, left, bottom, right) in enumerate(boxes):
            if not whole(after[i], before[i, top:bottom, left:right]):
                return False
    return True
