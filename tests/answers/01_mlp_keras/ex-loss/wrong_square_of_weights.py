def weighted_cross_entropy(y, logits, class_weight):
    losses = ops.sparse_categorical_crossentropy(y, logits, from_logits=True)
    w = ops.take(class_weight, y)
    return ops.sum(w * w * losses) / ops.sum(w * w)
