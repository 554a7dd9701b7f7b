def choices():
    return {
        "format": "QOperator",
        "method": "MinMax",
        "per_channel": True,
        "float": None,
        "images": list(range(100)),
    }
