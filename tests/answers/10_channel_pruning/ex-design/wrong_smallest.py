def plan():
    w1, w2 = [p.detach() for p in load_cnn().parameters()][:3:2]
    score1, score2 = w1.flatten(1).norm(dim=1), w2.flatten(1).norm(dim=1)
    return score1.argsort(descending=False)[:16].tolist(), score2.argsort(descending=False)[:16].tolist()
