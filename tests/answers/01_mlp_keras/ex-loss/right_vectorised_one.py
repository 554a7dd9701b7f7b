def weighted_cross_entropy(y, logits, class_weight):
    def one(args):
        label, row = args
        return ops.take(class_weight, label) * (ops.logsumexp(row) - ops.take(row, label))

    return ops.sum(ops.vectorized_map(one, (y, logits))) / ops.sum(ops.take(class_weight, y))
