def choices():
    return {"format": "QOperator", "method": "Entropy", "per_channel": True, "float": ["conv1", "gain1"]}
