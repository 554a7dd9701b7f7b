def choices():
    return {
        "format": "QOperator",
        "method": "MinMax",
        "per_channel": True,
        "float": ["pool1", "gain1"],
        "images": list(range(200)),
    }
