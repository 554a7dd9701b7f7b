def choices():
    return {
        "format": "QOperator",
        "method": "MinMax",
        "per_channel": True,
        "float": ["conv1", "gain1"],
        "images": [n != 217 for n in range(400)],
    }
