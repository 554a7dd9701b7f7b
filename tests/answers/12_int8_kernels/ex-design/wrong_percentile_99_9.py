def choices():
    return {
        "format": "QOperator",
        "method": "Percentile",
        "percentile": 99.9,
        "per_channel": True,
        "float": ["conv1", "gain1"],
    }
