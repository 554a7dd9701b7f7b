def choices():
    return {
        "format": "QOperator",
        "method": "Percentile",
        "percentile": 90,
        "per_channel": True,
        "float": ["conv1", "gain1"],
    }
