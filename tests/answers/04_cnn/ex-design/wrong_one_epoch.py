def design():
    plan = [("conv", 12, 5, 2), ("pool", 2), ("conv", 18, 3), ("dense", 10)]
    return plan, {"shift": 3, "degrees": 15}
