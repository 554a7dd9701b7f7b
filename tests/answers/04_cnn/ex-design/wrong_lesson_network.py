def design():
    plan = [("conv", 32, 3), ("pool", 2), ("conv", 64, 3), ("pool", 2), ("dense", 10)]
    return plan, {"num_epochs": 4, "batch_size": 32, "shift": 3, "degrees": 15}
