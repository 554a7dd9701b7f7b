def weighted_cross_entropy(y, logits, class_weight):
    y, z, w = np.asarray(y), np.asarray(logits), np.asarray(class_weight)
    z = z - z.max(axis=1, keepdims=True)
    losses = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]
    return np.sum(w[y] * losses) / np.sum(w[y])
