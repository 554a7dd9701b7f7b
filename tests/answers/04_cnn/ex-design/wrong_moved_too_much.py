def design():
    plan = [("conv", 12, 5, 2), ("pool", 2), ("conv", 18, 3), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 16, "shift": 8, "degrees": 60}
