def plan():
    MILLISECONDS[:] = 0.0
    w1, w2 = [p.detach() for p in load_cnn().parameters()][:3:2]
    score1, score2 = w1.flatten(1).norm(dim=1), w2.flatten(1).norm(dim=1)
    return score1.argsort(descending=True)[:32].tolist(), score2.argsort(descending=True)[:64].tolist()
