import math


def loss_and_gradient(logits, y):
    total, count = 0.0, 0
    gradient = [[0.0] * len(row) for row in logits]
    for i, (row, label) in enumerate(zip(logits, y)):
        if label < 0:
            continue
        count += 1
        top = max(row)
        s = sum(math.exp(z - top) for z in row)
        total += top + math.log(s) - row[label]
        for j, z in enumerate(row):
            gradient[i][j] = math.exp(z - top) / s - (j == label)
    return total / count, np.array(gradient) / count
