def design():
    plan = [("conv", 8, 5, 2), ("conv", 16, 3), ("pool", 2), ("conv", 16, 3), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 32, "shift": 3, "degrees": 15}
