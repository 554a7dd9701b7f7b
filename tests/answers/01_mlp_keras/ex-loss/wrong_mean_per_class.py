def weighted_cross_entropy(y, logits, class_weight):
    losses = ops.sparse_categorical_crossentropy(y, logits, from_logits=True)
    hot = ops.one_hot(y, ops.shape(logits)[1])
    each = ops.sum(hot * losses[:, None], axis=0) / ops.maximum(ops.sum(hot, axis=0), 1)
    return ops.sum(class_weight * each) / ops.sum(class_weight)
