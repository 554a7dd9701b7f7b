def design():
    return {"shift": 12, "degrees": 8, "negative": True, "num_epochs": 10, "zoom": 0.15}


def choose_threshold(scores, is_seven, floor):
    candidates = []
    order = sorted(zip(scores.tolist(), is_seven.tolist()), reverse=True)
    hits = 0
    for k, (score, seven) in enumerate(order, 1):
        hits += seven
        if (k == len(order) or order[k][0] != score) and lower_end(hits, k) >= floor:
            candidates.append((hits, score))
    return max(candidates)[1] if candidates else np.inf
