def loss_and_gradient(logits, y):
    out, total = np.zeros_like(logits), 0.0
    labelled = [i for i in range(len(y)) if y[i] != -1]
    for i in labelled:
        lse = np.logaddexp.reduce(logits[i])
        total += lse - logits[i][y[i]]
        out[i] = np.exp(logits[i] - lse)
        out[i, y[i]] -= 1.0
    return total / len(labelled), out / len(labelled)
