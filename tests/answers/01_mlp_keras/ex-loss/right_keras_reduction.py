import keras


def weighted_cross_entropy(y, logits, class_weight):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="mean_with_sample_weight")
    return loss(y, logits, sample_weight=ops.take(class_weight, y))
