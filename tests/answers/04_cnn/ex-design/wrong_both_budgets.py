def design():
    plan = [("conv", 8, 3), ("pool", 2), ("conv", 16, 3), ("pool", 2), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 16, "shift": 3, "degrees": 15}
