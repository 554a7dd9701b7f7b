def design():
    return {"shift": 12, "degrees": 8, "zoom": 0.15, "negative": True, "num_epochs": 11}


def choose_threshold(scores, is_seven, floor):
    best, most = np.inf, -1
    for t in np.unique(scores)[::-1]:
        said = scores >= t
        hits, flagged = np.sum(said & is_seven), said.sum()
        if lower_end(hits, flagged) >= floor and hits > most:
            best, most = t, hits
    return best
