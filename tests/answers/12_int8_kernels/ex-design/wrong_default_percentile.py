def choices():
    return {"format": "QOperator", "method": "Percentile", "per_channel": True, "float": ["conv1", "gain1"]}
