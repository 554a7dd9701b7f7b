def choices():
    return {
        "format": "QOperator",
        "method": "Percentile",
        "percentile": 98,
        "per_channel": True,
        "float": ["conv1", "relu1", "pool1", "gain1", "pool2"],
    }
