import math


def loss_and_gradient(logits, y):
    k = sum(1 for c in y if c >= 0)
    losses, rows = [], []
    for row, c in zip(logits.tolist(), y.tolist()):
        if c == -1:
            rows.append([0.0] * len(row))
            continue
        top = max(row)
        s = math.fsum(math.exp(v - top) for v in row)
        losses.append(math.log(s) + top - row[c])
        rows.append([(math.exp(v - top) / s - (j == c)) / k for j, v in enumerate(row)])
    return math.fsum(losses) / k, np.array(rows)
