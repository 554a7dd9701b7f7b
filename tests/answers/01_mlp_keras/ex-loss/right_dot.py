def weighted_cross_entropy(y, logits, class_weight):
    n = ops.shape(y)[0]
    flat = ops.reshape(ops.log_softmax(logits, axis=1), (-1,))
    at = ops.arange(n, dtype="int32") * ops.shape(logits)[1] + ops.cast(y, "int32")
    w = ops.take(class_weight, y)
    return -ops.dot(w, ops.take(flat, at)) / ops.sum(w)
