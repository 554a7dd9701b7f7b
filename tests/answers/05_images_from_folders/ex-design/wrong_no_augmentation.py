def design():
    return {}


def choose_threshold(scores, is_seven, floor):
    best, hits = np.inf, 0
    for t in np.unique(scores)[::-1]:
        said = scores >= t
        right = np.sum(said & is_seven)
        if right > hits and lower_end(right, said.sum()) >= floor:
            best, hits = t, right
    return best
