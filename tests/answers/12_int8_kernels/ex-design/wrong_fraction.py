def choices():
    return {
        "format": "QOperator",
        "method": "Percentile",
        "percentile": 0.995,
        "per_channel": True,
        "float": ["conv1", "gain1"],
    }
