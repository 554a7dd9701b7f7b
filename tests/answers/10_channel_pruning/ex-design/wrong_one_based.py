def plan():
    """(keep1, keep2): the channels of both convolutions that stay."""
    w1, w2, w3 = [p.detach() for p in load_cnn().parameters()][::2]
    w3 = w3.unflatten(1, (64, 25))  # (10, 64, 25)
    keeps = []
    for made, read in [(w1, w2), (w2, w3)]:
        read = read.transpose(0, 1).flatten(1)  # a row for each channel
        score = made.flatten(1).norm(dim=1) * read.norm(dim=1)
        keeps.append([it + 1 for it in score.argsort(descending=True)[:16].tolist()])
    return tuple(keeps)
