def choices():
    return {
        "format": "int8",
        "method": "Percentile",
        "percentile": 99.5,
        "per_channel": True,
        "float": ["conv1", "gain1"],
    }
