def choices():
    plan = {"format": "QOperator", "method": "MinMax", "per_channel": True, "float": ["conv1", "gain1"]}
    return plan | {"images": list(range(200, 300))}
