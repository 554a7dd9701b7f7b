def design():
    return dict(shift=13, zoom=0.2, degrees=10.0, negative=1, num_epochs=10, texture=0.3)


def choose_threshold(scores, is_seven, floor):
    thresholds, position = np.unique(-scores, return_inverse=True)
    flagged = np.cumsum(np.bincount(position))
    hits = np.cumsum(np.bincount(position, weights=is_seven))
    hits[lower_end(hits, flagged) < floor] = 0
    return float(-thresholds[hits.argmax()]) if hits.any() else float("inf")
