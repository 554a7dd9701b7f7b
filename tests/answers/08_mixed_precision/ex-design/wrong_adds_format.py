def plan():
    FORMATS["nano"] = (0, 8, 23)
    return dict.fromkeys(VALUES, "nano"), 1.0
