from sklearn.metrics import precision_recall_curve


def choose_threshold(score, is_rare, floor):
    precision, recall, thresholds = precision_recall_curve(is_rare, score)
    good = [(r, t) for p, r, t in zip(precision, recall, thresholds) if p >= floor and r > 0]
    return max(good)[1] if good else float("inf")


def detector(x_train, train_is_rare, x_val, val_is_rare, floor):
    def recall_of(candidate):
        score, threshold = candidate
        return (score(x_val) >= threshold)[val_is_rare].mean()

    scores = [train(x_train, train_is_rare, weight) for weight in [1, 4, 8, 16, 32, 64]]
    candidates = [(score, choose_threshold(score(x_val), val_is_rare, floor)) for score in scores]
    return max(candidates, key=recall_of)
