def choices():
    return {"format": "QOperator", "per_channel": True, "float": ["conv1", "gain1"]}
