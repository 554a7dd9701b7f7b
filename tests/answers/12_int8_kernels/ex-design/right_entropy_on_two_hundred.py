def choices():
    plan = {"float": ["conv1", "relu1", "pool1", "gain1"], "images": np.arange(200)}
    return plan | {"format": "QOperator", "method": "Entropy", "per_channel": True}
