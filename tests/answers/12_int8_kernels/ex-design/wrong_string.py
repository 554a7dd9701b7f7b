def choices():
    return {
        "format": "QOperator",
        "method": "Percentile",
        "percentile": 99.5,
        "per_channel": True,
        "float": "conv1",
    }
