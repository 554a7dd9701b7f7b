def design():
    return {"shift": 12, "degrees": 8, "zoom": 0.15, "negative": True, "num_epochs": 10}


def choose_threshold(scores, is_seven, floor):
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(is_seven[order])
    good = lower_end(hits, np.arange(1, len(scores) + 1)) >= floor
    return scores[order][np.argmax(np.where(good, hits, -1))] if good.any() else np.inf
