def must_stay(operations, x, half, most_error):
    return [name for name, _ in operations if any(word in name for word in ("exp", "sum", "norm", "softmax"))]
