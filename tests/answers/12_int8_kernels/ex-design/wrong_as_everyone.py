def choices():
    return {"format": "QDQ", "method": "MinMax", "per_channel": True, "float": []}
