def choices():
    return ["QOperator", "Percentile", 99.5, True, ["conv1", "gain1"]]
